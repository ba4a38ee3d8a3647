import type { ScalarDefinition, Type } from '../types.ts'

const scalarType = <T>(scalar: ScalarDefinition): Type<T> => ({ form: 'scalar', scalar })

/** The JSON word for what a value is, for error texts. */
export function jsonKind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

function plain<T>(
  name: string,
  wire: ScalarDefinition['wire'],
  zero: T,
  is: (json: unknown) => boolean,
  openapi: Record<string, unknown>,
): Type<T> {
  return scalarType({
    name,
    wire,
    zero,
    openapi,
    isZero: value => value === zero,
    parse: json => (is(json) ? { value: json } : { error: `expected ${name}, got ${jsonKind(json)}` }),
  })
}

const whole = (bits: number) => (json: unknown) =>
  typeof json === 'number' && Number.isInteger(json) && Math.abs(json) <= 2 ** (bits - 1) && json !== 2 ** (bits - 1)

/** UTF-8 text. */
export const text = plain<string>('string', 'string', '', json => typeof json === 'string', { type: 'string' })
export const bool = plain<boolean>('boolean', 'bool', false, json => typeof json === 'boolean', { type: 'boolean' })
export const int32 = plain<number>('integer', 'int32', 0, whole(32), { type: 'integer', format: 'int32' })
export const int64 = plain<number>('integer', 'int64', 0, whole(64), { type: 'integer', format: 'int64' })
/** Unsigned numbers are for messages of other protocols; the Kubernetes API has none. */
const unsigned = (bits: number) => (json: unknown) =>
  typeof json === 'number' && Number.isInteger(json) && json >= 0 && json < 2 ** bits
export const uint32 = plain<number>('integer', 'uint32', 0, unsigned(32), { type: 'integer', format: 'int64' })
export const uint64 = plain<number>('integer', 'uint64', 0, unsigned(64), { type: 'integer', format: 'int64' })
export const float = plain<number>('number', 'float', 0, json => typeof json === 'number', {
  type: 'number',
  format: 'float',
})
export const double = plain<number>('number', 'double', 0, json => typeof json === 'number', {
  type: 'number',
  format: 'double',
})

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Go's words: where the first character stands that cannot be there. */
function illegalBase64(text: string): string {
  const stray = text.search(/[^A-Za-z0-9+/]/)
  return `illegal base64 data at input byte ${stray < 0 ? text.length - (text.length % 4) : stray}`
}

/** What Go says of a JSON value that should be a text. */
export const noText = (json: unknown): string => {
  const kind = typeof json === 'boolean' ? 'bool' : jsonKind(json)
  return `json: cannot unmarshal ${kind} into Go value of type string`
}

/** Bytes: base64 text in memory and JSON. */
export const bytes: Type<string> = scalarType({
  name: 'base64 string',
  wire: 'bytes',
  zero: '',
  openapi: { type: 'string', format: 'byte' },
  isZero: value => value === '',
  parse(json) {
    if (typeof json !== 'string') return { error: `expected base64 string, got ${jsonKind(json)}` }
    const bare = json.replaceAll(/[\r\n]/g, '')
    return base64.test(bare) ? { value: bare } : { error: illegalBase64(bare) }
  },
  toWire: value => Uint8Array.fromBase64(value as string),
  fromWire: wire => (wire as Uint8Array).toBase64(),
})
