import { badRequest } from '../../api/meta/statusError.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { Authorization } from '../authz/authorization.ts'
import type { ServerRequest } from '../contract.ts'
import { serviceAccountGroups, serviceAccountOf } from './serviceAccount/user.ts'

const extraPrefix = 'impersonate-extra-'

/** One thing the request wants to be, and the right it takes. */
interface Wish {
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

/**
 * The user a request is carried out as: by the `Impersonate-*` headers, if the real one may `impersonate` each part of
 * it; otherwise throws Forbidden. Without such headers, the real one (`filters/impersonation`).
 */
export async function impersonated(
  request: ServerRequest,
  user: UserInfo,
  authorization: Pick<Authorization, 'check'>,
): Promise<UserInfo> {
  const { headers } = request
  if (!mayBeOther(headers)) return user
  const name = headers['impersonate-user']
  const groups = values(headers['impersonate-group'])
  const uid = headers['impersonate-uid']
  const extra = extraOf(headers)
  if (!name) {
    if (groups.length === 0 && !uid && Object.keys(extra).length === 0) return user
    throw badRequest('requested impersonation of groups, a UID or extra without impersonating a user')
  }
  const account = serviceAccountOf(name)
  const wishes: Wish[] = [
    account ? wish('serviceaccounts', account.name, account.namespace) : wish('users', name),
    ...groups.map(group => wish('groups', group)),
    ...Object.entries(extra).flatMap(([key, all]) =>
      all.map(value => ({ ...wish('userextras', value), group: 'authentication.k8s.io', subresource: key })),
    ),
    ...(uid ? [{ ...wish('uids', uid), group: 'authentication.k8s.io' }] : []),
  ]
  for (const each of wishes) {
    await authorization.check({ user, verb: 'impersonate', isResource: true, version: 'v1', path: '', ...each })
  }
  return {
    name,
    ...(uid ? { uid } : {}),
    groups: groupsOf(name, groups.length > 0 || !account ? groups : serviceAccountGroups(account.namespace)),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  }
}

const wish = (resource: string, name: string, namespace = ''): Wish => ({
  group: '',
  resource,
  subresource: '',
  namespace,
  name,
})

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

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    // Malformed keys are kept as they are, as upstream does.
    return key
  }
}

function groupsOf(name: string, groups: readonly string[]): string[] {
  if (name === 'system:anonymous') return [...new Set([...groups, 'system:unauthenticated'])]
  const settled = groups.includes('system:authenticated') || groups.includes('system:unauthenticated')
  return settled ? [...groups] : [...groups, 'system:authenticated']
}
