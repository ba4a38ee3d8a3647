import { typeName } from '../types.ts'
import { toText } from '../values/convert.ts'
import { formatDouble, plain } from '../values/double.ts'
import { CelError, Duration, List, Mapping, Timestamp, TypeValue, typeOf, Uint, type Value } from '../values/value.ts'

type Clause = (value: Value, precision: number | undefined) => string

const unsuited = (what: string, value: Value): never => {
  throw new CelError(`error during formatting: ${what}, was given ${typeName(typeOf(value))}`)
}

const integer = (value: Value): bigint | undefined =>
  typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined

function decimal(value: Value): string {
  const whole = integer(value)
  if (whole !== undefined) return String(whole)
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
  return special(number) ?? `${mantissa}×10${exponent < 0 ? '⁻' : ''}${raised}`
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
  if (value instanceof List) return `[${[...value].map(quoted).join(', ')}]`
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

/** Inside lists and maps values look as they would be written. */
function quoted(value: Value): string {
  const text = display(value)
  if (typeof value === 'string') return JSON.stringify(text)
  if (typeof value === 'number') return Number.isFinite(value) ? value.toFixed(6) : `"${text}"`
  if (value instanceof Uint8Array) return `b"${text}"`
  if (value instanceof Duration) return `duration("${text}")`
  if (value instanceof Timestamp) return `timestamp("${text}")`
  return text
}

function displayMap(value: Mapping): string {
  const entries = [...value.keys()].map(key => `${quoted(key)}:${quoted(value.get(key) ?? null)}`)
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

/** One place of a format that takes an argument, or why it is none. */
export interface FormatClause {
  readonly letter: string
  readonly precision?: number
  readonly problem?: string
  /** The text before it. */
  readonly before: string
}

const place = /%(%|(?:\.(\d*))?([\s\S]?))/g

/** The places of a format, and in `tail` what follows the last. */
export function clausesOf(format: string): FormatClause[] & { tail?: string } {
  const clauses: FormatClause[] & { tail?: string } = []
  let before = ''
  let from = 0
  for (const match of format.matchAll(place)) {
    const [all, what, precision, letter = ''] = match
    before += format.slice(from, match.index)
    from = match.index + all.length
    if (what === '%') {
      before += '%'
      continue
    }
    const problem = clauseProblem(letter, precision)
    const digits = precision === undefined ? {} : { precision: Number(precision) }
    clauses.push({ letter, before, ...digits, ...(problem === undefined ? {} : { problem }) })
    before = ''
  }
  clauses.tail = before + format.slice(from)
  return clauses
}

function clauseProblem(letter: string, precision: string | undefined): string | undefined {
  const parsing = 'could not parse formatting clause: '
  if (letter === '')
    return precision === undefined
      ? 'unexpected end of string'
      : `${parsing}error while parsing precision: could not find end of precision specifier`
  return Object.hasOwn(clauses, letter) ? undefined : `${parsing}unrecognized formatting clause "${letter}"`
}

const whole = ['int', 'uint']
const takes: Readonly<Record<string, readonly [kinds: readonly string[], otherwise: string]>> = {
  d: [whole, 'decimal clause can only be used on integers'],
  f: [['double', 'string'], 'fixed-point clause can only be used on doubles'],
  e: [['double', 'string'], 'scientific clause can only be used on doubles'],
  b: [[...whole, 'bool'], 'only integers and bools can be formatted as binary'],
  o: [whole, 'octal clause can only be used on integers'],
  x: [[...whole, 'string', 'bytes'], 'only integers, byte buffers, and strings can be formatted as hex'],
  s: [
    ['list', 'map', ...whole, 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
    'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  ],
}

/** Why values of a kind of type cannot stand at a clause; `undefined`: they can. */
export function formatTakes(letter: string, kind: string): string | undefined {
  const [kinds, otherwise] = takes[letter.toLowerCase()] ?? [[], '']
  return kind === 'dyn' || kinds.includes(kind) ? undefined : otherwise
}

/** `'%s is %d'.format([a, b])`. */
export function formatText(format: Value, args: Value): string {
  const values = args as List
  const found = clausesOf(format as string)
  const pieces = found.map(({ letter, precision, problem, before }, i) => {
    if (i >= values.size) throw new CelError(`index ${i} out of range`)
    if (problem !== undefined) throw new CelError(problem)
    return before + (clauses[letter] as Clause)(values.at(i), precision)
  })
  return pieces.join('') + (found.tail ?? '')
}
