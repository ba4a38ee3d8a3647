import { lengthKind, readFields, varintKind, Writer } from '../codec/wire.ts'
import type { Type } from '../types.ts'
import { jsonKind } from './basic.ts'

const isInt32 = (value: unknown): value is number => Number.isInteger(value) && ((value as number) | 0) === value

/** What Go says of a JSON value that is neither text nor a number of 32 bits. */
function noNumber(json: unknown): string {
  const kind = typeof json === 'number' ? `number ${json}` : typeof json === 'boolean' ? 'bool' : jsonKind(json)
  return `json: cannot unmarshal ${kind} into Go value of type int32`
}

/** A whole number, or text such as `25%` or the name of a port. */
export const intOrString: Type<number | string> = {
  form: 'scalar',
  scalar: {
    name: 'integer or string',
    wire: 'message',
    zero: 0,
    openapi: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
    definition: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    isZero: value => value === 0,
    parse: json =>
      typeof json === 'string' || isInt32(json) ? { value: json === 0 ? 0 : json } : { error: noNumber(json) },
    toWire(value) {
      const writer = new Writer(24)
      const isText = typeof value === 'string'
      writer.text(isText ? value : '')
      writer.tag(3, lengthKind)
      writer.varint(isText ? 0 : (value as number))
      writer.tag(2, varintKind)
      writer.varint(isText ? 1 : 0)
      writer.tag(1, varintKind)
      return writer.finish()
    },
    fromWire(wire) {
      let isText = false
      let number = 0
      let text = ''
      readFields(wire as Uint8Array, (field, reader, kind) => {
        if (field === 1 && kind === varintKind) isText = reader.int64(true) === 1
        else if (field === 2 && kind === varintKind) number = reader.uint() | 0
        else if (field === 3 && kind === lengthKind) text = reader.text()
        else return false
        return true
      })
      return isText ? text : number
    },
  },
}

/** The percentage of a text such as `25%`; undefined when it is none. */
export function percent(value: number | string): number | undefined {
  return typeof value === 'string' && /^[+-]?\d{1,9}%$/.test(value) ? Number(value.slice(0, -1)) : undefined
}

/**
 * A number as it is, a percentage as its share of `total`, rounded as asked
 * (intstr.GetScaledValueFromIntOrPercent). Throws on any other text.
 */
export function scaledValue(intOrPercent: number | string, total: number, roundUp: boolean): number {
  if (typeof intOrPercent === 'number') return intOrPercent
  const share = percent(intOrPercent)
  if (share === undefined) {
    const why = intOrPercent.endsWith('%')
      ? `invalid value ${JSON.stringify(intOrPercent)}`
      : 'invalid type: string is not a percentage'
    throw new RangeError(`invalid value for IntOrString: ${why}`)
  }
  return (roundUp ? Math.ceil : Math.floor)((share * total) / 100)
}
