import { type ClusterRole, clusterRoles, type PolicyRule } from '../../api/index.ts'
import { labelSelectorMatches } from '../../api/meta/selectors.ts'
import type { Client } from '../../client/client.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { Informers } from '../../client/informer.ts'
import { equal } from '../../schema/derive/equal.ts'

/** The rules a role gathers from others, by its selectors, in the order of their names and each rule once. */
export function gather(role: ClusterRole, all: Iterable<ClusterRole>): PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? []
  const sources = [...all]
    .filter(other => other.metadata.name !== role.metadata.name)
    .filter(other => selectors.some(selector => labelSelectorMatches(selector, other.metadata.labels)))
    .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
  const rules: PolicyRule[] = []
  for (const rule of sources.flatMap(source => source.rules)) {
    if (!rules.some(known => equal(known, rule))) rules.push(rule)
  }
  return rules
}

/** The rules of all roles that gather others', by name, when those may gather from each other. */
export function gatherRules(all: readonly ClusterRole[]): ReadonlyMap<string, PolicyRule[]> {
  let roles = [...all]
  for (;;) {
    const next = roles.map(role => (role.aggregationRule ? { ...role, rules: gather(role, roles) } : role))
    const settled = next.every((role, i) => equal(role.rules, roles[i]?.rules))
    roles = next
    if (settled) break
  }
  return new Map(roles.filter(role => role.aggregationRule).map(role => [role.metadata.name ?? '', role.rules]))
}

/** Keeps the rules of roles that gather others' up to date (upstream's clusterrole-aggregation-controller). */
export function aggregationController(deps: { readonly client: Client; readonly informers: Informers }): Controller {
  const informer = deps.informers.of(clusterRoles)
  return {
    name: 'clusterrole-aggregation-controller',
    workers: 1,
    watches: [
      watching(informer, () =>
        // Any change may concern any of the few roles that gather.
        informer.cache
          .list()
          .filter(role => role.aggregationRule)
          .map(role => role.metadata.name ?? ''),
      ),
    ],
    async reconcile(name) {
      const role = informer.cache.get(name)
      if (!role?.aggregationRule) return undefined
      const rules = gather(role, informer.cache.list())
      if (!equal(rules, role.rules)) await deps.client.of(clusterRoles).update({ ...role, rules })
      return undefined
    },
  }
}
