import { lengthKind, readFields, Writer } from '../codec/wire.ts'
import type { Type } from '../types.ts'

/** How a quantity is printed: `12M`, `12Mi` or `12e6`. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** An exact amount. Upstream's resource.Quantity: nothing finer than a billionth. */
export interface Quantity {
  /** The amount in billionths. */
  readonly nano: bigint
  readonly format: QuantityFormat
}

/** Texts longer than this, and exponents further out than `furthestExponent`, are refused: they are no amounts. */
const longestText = 256
const furthestExponent = 1000
const one = 1_000_000_000n
const mostBinary = (2n ** 63n - 1n) * one

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const suffixWrong = "unable to parse quantity's suffix"

const decimalSuffixes: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}
const binarySuffixes: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const decimalPrints = new Map(Object.entries(decimalSuffixes).map(([suffix, exponent]) => [exponent, suffix]))
const binaryPrints = ['', ...Object.keys(binarySuffixes)]

const grammar = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/

interface Read extends Quantity {
  /** The text is what this quantity prints as. */
  readonly kept: boolean
}

/** Reads the text, or says what is wrong with it. Upstream's ParseQuantity, with its choice of what is printed as written. */
function read(text: string): Read | string {
  const match = text.length > 0 && text.length <= longestText ? grammar.exec(text) : null
  if (!match) return formatWrong
  const [, sign = '', digits = '', fraction = '', suffix = ''] = match
  const whole = digits.replace(/^0+/, '') || '0'
  const unit = unitOf(suffix)
  if (!unit) return suffixWrong
  const shifted = whole + fraction
  const amount = BigInt(shifted)
  let { format } = unit
  let nano: bigint
  let kept = false
  if (format === 'BinarySI') {
    const scaled = amount * 2n ** BigInt(unit.exponent) * one
    nano = roundUp(scaled, 10n ** BigInt(fraction.length))
    const room = 14 - whole.length - Math.trunc((unit.exponent * 3) / 10)
    if (fraction === '' && room >= 0) kept = (amount & 7n) !== 0n
    else {
      if (nano > mostBinary) nano = mostBinary
      if (nano > 0n && nano < one) format = 'DecimalSI'
    }
  } else {
    const scale = unit.exponent - fraction.length
    nano = scale >= -9 ? amount * 10n ** BigInt(scale + 9) : roundUp(amount, 10n ** BigInt(-scale - 9))
    kept = shifted.length <= 18 && scale >= -9 && scale % 3 === 0 && !shifted.endsWith('000') && shifted[0] !== '0'
  }
  return { nano: sign === '-' ? -nano : nano, format, kept: kept && nano !== 0n }
}

function unitOf(suffix: string): { readonly format: QuantityFormat; readonly exponent: number } | undefined {
  if (Object.hasOwn(decimalSuffixes, suffix)) return { format: 'DecimalSI', exponent: decimalSuffixes[suffix] ?? 0 }
  if (Object.hasOwn(binarySuffixes, suffix)) return { format: 'BinarySI', exponent: binarySuffixes[suffix] ?? 0 }
  if (!/^[eE][-+]?\d+$/.test(suffix)) return undefined
  const exponent = Number(suffix.slice(1))
  return Math.abs(exponent) <= furthestExponent ? { format: 'DecimalExponent', exponent } : undefined
}

/** Division away from zero, of what is not negative. */
const roundUp = (value: bigint, by: bigint) => (value + by - 1n) / by

/** Reads a quantity: `100m`, `1.5Gi`, `12e6`. Throws a RangeError that says what is wrong. */
export function parseQuantity(text: string): Quantity {
  const quantity = read(text)
  if (typeof quantity === 'string') throw new RangeError(quantity)
  return { nano: quantity.nano, format: quantity.format }
}

/** What is wrong with a text that should be a quantity; undefined when nothing is. */
export function quantityProblem(text: string): string | undefined {
  const quantity = read(text)
  return typeof quantity === 'string' ? quantity : undefined
}

