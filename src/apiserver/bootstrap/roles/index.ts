import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding, RoleRef, Subject } from '../../../api/index.ts'
import { type BindingEntry, clusterBindings, namespaceBindings } from './bindings.ts'
import { aggregatedRoles, aggregateTo, clusterRoleRules } from './clusterRoles.ts'
import { controllerRoleRules } from './controllerRoles.ts'
import { namespaceRoleRules } from './namespaceRoles.ts'
import { parseRule } from './rules.ts'

const group = 'rbac.authorization.k8s.io'
const autoupdate = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' }
const bootstrapping = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
const aggregateLabel = (name: string) => `${group}/aggregate-to-${name}`

/** The roles and bindings every cluster begins with. */
export interface DefaultPolicy {
  readonly clusterRoles: readonly ClusterRole[]
  readonly clusterRoleBindings: readonly ClusterRoleBinding[]
  readonly roles: readonly Role[]
  readonly roleBindings: readonly RoleBinding[]
}

/** The default policy as objects, ready to be created. */
export function defaultPolicy(): DefaultPolicy {
  const controllers = Object.keys(controllerRoleRules)
  const controllerRole = (name: string) => `system:controller:${name}`
  return {
    clusterRoles: [
      ...Object.entries(clusterRoleRules).map(([name, lines]) => clusterRole(name, lines)),
      ...controllers.map(name => clusterRole(controllerRole(name), controllerRoleRules[name] ?? [])),
      ...aggregatedRoles.map(aggregatedRole),
    ],
    clusterRoleBindings: [
      ...clusterBindings.map(entry => ({ metadata: meta(entry.role), ...bound('ClusterRole', entry) })),
      ...controllers.map(name => ({
        metadata: meta(controllerRole(name)),
        ...bound('ClusterRole', { role: controllerRole(name), to: [`account ${name}`] }),
      })),
    ],
    roles: Object.entries(namespaceRoleRules).flatMap(([namespace, table]) =>
      Object.entries(table).map(([name, lines]) => ({ metadata: meta(name, namespace), rules: lines.map(parseRule) })),
    ),
    roleBindings: Object.entries(namespaceBindings).flatMap(([namespace, entries]) =>
      entries.map(entry => ({ metadata: meta(entry.name ?? entry.role, namespace), ...bound('Role', entry) })),
    ),
  }
}

/** What the node authorizer allows where nothing more special applies. */
export const nodeRules = () => (clusterRoleRules['system:node'] ?? []).map(parseRule)

const meta = (name: string, namespace?: string, labels: Readonly<Record<string, string>> = {}) => ({
  name,
  ...(namespace ? { namespace } : {}),
  labels: { ...bootstrapping, ...labels },
  annotations: { ...autoupdate },
})

function clusterRole(name: string, lines: readonly string[]): ClusterRole {
  return { metadata: meta(name, undefined, gathered(name)), rules: lines.map(parseRule) }
}

function aggregatedRole(name: string): ClusterRole {
  return {
    metadata: meta(name, undefined, gathered(name)),
    rules: [],
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregateLabel(name)]: 'true' } }] },
  }
}

const gathered = (name: string): Record<string, string> => {
  const target = aggregateTo[name]
  return target ? { [aggregateLabel(target)]: 'true' } : {}
}

function bound(kind: 'Role' | 'ClusterRole', entry: BindingEntry): { roleRef: RoleRef; subjects?: Subject[] } {
  const subjects = entry.to.map(text => {
    const [form = '', name = ''] = text.split(' ')
    if (form === 'account') return { kind: 'ServiceAccount', name, namespace: 'kube-system' }
    return { kind: form === 'user' ? 'User' : 'Group', apiGroup: group, name }
  })
  return { roleRef: { apiGroup: group, kind, name: entry.role }, ...(subjects.length > 0 ? { subjects } : {}) }
}
