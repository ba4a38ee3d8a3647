import { parseLegacyCIDR } from '../../../base/cidr.ts'
import { parseIP, parseLegacyIP } from '../../../base/ip.ts'
import { nanoseconds } from '../../scalars/duration.ts'

/** Checks of `format`, by names without dashes; what is not listed is passed over. Of kube-openapi's strfmt. */
const matches = (pattern: RegExp) => (text: string) => pattern.test(text)

const uuid = (third: string, fourth: string) =>
  matches(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, 'i'))
const any4 = '[0-9a-f]{4}'

function hostname(text: string): boolean {
  if (text.length > 255) return false
  const labels = text.split('.')
  if (labels.some(label => label.length > 63)) return false
  const first = /^[a-zA-Z0-9\p{S}\p{L}]$/u
  const inside = /^[a-zA-Z0-9\-\p{S}\p{L}]*$/u
  const isLabel = (label: string) => {
    const characters = [...label]
    return first.test(characters[0] ?? '') && first.test(characters.at(-1) ?? '') && inside.test(label)
  }
  if (labels.length === 1) return /^[a-zA-Z0-9\p{S}\p{L}](-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?$/u.test(text)
  return labels.slice(0, -1).every(isLabel) && /^[a-zA-Z\p{L}]{2,63}$/u.test(labels.at(-1) ?? '')
}

const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function date(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const most = month === 2 && !leap ? 28 : (days[month - 1] ?? 0)
  return day >= 1 && day <= most
}

function dateTime(text: string): boolean {
  const [before = '', ...rest] = text.toLowerCase().split('t')
  const match = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/.exec(rest[0] ?? '')
  if (!match || !date(before)) return false
  const [, hours = '', minutes = '', seconds = ''] = match
  return hours <= '23' && minutes <= '59' && seconds <= '59'
}

const units = /^(ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/i

function duration(text: string): boolean {
  if (typeof nanoseconds(text) === 'bigint') return true
  return [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)].some(([, unit = '']) => units.test(unit))
}

function uri(text: string): boolean {
  if (text === '' || [...text].some(character => character <= ' ' || character === '\u007f')) return false
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return false
  if (text === '*' || text.startsWith('/')) return true
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) && (!/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(text) || URL.canParse(text))
}

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-\\u0080-\\uffff]+"
const address = `(?:${atom}(?:\\.${atom})*|"(?:[^"\\\\]|\\\\.)*")@(?:${atom}(?:\\.${atom})*|\\[[^\\]]*\\])`
const email = matches(new RegExp(`^\\s*(?:${address}|[^<>@]*<\\s*${address}\\s*>)\\s*$`))

function mac(text: string): boolean {
  const groups = (length: number, mark: string, counts: readonly number[]) => {
    const parts = text.split(mark)
    return counts.includes(parts.length) && parts.every(part => part.length === length && /^[0-9a-fA-F]+$/.test(part))
  }
  return groups(2, ':', [6, 8, 20]) || groups(2, '-', [6, 8, 20]) || groups(4, '.', [3, 4, 10])
}

const bare = (text: string) => text.replace(/[\s-]+/g, '')

function isbn10(text: string): boolean {
  const digits = bare(text)
  if (!/^([0-9]{9}X|[0-9]{10})$/.test(digits)) return false
  return (
    [...digits].reduce((sum, digit, index) => sum + (index + 1) * (digit === 'X' ? 10 : Number(digit)), 0) % 11 === 0
  )
}

function isbn13(text: string): boolean {
  const digits = bare(text)
  if (!/^[0-9]{13}$/.test(digits)) return false
  const sum = [...digits.slice(0, 12)].reduce((total, digit, index) => total + (index % 2 ? 3 : 1) * Number(digit), 0)
  return Number(digits[12]) === (10 - (sum % 10)) % 10
}

const cardNumber =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/

function creditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, '')
  if (!cardNumber.test(digits)) return false
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = index % 2 ? Number(digit) * 2 : Number(digit)
    return total + (value >= 10 ? (value % 10) + 1 : value)
  }, 0)
  return sum % 10 === 0
}

const component = '(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])'
const shortName = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: matches(/^[0-9a-fA-F]{24}$/),
  uri,
  email,
  hostname,
  ipv4: text => text.includes('.') && parseLegacyIP(text) !== undefined,
  ipv6: text => text.includes(':') && parseIP(text) !== undefined,
  cidr: text => parseLegacyCIDR(text) !== undefined,
  mac,
  uuid: uuid(any4, any4),
  uuid3: uuid('3[0-9a-f]{3}', any4),
  uuid4: uuid('4[0-9a-f]{3}', '[89ab][0-9a-f]{3}'),
  uuid5: uuid('5[0-9a-f]{3}', '[89ab][0-9a-f]{3}'),
  isbn: text => isbn10(text) || isbn13(text),
  isbn10,
  isbn13,
  creditcard: creditCard,
  ssn: text => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: matches(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matches(new RegExp(`^rgb\\(\\s*${component}\\s*,\\s*${component}\\s*,\\s*${component}\\s*\\)$`)),
  byte: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date,
  duration,
  datetime: dateTime,
  k8sshortname: text => text.length <= 63 && new RegExp(`^${shortName}$`).test(text),
  k8slongname: text => text.length <= 253 && new RegExp(`^${shortName}(?:\\.${shortName})*$`).test(text),
}

const numberFormats: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
}

/** The check of a text format; undefined: the format is not known. */
export function formatCheck(format: string): ((text: string) => boolean) | undefined {
  const name = format.replaceAll('-', '')
  return Object.hasOwn(checks, name) ? checks[name] : undefined
}

/** Whether a format means anything for a type (empty: a text, or not told). What does not is passed over. */
export function isKnownFormat(type: string, format: string): boolean {
  if (type === '' || type === 'string') return formatCheck(format) !== undefined
  return numberFormats[type]?.includes(format) ?? false
}