/** The canonical form: no fraction, and the largest suffix that needs none. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0'
  const size = nano < 0n ? -nano : nano
  const sign = nano < 0n ? '-' : ''
  if (format === 'BinarySI' && size >= 1024n * one && size % one === 0n) {
    let rest = size / one
    let power = 0
    while (power < 6 && rest % 1024n === 0n) {
      rest /= 1024n
      power++
    }
    return `${sign}${rest}${binaryPrints[power]}`
  }
  let rest = size
  let exponent = -9
  while (rest % 1000n === 0n && (format === 'DecimalExponent' || exponent < 18)) {
    rest /= 1000n
    exponent += 3
  }
  const suffix = format === 'DecimalExponent' ? (exponent === 0 ? '' : `e${exponent}`) : decimalPrints.get(exponent)
  return `${sign}${rest}${suffix}`
}

/** Any quantity text in its canonical form. Throws when it is none. */
export function canonicalQuantity(text: string): string {
  const quantity = read(text)
  if (typeof quantity === 'string') throw new RangeError(quantity)
  return quantity.kept ? text : formatQuantity(quantity)
}

/** Texts that are surely canonical. */
const plainQuantity = /^[1-9]\d{0,2}(?:m|k|M|G|Ki|Mi|Gi|Ti)?$/
const plainNumber = /^\d{1,12}$/

/** A quantity text in thousandths, rounded up (away from zero): CPU. Throws when it is none. */
export function milliValue(text: string): number {
  if (plainNumber.test(text)) return Number(text) * 1000
  if (text.endsWith('m') && plainNumber.test(text.slice(0, -1))) return Number(text.slice(0, -1))
  return scaled(parseQuantity(text).nano, 1_000_000n)
}

/** A quantity text in whole units, rounded up (away from zero): bytes, counts. Throws when it is none. */
export function intValue(text: string): number {
  if (plainNumber.test(text)) return Number(text)
  return scaled(parseQuantity(text).nano, one)
}

const scaled = (nano: bigint, unit: bigint): number => Number(nano < 0n ? -roundUp(-nano, unit) : roundUp(nano, unit))

type Amount = string | Quantity
const amountOf = (amount: Amount): Quantity => (typeof amount === 'string' ? parseQuantity(amount) : amount)

/** The sum, in canonical text. It is printed the way `a` is, or `b` where `a` is zero. */
export function addQuantities(a: Amount, b: Amount): string {
  const [x, y] = [amountOf(a), amountOf(b)]
  return formatQuantity({ nano: x.nano + y.nano, format: x.nano === 0n ? y.format : x.format })
}

/** The difference `a - b`, in canonical text. It is printed the way `a` is, or `b` where `a` is zero. */
export function subtractQuantities(a: Amount, b: Amount): string {
  const [x, y] = [amountOf(a), amountOf(b)]
  return formatQuantity({ nano: x.nano - y.nano, format: x.nano === 0n ? y.format : x.format })
}

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: Amount, b: Amount): number {
  const [x, y] = [amountOf(a).nano, amountOf(b).nano]
  return x < y ? -1 : x > y ? 1 : 0
}

/** An amount with a suffix, in canonical form. JSON numbers are taken too. */
export const quantity: Type<string> = {
  form: 'scalar',
  scalar: {
    name: 'quantity',
    wire: 'message',
    zero: '0',
    openapi: { oneOf: [{ type: 'string' }, { type: 'number' }] },
    definition: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
    isZero: value => value === '0',
    parse(json) {
      if (typeof json === 'string' && plainQuantity.test(json)) return { value: json }
      if (typeof json !== 'string' && typeof json !== 'number') return { error: formatWrong }
      const text = String(json).trim()
      const found = read(text)
      if (typeof found === 'string') return { error: found }
      return { value: found.kept ? text : formatQuantity(found) }
    },
    equal: (a, b) => a === b || compareQuantities(a as string, b as string) === 0,
    toWire(value) {
      const writer = new Writer(24)
      writer.text(value as string)
      writer.tag(1, lengthKind)
      return writer.finish()
    },
    fromWire(wire) {
      let text = ''
      readFields(wire as Uint8Array, (number, reader, kind) => {
        if (number !== 1 || kind !== lengthKind) return false
        text = reader.text()
        return true
      })
      return text === '' ? '0' : plainQuantity.test(text) ? text : canonicalQuantity(text)
    },
  },
}
