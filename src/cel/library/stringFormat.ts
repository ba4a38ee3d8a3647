import { typeName } from '../types.ts'
import { shown } from '../values/collections.ts'
import { toText } from '../values/convert.ts'
import { formatDouble, plain } from '../values/double.ts'
import { CelError, List, Mapping, TypeValue, typeOf, Uint, type Value } from '../values/value.ts'

type Clause = (value: Value, precision: number | undefined) => string

const unsuited = (what: string, value: Value): never => {
  throw new CelError(`error during formatting: ${what}, was given ${typeName(typeOf(value))}`)
}

const integer = (value: Value): bigint | undefined =>
  typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined

function decimal(value: Value): string {
  const whole = integer(value)
  // Upstream formats for American English, which groups the digits by three.
  if (whole !== undefined) return String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
  return unsuited('decimal clause can only be used on integers', value)
}

function real(value: Value, clause: string): number {
  if (typeof value === 'number') return value
  if (value === 'NaN') return Number.NaN
  if (value === 'Infinity') return Infinity
  if (value === '-Infinity') return -Infinity
  return unsuited(`${clause} clause can only be used on doubles`, value)
}

const special = (value: number): string | undefined =>
  Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? undefined : value > 0 ? '∞' : '-∞'

const fixed: Clause = (value, precision = 6) => {
  const number = real(value, 'fixed-point')
  const [whole = '', rest] = digits(number, Math.min(precision, 100)).split('.')
  return special(number) ?? [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...(rest === undefined ? [] : [rest])].join('.')
}

function digits(number: number, precision: number): string {
  const text = number.toFixed(precision)
  if (!text.includes('e')) return text
  const [mantissa, power] = number.toExponential().split('e') as [string, string]
  return plain(mantissa, Number(power)) + (precision ? `.${'0'.repeat(precision)}` : '')
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

const scientific: Clause = (value, precision = 6) => {
  const number = real(value, 'scientific')
  const [mantissa = '', power = '0'] = number.toExponential(Math.min(precision, 100)).split('e')
  const exponent = Number(power)
  const raised = [...String(Math.abs(exponent)).padStart(2, '0')].map(digit => superscripts[Number(digit)]).join('')
  return special(number) ?? `${mantissa}\u202f×\u202f10${exponent < 0 ? '⁻' : ''}${raised}`
}

const binary: Clause = value => {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return integer(value)?.toString(2) ?? unsuited('only integers and bools can be formatted as binary', value)
}

const octal: Clause = value =>
  integer(value)?.toString(8) ?? unsuited('octal clause can only be used on integers', value)

const hex: Clause = value => {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  if (bytes instanceof Uint8Array) return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return (
    integer(value)?.toString(16) ?? unsuited('only integers, byte buffers, and strings can be formatted as hex', value)
  )
}

/** Any value as text, as `%s` prints it. */
export function display(value: Value): string {
  if (value === null) return 'null'
  if (value instanceof List) return `[${[...value].map(display).join(', ')}]`
  if (value instanceof Mapping) return displayMap(value)
  if (value instanceof TypeValue) return typeName(value.type)
  if (typeof value === 'number') return special(value)?.replace('∞', 'Infinity') ?? formatDouble(value)
  const kind = typeOf(value).kind
  if (kind === 'struct' || kind === 'opaque')
    return unsuited(
      'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
      value,
    )
  return toText(value)
}

function displayMap(value: Mapping): string {
  const entries = [...value.keys()].map(key => `${shown(key)}: ${display(value.get(key) ?? null)}`)
  return `{${entries.sort().join(', ')}}`
}

const clauses: Readonly<Record<string, Clause>> = {
  s: display,
  d: decimal,
  f: fixed,
  e: scientific,
  b: binary,
  o: octal,
  x: hex,
  X: value => hex(value, undefined).toUpperCase(),
}

/** `'%s is %d'.format([a, b])`. */
export function formatText(format: Value, args: Value): string {
  let used = 0
  const values = args as List
  return (format as string).replace(
    /%(%|(?:\.(\d*))?([\s\S]?))/g,
    (_, all: string, precision?: string, letter?: string) => {
      if (all === '%') return '%'
      if (used >= values.size) throw new CelError(`index ${used} out of range`)
      if (!letter)
        throw new CelError(
          precision === undefined
            ? 'unexpected end of string'
            : 'could not parse formatting clause: error while parsing precision: could not find end of precision specifier',
        )
      const clause = Object.hasOwn(clauses, letter) ? clauses[letter] : undefined
      if (!clause) throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${letter}"`)
      return clause(values.at(used++), precision === undefined ? undefined : Number(precision))
    },
  )
}
