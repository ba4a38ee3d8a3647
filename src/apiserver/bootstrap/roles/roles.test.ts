import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { ClusterRole, KubeObject, PolicyRule, RoleRef, Subject } from '../../../api/index.ts'
import { defaultPolicy } from './index.ts'
import { parseRule } from './rules.ts'

const lines: readonly [string, PolicyRule][] = [
  [
    'get list | core apps | pods deployments/scale',
    { verbs: ['get', 'list'], apiGroups: ['', 'apps'], resources: ['pods', 'deployments/scale'] },
  ],
  [
    'update | core | configmaps | a b',
    { verbs: ['update'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['a', 'b'] },
  ],
  ['get | url | /api /api/*', { verbs: ['get'], nonResourceURLs: ['/api', '/api/*'] }],
]
for (const [line, rule] of lines) test(`a rule is read from "${line}"`, () => assert.deepEqual(parseRule(line), rule))

const policy = defaultPolicy()

test('every binding leads to a role, and every aggregated role gathers something', () => {
  const clusterRoles = new Set(policy.clusterRoles.map(role => role.metadata.name))
  const roles = new Set(policy.roles.map(role => `${role.metadata.namespace}/${role.metadata.name}`))
  for (const { roleRef } of policy.clusterRoleBindings) assert.ok(clusterRoles.has(roleRef.name), roleRef.name)
  for (const { roleRef, metadata } of policy.roleBindings) assert.ok(roles.has(`${metadata.namespace}/${roleRef.name}`))
  for (const { aggregationRule } of policy.clusterRoles) {
    for (const { matchLabels } of aggregationRule?.clusterRoleSelectors ?? []) {
      const [label = ''] = Object.keys(matchLabels ?? {})
      assert.ok(
        policy.clusterRoles.some(role => role.metadata.labels?.[label] === 'true'),
        label,
      )
    }
  }
})

interface Fact {
  name: string
  namespace?: string
  rules?: PolicyRule[]
  labels?: Record<string, string>
  aggregationRule?: ClusterRole['aggregationRule']
  roleRef?: RoleRef
  subjects?: Subject[]
}
const facts = new URL('../../../../../shared/facts/rbac.json', import.meta.url)

/** An object of ours as the facts tell it. */
function asFact(
  object: KubeObject &
    Partial<Pick<ClusterRole, 'rules' | 'aggregationRule'>> & { roleRef?: RoleRef; subjects?: Subject[] },
): Fact {
  const { 'kubernetes.io/bootstrapping': bootstrapping, ...labels } = object.metadata.labels ?? {}
  assert.equal(bootstrapping, 'rbac-defaults')
  const { name = '', namespace } = object.metadata
  return {
    name,
    ...(namespace ? { namespace } : {}),
    ...(object.rules && !object.aggregationRule ? { rules: object.rules } : {}),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(object.aggregationRule ? { aggregationRule: object.aggregationRule } : {}),
    ...(object.roleRef ? { roleRef: object.roleRef } : {}),
    ...(object.subjects ? { subjects: object.subjects } : {}),
  }
}

test('the default policy has all of upstream’s', { skip: !existsSync(facts) }, () => {
  const known = JSON.parse(readFileSync(facts, 'utf8')) as Record<string, (Fact & { kind?: string })[]>
  const keyOf = (fact: Fact) => `${fact.namespace ?? ''}/${fact.name}`
  const compare = (ours: KubeObject[], ...names: string[]) => {
    const byKey = new Map(ours.map(asFact).map(fact => [keyOf(fact), fact]))
    const theirs = names.flatMap(name => known[name] ?? []).map(({ kind: _kind, ...fact }) => fact)
    assert.ok(theirs.length > 0)
    assert.deepEqual(
      theirs.map(fact => byKey.get(keyOf(fact))),
      theirs,
    )
  }
  compare([...policy.clusterRoles], 'cluster-roles', 'controller-roles')
  compare([...policy.clusterRoleBindings], 'cluster-role-bindings', 'controller-role-bindings')
  compare([...policy.roles], 'namespace-roles')
  compare([...policy.roleBindings], 'namespace-role-bindings')
})
