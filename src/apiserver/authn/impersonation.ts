import { badRequest } from '../../api/meta/statusError.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { Authorization } from '../authz/authorization.ts'
import type { RequestInfo, ServerRequest } from '../contract.ts'
import { type Impersonated, impersonate, type WantedUser } from './impersonationModes.ts'

const extraPrefix = 'impersonate-extra-'

/**
 * The user a request is carried out as: by the `Impersonate-*` headers, if the real one may be that one; otherwise throws
 * Forbidden. Undefined without such headers (`filters/impersonation`).
 */
export function impersonated(
  request: ServerRequest,
  user: UserInfo,
  info: RequestInfo,
  authorization: Pick<Authorization, 'check'>,
): Promise<Impersonated> | undefined {
  const { headers } = request
  if (!mayBeOther(headers)) return undefined
  const wanted: WantedUser = {
    name: headers['impersonate-user'] ?? '',
    uid: headers['impersonate-uid'] ?? '',
    groups: values(headers['impersonate-group']),
    extra: extraOf(headers),
  }
  if (wanted.name) return impersonate(authorization, wanted, user, info)
  if (wanted.groups.length === 0 && !wanted.uid && Object.keys(wanted.extra).length === 0) return undefined
  throw badRequest(`requested ${inGo(wanted)} without impersonating a user name`)
}

/** Asked of every request: few have any of these headers. */
function mayBeOther(headers: ServerRequest['headers']): boolean {
  for (const header in headers) if (header.startsWith('impersonate-')) return true
  return false
}

/** Repeated headers arrive as one, joined by commas. */
const values = (header: string | undefined) =>
  header
    ? header
        .split(',')
        .map(value => value.trim())
        .filter(value => value !== '')
    : []

function extraOf(headers: ServerRequest['headers']): Record<string, string[]> {
  const extra: Record<string, string[]> = {}
  for (const header in headers) {
    if (header.startsWith(extraPrefix)) extra[unescaped(header.slice(extraPrefix.length))] = values(headers[header])
  }
  return extra
}

/** Percent signs in names of headers stand for other characters. Malformed ones are kept as they are, as upstream does. */
export function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** Upstream tells the wish as Go prints it. */
function inGo({ name, uid, groups, extra }: WantedUser): string {
  const quoted = (texts: readonly string[]) => texts.map(text => JSON.stringify(text)).join(', ')
  const list = groups.length > 0 ? `[]string{${quoted(groups)}}` : '[]string(nil)'
  const entries = Object.entries(extra).map(([key, all]) => `${JSON.stringify(key)}:[]string{${quoted(all)}}`)
  const map = entries.length > 0 ? `map[string][]string{${entries.join(', ')}}` : 'map[string][]string(nil)'
  return `&user.DefaultInfo{Name:${JSON.stringify(name)}, UID:${JSON.stringify(uid)}, Groups:${list}, Extra:${map}}`
}
