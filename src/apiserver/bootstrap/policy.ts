import {
  clusterRoleBindings,
  clusterRoles,
  type PolicyRule,
  type RoleRef,
  roleBindings,
  roles,
  type Subject,
} from '../../api/index.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { equal } from '../../schema/derive/equal.ts'
import { uncovered } from '../authz/rbac/covers.ts'
import { gatherRules } from './aggregation.ts'
import { type BootstrapDeps, ensure } from './ensure.ts'
import { defaultPolicy } from './roles/index.ts'

const protection = 'rbac.authorization.kubernetes.io/autoupdate'

/**
 * Makes sure that the default roles and bindings are there and grant at least what they should. What users added stays;
 * an object whose annotation `autoupdate` is `false` is left alone (`component-helpers/auth/rbac/reconciliation`).
 */
export async function reconcilePolicy(deps: BootstrapDeps): Promise<void> {
  const policy = defaultPolicy()
  const gathered = gatherRules(policy.clusterRoles)
  await Promise.all([
    ...policy.clusterRoles.map(role => {
      const wanted = { ...role, rules: gathered.get(role.metadata.name ?? '') ?? role.rules }
      return ensure(deps, clusterRoles, wanted, stored => mergeRole(stored, role))
    }),
    ...policy.roles.map(role => ensure(deps, roles, role, stored => mergeRole(stored, role))),
    ...policy.clusterRoleBindings.map(binding =>
      ensure(deps, clusterRoleBindings, binding, stored => mergeBinding(stored, binding)),
    ),
    ...policy.roleBindings.map(binding => ensure(deps, roleBindings, binding, stored => mergeBinding(stored, binding))),
  ])
}

interface AnyRole extends KubeObject {
  rules: PolicyRule[]
  aggregationRule?: { clusterRoleSelectors?: unknown[] }
}

/** The stored role with what it lacks. The rules of a role that gathers others' are not its own. */
export function mergeRole<T extends AnyRole>(stored: T, wanted: T): T {
  if (stored.metadata.annotations?.[protection] === 'false') return stored
  const merged = { ...stored, metadata: mergeMetadata(stored, wanted) }
  if (!wanted.aggregationRule) return { ...merged, rules: [...stored.rules, ...uncovered(stored.rules, wanted.rules)] }
  const selectors = stored.aggregationRule?.clusterRoleSelectors ?? []
  const missing = (wanted.aggregationRule.clusterRoleSelectors ?? []).filter(
    selector => !selectors.some(known => equal(known, selector)),
  )
  return { ...merged, aggregationRule: { clusterRoleSelectors: [...selectors, ...missing] } }
}

interface AnyBinding extends KubeObject {
  roleRef: RoleRef
  subjects?: Subject[]
}

/** The stored binding with the subjects it lacks; one to another role has to be made anew. */
export function mergeBinding<T extends AnyBinding>(stored: T, wanted: T): T | undefined {
  if (stored.metadata.annotations?.[protection] === 'false') return stored
  if (!equal(stored.roleRef, wanted.roleRef)) return undefined
  const subjects = stored.subjects ?? []
  const missing = (wanted.subjects ?? []).filter(subject => !subjects.some(known => equal(known, subject)))
  const all = [...subjects, ...missing]
  return { ...stored, metadata: mergeMetadata(stored, wanted), ...(all.length > 0 ? { subjects: all } : {}) }
}

function mergeMetadata<T extends KubeObject>(stored: T, wanted: T): T['metadata'] {
  return {
    ...stored.metadata,
    labels: { ...wanted.metadata.labels, ...stored.metadata.labels },
    annotations: { ...wanted.metadata.annotations, ...stored.metadata.annotations },
  }
}
