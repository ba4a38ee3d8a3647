import type { UserInfo } from '../../api/resource.ts'
import type { RequestInfo } from '../contract.ts'
import type { GroupResources, Level, Policy, PolicyRule } from './policy.ts'

/** What a policy says about one request. */
export interface Verdict {
  readonly level: Level
  readonly omitStages: ReadonlySet<string>
  readonly omitManagedFields: boolean
}

/** What rules look at: `user` is undefined where nobody is known. */
export interface Asked {
  readonly info: RequestInfo
  readonly user: UserInfo | undefined
}

const nothing: Verdict = { level: 'None', omitStages: new Set(), omitManagedFields: false }

/** The first rule that matches decides; without one nothing is kept (`audit/policy`). */
export function evaluator(policy: Policy): (asked: Asked) => Verdict {
  const verdicts = policy.rules.map((rule): readonly [PolicyRule, Verdict] => [
    rule,
    {
      level: rule.level as Level,
      omitStages: new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])]),
      omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields ?? false,
    },
  ])
  return asked => verdicts.find(([rule]) => matches(rule, asked))?.[1] ?? nothing
}

const has = (items: readonly string[] | undefined): items is readonly string[] =>
  items !== undefined && items.length > 0

function matches(rule: PolicyRule, { info, user }: Asked): boolean {
  if (has(rule.users) && !(user && rule.users.includes(user.name))) return false
  if (has(rule.userGroups) && !user?.groups.some(group => rule.userGroups?.includes(group))) return false
  if (has(rule.verbs) && !rule.verbs.includes(info.verb)) return false
  if (has(rule.namespaces) || rule.resources?.length) return matchesResource(rule, info)
  if (has(rule.nonResourceURLs)) {
    return !info.isResource && rule.nonResourceURLs.some(url => matchesPath(url, info.path))
  }
  return true
}

function matchesResource({ namespaces, resources }: PolicyRule, info: RequestInfo): boolean {
  if (!info.isResource) return false
  if (has(namespaces) && !namespaces.includes(info.namespace)) return false
  return !resources?.length || resources.some(each => matchesGroup(each, info))
}

function matchesGroup({ group = '', resources = [], resourceNames = [] }: GroupResources, info: RequestInfo): boolean {
  if (group !== info.group && group !== '*') return false
  if (resources.length === 0) return true
  if (resourceNames.length > 0 && !resourceNames.includes(info.name)) return false
  const { resource, subresource } = info
  const whole = subresource ? `${resource}/${subresource}` : resource
  return resources.some(
    each =>
      each === whole || each === '*' || (subresource !== '' && each === `*/${subresource}`) || each === `${resource}/*`,
  )
}

const matchesPath = (url: string, path: string) =>
  url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')))
