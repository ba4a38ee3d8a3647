import type { PolicyRule } from '../../../api/index.ts'
import type { AuthorizationAttributes } from '../../contract.ts'

const has = (items: readonly string[] | undefined, item: string) => items?.includes(item) ?? false

/** Whether a rule allows a request (`rbac.RuleAllows`). */
export function ruleAllows(rule: PolicyRule, attributes: AuthorizationAttributes): boolean {
  const { verb, group, resource, subresource, name, path } = attributes
  if (!has(rule.verbs, '*') && !has(rule.verbs, verb)) return false
  if (!attributes.isResource) return rule.nonResourceURLs?.some(url => pathMatches(url, path)) ?? false
  if (!has(rule.apiGroups, '*') && !has(rule.apiGroups, group)) return false
  if (rule.resourceNames?.length && !rule.resourceNames.includes(name)) return false
  return resourceMatches(rule.resources, resource, subresource)
}

function resourceMatches(allowed: readonly string[] | undefined, resource: string, subresource: string): boolean {
  if (!allowed) return false
  if (allowed.includes('*')) return true
  if (!subresource) return allowed.includes(resource)
  return allowed.includes(`${resource}/${subresource}`) || allowed.includes(`*/${subresource}`)
}

function pathMatches(allowed: string, path: string): boolean {
  if (allowed === '*' || allowed === path) return true
  return allowed.endsWith('*') && path.startsWith(allowed.replace(/\*+$/, ''))
}
