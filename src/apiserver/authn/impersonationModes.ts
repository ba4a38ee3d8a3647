import type { UserInfo } from '../../api/resource.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import type { Authorization } from '../authz/authorization.ts'
import { forbiddenStatus } from '../authz/forbidden.ts'
import type { AuthorizationAttributes, RequestInfo } from '../contract.ts'
import { serviceAccountGroups, serviceAccountOf } from './serviceAccount/user.ts'

/** Whom the headers name. */
export interface WantedUser {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/** Who the request is carried out as, and the constrained verb that allowed it; empty for `impersonate`. */
export interface Impersonated {
  readonly user: UserInfo
  readonly constraint: string
}

type Check = (attributes: AuthorizationAttributes) => Promise<void>

/** One way to be allowed to be somebody: `undefined`, it is not for such a user; throws Forbidden. */
type Mode = (
  check: Check,
  wanted: WantedUser,
  asker: UserInfo,
  info: RequestInfo,
) => Promise<Impersonated | undefined> | undefined

const nodeNameKey = 'authentication.kubernetes.io/node-name'
/** From so many checks on, the right to all is asked for first. */
const many = 4

/** The name of the node that a user name stands for. */
function nodeName(user: string): string | undefined {
  const prefix = 'system:node:'
  const name = user.startsWith(prefix) ? user.slice(prefix.length) : ''
  return name && dnsSubdomain(name).length === 0 ? name : undefined
}

const onlyName = ({ uid, groups, extra }: WantedUser) =>
  uid === '' && groups.length === 0 && Object.keys(extra).length === 0

/** The ways, in order: those limited to what the request does, then the right to be somebody in all there is. */
const modes: readonly Mode[] = [
  (check, wanted, asker, info) => {
    const node = nodeName(wanted.name)
    const own = asker.extra?.[nodeNameKey]
    const associated = node !== undefined && own?.length === 1 && own[0] === node && serviceAccountOf(asker.name)
    if (!associated || !onlyName(wanted)) return undefined
    // The node is the asker's own: its name, and what is told of the asker, are left out of the question.
    const extra = { 'authentication.kubernetes.io/associated-node-keys': Object.keys(asker.extra ?? {}).sort() }
    const verb = 'impersonate:associated-node'
    const anyNode: Check = attributes => check(attributes.verb === verb ? { ...attributes, name: '*' } : attributes)
    return constrained(anyNode, 'associated-node', wanted, { ...asker, extra }, info)
  },
  (check, wanted, asker, info) =>
    onlyName(wanted) && nodeName(wanted.name) !== undefined
      ? constrained(check, 'arbitrary-node', wanted, asker, info)
      : undefined,
  (check, wanted, asker, info) =>
    onlyName(wanted) && serviceAccountOf(wanted.name)
      ? constrained(check, 'serviceaccount', wanted, asker, info)
      : undefined,
  (check, wanted, asker, info) =>
    nodeName(wanted.name) === undefined && !serviceAccountOf(wanted.name)
      ? constrained(check, 'user-info', wanted, asker, info)
      : undefined,
  (check, wanted, asker) => become(check, 'impersonate', wanted, asker),
]

/** Tries the ways one after another; if none is allowed, what the first one lacked is told (`WithConstrainedImpersonation`). */
export async function impersonate(
  authorization: Pick<Authorization, 'check'>,
  wanted: WantedUser,
  asker: UserInfo,
  info: RequestInfo,
): Promise<Impersonated> {
  let first: unknown
  for (const mode of modes) {
    try {
      const found = await mode(attributes => authorization.check(attributes), wanted, asker, info)
      if (found) return found
    } catch (error) {
      first ??= error
    }
  }
  throw first
}

/** Both rights: to do this in somebody's place, and to be that somebody. */
async function constrained(
  check: Check,
  mode: string,
  wanted: WantedUser,
  asker: UserInfo,
  info: RequestInfo,
): Promise<Impersonated> {
  await check({ ...info, user: asker, verb: `impersonate-on:${mode}:${info.verb}` })
  return become(check, `impersonate:${mode}`, wanted, asker)
}

async function become(check: Check, verb: string, wanted: WantedUser, asker: UserInfo): Promise<Impersonated> {
  const limited = verb !== 'impersonate'
  const inGroup = limited ? 'authentication.k8s.io' : ''
  const attributes = (group: string, resource: string, name: string, more = {}): AuthorizationAttributes => ({
    user: asker,
    verb,
    isResource: true,
    group,
    version: 'v1',
    resource,
    subresource: '',
    namespace: '',
    name,
    path: '',
    ...more,
  })
  const listed = `[${wanted.groups.map(group => JSON.stringify(group)).join(' ')}]`
  let groups = [...wanted.groups]
  let asked = attributes(inGroup, 'users', wanted.name)
  const node = limited ? nodeName(wanted.name) : undefined
  if (node !== undefined) {
    asked = { ...asked, resource: 'nodes', name: node }
    if (groups.length > 0)
      throw forbiddenStatus(asked, `when impersonating a node, cannot impersonate groups ${listed}`)
    groups = ['system:nodes']
  }
  const account = serviceAccountOf(wanted.name)
  if (account) {
    asked = { ...asked, resource: 'serviceaccounts', ...account }
    if (limited && groups.length > 0) {
      throw forbiddenStatus(asked, `when impersonating a service account, cannot impersonate groups ${listed}`)
    }
    if (groups.length === 0) groups = serviceAccountGroups(account.namespace)
  }
  await check(asked)
  if (wanted.uid) await check(attributes('authentication.k8s.io', 'uids', wanted.uid))
  await checkGroups(check, name => attributes(inGroup, 'groups', name), wanted.groups, limited)
  await checkExtra(
    check,
    (key, value) => attributes('authentication.k8s.io', 'userextras', value, { subresource: key }),
    wanted.extra,
    limited,
  )
  return {
    user: {
      name: wanted.name,
      ...(wanted.uid ? { uid: wanted.uid } : {}),
      groups: settled(wanted.name, groups),
      ...(Object.keys(wanted.extra).length > 0 ? { extra: wanted.extra } : {}),
    },
    constraint: limited ? verb : '',
  }
}

async function checkGroups(
  check: Check,
  attributes: (name: string) => AuthorizationAttributes,
  groups: readonly string[],
  limited: boolean,
): Promise<void> {
  if (limited && groups.includes('')) {
    throw forbiddenStatus(attributes(''), 'impersonating the empty string group is not allowed')
  }
  if (limited && groups.includes('system:masters')) {
    throw forbiddenStatus(attributes('system:masters'), 'impersonating the system:masters group is not allowed')
  }
  if (limited && groups.length >= many && (await allowed(check, attributes('*')))) return
  for (const group of groups) await check(attributes(group))
}

async function checkExtra(
  check: Check,
  attributes: (key: string, value: string) => AuthorizationAttributes,
  extra: WantedUser['extra'],
  limited: boolean,
): Promise<void> {
  const entries = Object.entries(extra)
  if (entries.length === 0) return
  const wrong = limited ? extraProblem(entries) : undefined
  if (wrong) throw forbiddenStatus(attributes('', ''), wrong)
  const count = entries.reduce((sum, [, values]) => sum + values.length, 0)
  if (limited && (entries.length >= many || count >= many) && (await allowed(check, attributes('*', '*')))) return
  for (const [key, values] of entries) for (const value of values) await check(attributes(key, value))
}

function extraProblem(entries: readonly (readonly [string, readonly string[]])[]): string | undefined {
  for (const [key, values] of entries) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed'
    const [domain = '', ...path] = key.split('/')
    if (dnsSubdomain(domain).length > 0 || path.join('/') === '')
      return `impersonating an invalid key in extra is not allowed: extra.key: Invalid value: ${JSON.stringify(key)}: must be a domain-prefixed path (such as "acme.io/foo")`
    if (key !== key.toLowerCase()) {
      return `impersonating a non-lowercase key in extra is not allowed: ${JSON.stringify(key)}`
    }
    if (values.length === 0) return 'impersonating empty values in extra is not allowed'
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed'
  }
  return undefined
}

async function allowed(check: Check, attributes: AuthorizationAttributes): Promise<boolean> {
  try {
    await check(attributes)
    return true
  } catch {
    // The right to all is only a short cut.
    return false
  }
}

function settled(name: string, groups: readonly string[]): string[] {
  const wanted =
    name === 'system:anonymous'
      ? 'system:unauthenticated'
      : groups.includes('system:unauthenticated')
        ? undefined
        : 'system:authenticated'
  return wanted === undefined || groups.includes(wanted) ? [...groups] : [...groups, wanted]
}
