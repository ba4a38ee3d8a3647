import type { PolicyRule } from '../../../api/index.ts'

const has = (items: readonly string[] | undefined, item: string) => items?.includes(item) ?? false

/** The smallest parts of `wanted` that `owned` does not cover; empty when it covers all (`validation.Covers`). */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter(part => !owned.some(rule => covers(rule, part)))
}

/** Rules of at most one verb, group, resource, name or path each, that together are the rule. */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = []
  for (const apiGroup of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        const part = { verbs: [verb], apiGroups: [apiGroup], resources: [resource] }
        if (!rule.resourceNames?.length) parts.push(part)
        else parts.push(...rule.resourceNames.map(name => ({ ...part, resourceNames: [name] })))
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) {
    for (const verb of rule.verbs) parts.push({ verbs: [verb], nonResourceURLs: [url] })
  }
  return parts
}

/** Whether a rule covers a part that `breakDown` made. */
function covers(owned: PolicyRule, part: PolicyRule): boolean {
  const verb = part.verbs[0] ?? ''
  if (!has(owned.verbs, '*') && !has(owned.verbs, verb)) return false
  const url = part.nonResourceURLs?.[0]
  if (url !== undefined) return owned.nonResourceURLs?.some(path => urlCovers(path, url)) ?? false
  const group = part.apiGroups?.[0] ?? ''
  if (!has(owned.apiGroups, '*') && !has(owned.apiGroups, group)) return false
  const resource = part.resources?.[0] ?? ''
  const subresource = resource.includes('/') ? `*/${resource.slice(resource.indexOf('/') + 1)}` : resource
  if (!has(owned.resources, '*') && !has(owned.resources, resource) && !has(owned.resources, subresource)) return false
  if (!owned.resourceNames?.length) return true
  const name = part.resourceNames?.[0]
  return name !== undefined && owned.resourceNames.includes(name)
}

const urlCovers = (owned: string, path: string) =>
  owned === path || (owned.endsWith('*') && path.startsWith(owned.replace(/\*+$/, '')))

/** The parts as people are told them: those that differ in their verb only are one. Sorted. */
export function describeRules(parts: readonly PolicyRule[]): string[] {
  const merged = new Map<string, PolicyRule>()
  for (const part of parts) {
    // Only rules about resources are merged, as upstream does.
    const key = part.nonResourceURLs ? JSON.stringify(part) : JSON.stringify({ ...part, verbs: [] })
    const known = merged.get(key)
    merged.set(key, known ? { ...known, verbs: [...known.verbs, ...part.verbs] } : part)
  }
  return [...new Set([...merged.values()].map(describe))].sort()
}

function describe(rule: PolicyRule): string {
  const parts = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ] as const
  const told = parts.flatMap(([name, values]) =>
    values?.length ? [`${name}:[${values.map(value => JSON.stringify(value)).join(' ')}]`] : [],
  )
  return `{${told.join(', ')}}`
}
