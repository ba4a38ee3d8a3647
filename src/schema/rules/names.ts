import { formatIP, isMapped, parseIP, parseLegacyIP } from '../../base/ip.ts'

/**
 * Checks of texts that have a form: each returns what is wrong, in upstream's words (apimachinery's util/validation
 * and api/validate/content), and nothing when the text is right. All take time linear in the text.
 */
export type Check = (value: string) => readonly string[]

const encoder = new TextEncoder()
/** Length in bytes, as Go counts. */
const size = (value: string) => (/^[\0-\x7f]*$/.test(value) ? value.length : encoder.encode(value).length)

const tooManyCharacters = (most: number) => `must be no more than ${most} characters`
const tooManyBytes = (most: number) => `must be no more than ${most} bytes`

/** The sentence about a text that does not match, with the pattern as upstream shows it. */
function mismatch(message: string, pattern: string, ...examples: string[]): string {
  const shown = examples.length === 0 ? '' : `e.g. ${examples.map(example => `'${example}', `).join(' or ')}`
  return `${message} (${shown}regex used for validation is '${pattern}')`
}

const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomainPattern = `${labelPattern}(\\.${labelPattern})*`
const isLabel = (value: string) => /^[-a-z0-9]+$/.test(value) && value[0] !== '-' && !value.endsWith('-')
const isSubdomain = (value: string) => value.split('.').every(isLabel)

/** RFC 1123 label: `my-name`. */
export function dnsLabel(value: string): string[] {
  const wrong: string[] = []
  if (size(value) > 63) wrong.push(tooManyCharacters(63))
  if (isLabel(value)) return wrong
  const message =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
  wrong.push(isSubdomain(value) ? 'must not contain dots' : mismatch(message, labelPattern, 'my-name', '123-abc'))
  return wrong
}

/** RFC 1123 subdomain: `my.name`. */
export function dnsSubdomain(value: string): string[] {
  return subdomain(value, tooManyCharacters)
}

function subdomain(value: string, tooMany: (most: number) => string): string[] {
  const wrong: string[] = []
  if (size(value) > 253) wrong.push(tooMany(253))
  if (isSubdomain(value)) return wrong
  const message =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
  wrong.push(mismatch(message, subdomainPattern, 'example.com'))
  return wrong
}

/** RFC 1035 label, the name of a Service: `my-name`, but not `1name`. */
export function dns1035Label(value: string): string[] {
  const wrong: string[] = []
  if (size(value) > 63) wrong.push(tooManyCharacters(63))
  if (isLabel(value) && /^[a-z]/.test(value)) return wrong
  const message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character"
  wrong.push(mismatch(message, '[a-z]([-a-z0-9]*[a-z0-9])?', 'my-name', 'abc-123'))
  return wrong
}

/** `*.` before a subdomain. */
export function wildcardSubdomain(value: string): string[] {
  const wrong: string[] = []
  if (size(value) > 253) wrong.push(tooManyCharacters(253))
  if (value.startsWith('*.') && isSubdomain(value.slice(2))) return wrong
  const message =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
  wrong.push(mismatch(message, `\\*\\.${subdomainPattern}`, '*.example.com'))
  return wrong
}

/** Turns the check of a whole name into one of a name that will be completed: a `-` at its end is right there. */
export const asPrefix =
  (check: Check): Check =>
  value =>
    check(value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value)

const namePattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const isName = (value: string) =>
  /^[-A-Za-z0-9_.]+$/.test(value) && /^[A-Za-z0-9]/.test(value) && /[A-Za-z0-9]$/.test(value)

