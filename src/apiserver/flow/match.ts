import type { UserInfo } from '../../api/resource.ts'
import type { RequestInfo } from '../contract.ts'
import type { FlowRules, FlowSchemaLike, FlowSubject } from './model.ts'

/** Says whether a schema is for a request; made once for each schema. */
export type FlowMatcher = (user: UserInfo, info: RequestInfo) => boolean

/** A schema's rules (`flowcontrol.matchesFlowSchema`), with their subjects sorted: every request passes here. */
export function flowMatcher({ spec }: FlowSchemaLike): FlowMatcher {
  const rules = (spec.rules ?? []).map(rule => ({ rule, fits: subjectsOf(rule.subjects) }))
  return (user, info) => {
    for (const { rule, fits } of rules) {
      if (fits(user) && (info.isResource ? matchesResource(rule, info) : matchesPath(rule, info))) return true
    }
    return false
  }
}

const accountPrefix = 'system:serviceaccount:'

function subjectsOf(subjects: readonly FlowSubject[]): (user: UserInfo) => boolean {
  const users = new Set<string>()
  const groups = new Set<string>()
  const accounts: string[] = []
  let everybody = false
  for (const { kind, user, group, serviceAccount } of subjects) {
    if (kind === 'User' && user) users.add(user.name)
    else if (kind === 'Group' && group) groups.add(group.name)
    else if (kind === 'ServiceAccount' && serviceAccount) {
      const inNamespace = `${accountPrefix}${serviceAccount.namespace}:`
      if (serviceAccount.name === '*') accounts.push(inNamespace)
      else users.add(inNamespace + serviceAccount.name)
    }
  }
  if (users.has('*') || groups.has('*')) everybody = true
  return ({ name, groups: own }) =>
    everybody ||
    users.has(name) ||
    (groups.size > 0 && own.some(group => groups.has(group))) ||
    (accounts.length > 0 && accounts.some(prefix => name.startsWith(prefix)))
}

/** A wildcard counts only when it stands alone. */
const holds = (list: readonly string[], wildcard: string, item: string) =>
  (list.length === 1 && list[0] === wildcard) || list.includes(item)

function matchesResource({ resourceRules = [] }: FlowRules, info: RequestInfo): boolean {
  const { verb, resource, subresource, group, namespace } = info
  const whole = subresource ? `${resource}/${subresource}` : resource
  return resourceRules.some(
    rule =>
      holds(rule.verbs, '*', verb) &&
      holds(rule.resources, '*', whole) &&
      holds(rule.apiGroups, '*', group) &&
      (namespace === '' ? rule.clusterScope === true : holds(rule.namespaces ?? [], '*', namespace)),
  )
}

function matchesPath({ nonResourceRules = [] }: FlowRules, { verb, path }: RequestInfo): boolean {
  return nonResourceRules.some(
    rule => holds(rule.verbs, '*', verb) && rule.nonResourceURLs.some(url => pathMatches(url, path)),
  )
}

function pathMatches(url: string, path: string): boolean {
  if (url === '*' || url === path) return true
  const prefix = url.endsWith('*') ? url.slice(0, -1) : url
  return path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)
}
