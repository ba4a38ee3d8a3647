import type { Authenticator, ServerRequest } from '../contract.ts'
import { unescaped } from './impersonation.ts'
import type { Authorities } from './trust.ts'

export interface FrontProxyOptions {
  readonly authorities: Authorities
  /** Common names that the proxy's certificate may have; any when empty. */
  readonly names: readonly string[]
  /** Headers, in lower case; of several for the name the first that is there counts. */
  readonly userHeaders: readonly string[]
  readonly uidHeaders: readonly string[]
  readonly groupHeaders: readonly string[]
  readonly extraPrefixes: readonly string[]
}

/** A proxy that shows a certificate of its own tells by headers whom it asks for (`request/headerrequest`). */
export function frontProxyAuthenticator(options: FrontProxyOptions): Authenticator {
  const { authorities, names } = options
  return {
    name: 'front-proxy',
    authenticate(request) {
      const { certificate, headers } = request
      if (!certificate) return undefined
      const user = first(headers, options.userHeaders)
      if (!user || !authorities.vouchesFor(certificate)) return undefined
      if (names.length > 0 && !names.includes(certificate.commonName)) return undefined
      const uid = first(headers, options.uidHeaders)
      const groups = options.groupHeaders.flatMap(name => values(headers[name]))
      const extra = extraOf(headers, options.extraPrefixes)
      return {
        name: user,
        groups: groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'],
        ...(uid ? { uid } : {}),
        ...(Object.keys(extra).length > 0 ? { extra } : {}),
      }
    },
  }
}

const first = (headers: ServerRequest['headers'], names: readonly string[]): string =>
  utf8(names.map(name => headers[name] ?? '').find(value => value !== '') ?? '')

/** Names are sent in UTF-8; Node reads headers as Latin-1. */
const utf8 = (header: string) => Buffer.from(header, 'latin1').toString()

const values = (header: string | undefined): string[] =>
  (header ?? '')
    .split(',')
    .map(value => utf8(value.trim()))
    .filter(value => value !== '')

function extraOf(headers: ServerRequest['headers'], prefixes: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {}
  for (const prefix of prefixes) {
    for (const header in headers) {
      if (!header.startsWith(prefix)) continue
      const key = unescaped(header.slice(prefix.length))
      extra[key] = [...(extra[key] ?? []), ...values(headers[header])]
    }
  }
  return extra
}