/** Key of a label or annotation, name of a taint, a resource, a finalizer: `name` or `example.com/name`. */
export function qualifiedName(value: string): string[] {
  const parts = value.split('/')
  const message =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
  const sentence = mismatch(message, namePattern, 'MyName', 'my.name', '123-abc')
  if (parts.length > 2) {
    return [`a valid label key ${sentence} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  }
  const wrong: string[] = []
  const prefix = parts.length === 2 ? parts[0] : undefined
  const name = parts.at(-1) ?? ''
  if (prefix === '') wrong.push('prefix part must be non-empty')
  else if (prefix !== undefined) wrong.push(...subdomain(prefix, tooManyBytes).map(why => `prefix part ${why}`))
  if (name === '') wrong.push('name part must be non-empty')
  else if (size(name) > 63) wrong.push(`name part ${tooManyBytes(63)}`)
  if (!isName(name)) wrong.push(`name part ${sentence}`)
  return wrong
}

/** Value of a label. */
export function labelValue(value: string): string[] {
  const wrong: string[] = []
  if (size(value) > 63) wrong.push(tooManyBytes(63))
  if (value === '' || isName(value)) return wrong
  const message =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
  wrong.push(mismatch(message, `(${namePattern})?`, 'MyValue', 'my_value', '12345'))
  return wrong
}

/** Largest size of all annotations of an object together, keys and values, in bytes. */
export const mostAnnotationBytes = 256 * 1024

/** Bytes of all keys and values. */
export function totalSize(all: Readonly<Record<string, string>>): number {
  let total = 0
  for (const [key, value] of Object.entries(all)) total += size(key) + size(value)
  return total
}

/** A name that can stand in a URL path. */
export function pathSegment(value: string): string[] {
  return value === '.' || value === '..' ? [`may not be '${value}'`] : pathSegmentPrefix(value)
}

/** The beginning of such a name. */
export const pathSegmentPrefix = (value: string): string[] =>
  ['/', '%'].filter(part => value.includes(part)).map(part => `may not contain '${part}'`)

/** A port's number: 1 to 65535. */
export const portNumber = (port: number): string[] => inRange(port, 1, 65535)

/** A number from `least` to `most`. */
export const inRange = (value: number, least: number, most: number): string[] =>
  value >= least && value <= most ? [] : [`must be between ${least} and ${most}, inclusive`]

/** A user's or group's number. */
export const userNumber = (value: number): string[] => inRange(value, 0, 2 ** 31 - 1)

/** A port's name: IANA service name. */
export function portName(value: string): string[] {
  const wrong: string[] = []
  if (size(value) > 15) wrong.push(tooManyCharacters(15))
  if (!/^[-a-z0-9]+$/.test(value)) wrong.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(value)) wrong.push('must contain at least one letter (a-z)')
  if (value.includes('--')) wrong.push('must not contain consecutive hyphens')
  if (value.startsWith('-') || value.endsWith('-')) wrong.push('must not begin or end with a hyphen')
  return wrong
}

/** `25%`. */
export const percentText = (value: string): string[] =>
  /^[0-9]+%$/.test(value)
    ? []
    : [mismatch("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', '1%', '93%')]

/** Name of an HTTP header. */
export const httpHeaderName = (value: string): string[] =>
  /^[-A-Za-z0-9]+$/.test(value)
    ? []
    : [mismatch("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', 'X-Header-Name')]

/** Name of an environment variable as upstream lets it be today: printable ASCII without `=`. */
export function envVarName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty']
  return /^[ -<>-~]+$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

/** Name of an environment variable in the older, stricter sense. */
export function strictEnvVarName(value: string): string[] {
  const message =
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit"
  const wrong = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(value)
    ? []
    : [mismatch(message, '[-._a-zA-Z][-._a-zA-Z0-9]*', 'my.env-name', 'MY_ENV.NAME', 'MyEnvName1')]
  return [...wrong, ...upward(value)]
}

/** A name in C: `my_name`. */
export const cIdentifier = (value: string): string[] =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)
    ? []
    : [
        mismatch(
          "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
          '[A-Za-z_][A-Za-z0-9_]*',
          'my_name',
          'MY_NAME',
          'MyName',
        ),
      ]

/** Key of a ConfigMap or Secret: a file name. */
export function configMapKey(value: string): string[] {
  const wrong: string[] = []
  if (size(value) > 253) wrong.push(tooManyCharacters(253))
  if (!/^[-._a-zA-Z0-9]+$/.test(value)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
    wrong.push(mismatch(message, '[-._a-zA-Z0-9]+', 'key.name', 'KEY_NAME', 'key-name'))
  }
  return [...wrong, ...upward(value)]
}

/** What would lead out of a directory. */
function upward(value: string): string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`]
  return value.startsWith('..') ? ["must not start with '..'"] : []
}

const noIP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

/** An IP address in its canonical form. */
export function ipAddress(value: string): string[] {
  const address = parseLegacyIP(value)
  if (!address) return [noIP]
  if (!parseIP(value)) return ['must not have leading 0s']
  if (isMapped(address)) return ['must not be an IPv4-mapped IPv6 address']
  const canonical = formatIP(address)
  return value === canonical ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`]
}

/** An IP address in any form that older fields take. */
export const legacyIPAddress = (value: string): string[] => (parseLegacyIP(value) ? [] : [noIP])

/** Path of an HTTP request, without the first slash. */
export const httpPath = (value: string): string[] =>
  /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(value) ? [] : [mismatch('Invalid path', "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+")]

/** Reason of a condition: one word, `MinimumReplicasAvailable`. */
export function conditionReason(value: string): string[] {
  if (/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/.test(value)) return []
  const message =
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'"
  const examples = ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB']
  return [mismatch(message, '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?', ...examples)]
}
