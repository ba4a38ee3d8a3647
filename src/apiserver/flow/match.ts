import type { UserInfo } from '../../api/resource.ts'
import type { RequestInfo } from '../contract.ts'
import type { FlowRules, FlowSchemaLike, FlowSubject } from './model.ts'

/** Says whether a schema is for a request; made once for each schema. */
export type FlowMatcher = (user: UserInfo, info: RequestInfo) => boolean

/** A schema's rules (`flowcontrol.matchesFlowSchema`). Whether its subjects fit a user is remembered as long as the user is. */
export function flowMatcher({ spec }: FlowSchemaLike): FlowMatcher {
  const rules = (spec.rules ?? []).map(rule => ({ rule, known: new WeakMap<UserInfo, boolean>() }))
  return (user, info) =>
    rules.some(({ rule, known }) => {
      let fits = known.get(user)
      if (fits === undefined) {
        fits = rule.subjects.some(subject => isSubject(subject, user))
        known.set(user, fits)
      }
      return fits && (info.isResource ? matchesResource(rule, info) : matchesPath(rule, info))
    })
}

const accountPrefix = 'system:serviceaccount:'

function isSubject({ kind, user, group, serviceAccount }: FlowSubject, { name, groups }: UserInfo): boolean {
  if (kind === 'User') return user !== undefined && (user.name === '*' || user.name === name)
  if (kind === 'Group') return group !== undefined && (group.name === '*' || groups.includes(group.name))
  if (kind !== 'ServiceAccount' || !serviceAccount) return false
  const inNamespace = `${accountPrefix}${serviceAccount.namespace}:`
  return serviceAccount.name === '*' ? name.startsWith(inNamespace) : name === inNamespace + serviceAccount.name
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
