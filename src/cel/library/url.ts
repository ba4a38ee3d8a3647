import { fn, type Library, method } from '../check/environment.ts'
import { bool, list, map, string, struct } from '../types.ts'
import { listOf, mapOf } from '../values/collections.ts'
import { CelError, Opaque, type Value } from '../values/value.ts'

const urlType = struct('kubernetes.URL', {})

/** The parts of a URL, as Go's net/url takes one apart. */
interface Parts {
  readonly scheme: string
  readonly opaque: boolean
  readonly user: string
  readonly host: string
  readonly path: string
  readonly query: string
}

class URLValue extends Opaque {
  readonly type = urlType
  readonly text: string
  readonly parts: Parts
  constructor(text: string, parts: Parts) {
    super()
    this.text = text
    this.parts = parts
  }
  equals(other: Opaque): boolean {
    return other instanceof URLValue && other.text === this.text
  }
}

const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s

/** A URL as a request has it: absolute, or a path. What is wrong otherwise. */
function parse(text: string): Parts | string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (/[\x00-\x1f\x7f]/.test(text)) return 'net/url: invalid control character in URL'
  if (text === '') return 'empty url'
  const found = scheme.exec(text)
  if (!found && /^:/.test(text)) return 'missing protocol scheme'
  const rest = found ? (found[2] as string) : text
  const [before = '', ...queries] = rest.split('?')
  const query = queries.join('?')
  const empty = { scheme: (found?.[1] ?? '').toLowerCase(), user: '', host: '', query }
  if (!before.startsWith('/')) {
    return found ? { ...empty, opaque: true, path: '' } : 'invalid URI for request'
  }
  const named = found !== null && before.startsWith('//') && !before.startsWith('///')
  if (!named) return escapes(before) ?? { ...empty, opaque: false, path: before }
  const slash = before.indexOf('/', 2)
  const authority = before.slice(2, slash < 0 ? undefined : slash)
  const path = slash < 0 ? '' : before.slice(slash)
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  return (
    badHost(host) ?? escapes(path) ?? { ...empty, opaque: false, user: authority.slice(0, Math.max(at, 0)), host, path }
  )
}

function escapes(path: string): string | undefined {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(path)
  return bad ? `invalid URL escape ${JSON.stringify(bad[0])}` : undefined
}

function badHost(host: string): string | undefined {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']')
    if (end < 0) return "missing ']' in host"
    const port = host.slice(end + 1)
    return port === '' || /^:\d*$/.test(port) ? undefined : `invalid port ${JSON.stringify(port)} after host`
  }
  const colon = host.indexOf(':')
  if (colon >= 0 && !/^:\d*$/.test(host.slice(colon)))
    return `invalid port ${JSON.stringify(host.slice(colon))} after host`
  const bad = /[ "<>\\^`{}|]/.exec(host)
  return bad ? `invalid character ${JSON.stringify(bad[0])} in host name` : undefined
}

function toURL(text: Value): Value {
  const parts = parse(text as string)
  if (typeof parts === 'string')
    throw new CelError(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: ${parts}`)
  return new URLValue(text as string, parts)
}

const partsOf = (value: Value): Parts => (value as URLValue).parts
const port = (host: string): string => /:(\d*)$/.exec(host.replace(/^\[.*\]/s, ''))?.[1] ?? ''
const hostname = (host: string): string =>
  host.startsWith('[') ? host.slice(1, host.lastIndexOf(']')) : host.replace(/:\d*$/, '')

/** Bytes of a path that stay as they are; others are escaped. */
const escapedPath = (path: string): string =>
  path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@!'()*%[\]]/gu, character => encodeURIComponent(character))

function query(value: Value): Value {
  const values = new Map<string, string[]>()
  for (const piece of partsOf(value).query.split('#')[0]?.split('&') ?? []) {
    if (piece === '' || piece.includes(';')) continue
    const equals = piece.indexOf('=')
    const key = unescaped(equals < 0 ? piece : piece.slice(0, equals))
    const given = unescaped(equals < 0 ? '' : piece.slice(equals + 1))
    if (key === undefined || given === undefined) continue
    values.set(key, [...(values.get(key) ?? []), given])
  }
  return mapOf([...values].map(([key, all]) => [key, listOf(all)] as const))
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // Go leaves a pair with a broken escape out.
    return undefined
  }
}

const part = (id: string, read: (parts: Parts) => string) => [
  method(id, [urlType], string, value => read(partsOf(value))),
]

/** Kubernetes' URLs. */
export const urls: Library = {
  types: { 'kubernetes.URL': urlType },
  functions: {
    url: [fn('string_to_url', [string], urlType, toURL)],
    isURL: [fn('is_url_string', [string], bool, text => typeof parse(text as string) !== 'string')],
    getScheme: part('url_get_scheme', ({ scheme: name }) => name),
    getHost: part('url_get_host', ({ host }) => host),
    getHostname: part('url_get_hostname', ({ host }) => hostname(host)),
    getPort: part('url_get_port', ({ host }) => port(host)),
    getEscapedPath: part('url_get_escaped_path', ({ path }) => escapedPath(path)),
    getQuery: [method('url_get_query', [urlType], map(string, list(string)), query)],
  },
}
