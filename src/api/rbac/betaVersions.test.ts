import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import type { Resource } from '../resource.ts'
import { clusterRoles } from './clusterRole.ts'
import { clusterRoleBindings } from './clusterRoleBinding.ts'
import { roles } from './role.ts'
import { roleBindings } from './roleBinding.ts'

const group = 'rbac.authorization.k8s.io'

/** A manifest of an older version as it is stored, and as it is served again. */
function stored<T extends KubeObject>(resource: Resource<T>, version: string, raw: object) {
  const served = resource.versions?.find(one => one.version === version)
  assert.ok(served)
  const object = fromJson(served.type, { apiVersion: `${group}/${version}`, kind: resource.kind, ...raw })
  applyDefaults(served.type, object)
  served.defaults?.(object as never)
  const up = served.up(object)
  return { up, down: served.down(up), object, deprecation: served.deprecation }
}

test('older roles differ by name', () => {
  const rules = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }]
  for (const version of ['v1beta1', 'v1alpha1'])
    for (const resource of [roles, clusterRoles] as unknown as Resource[]) {
      const { up, down, object, deprecation } = stored(resource, version, { metadata: { name: 'r' }, rules })
      assert.deepEqual(up, { apiVersion: `${group}/v1`, kind: resource.kind, metadata: { name: 'r' }, rules })
      assert.deepEqual(down, object)
      assert.equal(
        deprecation,
        `${group}/${version} ${resource.kind} is deprecated in v1.17+, unavailable in v1.22+; use ${group}/v1 ${resource.kind}`,
      )
    }
})

test('subjects of v1alpha1 are named with a version', () => {
  const roleRef = { kind: 'ClusterRole', name: 'r' }
  const subjects = [
    { kind: 'User', name: 'jane' },
    { kind: 'User', name: '*' },
    { kind: 'Group', name: 'g', apiVersion: `${group}/v1alpha1` },
    { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    { kind: 'Robot', name: 'r', apiVersion: 'acme.io/v1' },
  ]
  for (const resource of [roleBindings, clusterRoleBindings] as unknown as Resource[]) {
    const { up, down } = stored(resource, 'v1alpha1', { metadata: { name: 'b' }, roleRef, subjects })
    assert.deepEqual(up, {
      apiVersion: `${group}/v1`,
      kind: resource.kind,
      metadata: { name: 'b' },
      roleRef: { ...roleRef, apiGroup: group },
      subjects: [
        { kind: 'User', name: 'jane', apiGroup: group },
        { kind: 'Group', name: 'system:authenticated', apiGroup: group },
        { kind: 'Group', name: 'g', apiGroup: group },
        { kind: 'ServiceAccount', name: 's', namespace: 'n' },
        { kind: 'Robot', name: 'r', apiGroup: 'acme.io' },
      ],
    })
    assert.deepEqual((down as { subjects: object[] }).subjects, [
      { kind: 'User', name: 'jane', apiVersion: `${group}/v1alpha1` },
      { kind: 'Group', name: 'system:authenticated', apiVersion: `${group}/v1alpha1` },
      { kind: 'Group', name: 'g', apiVersion: `${group}/v1alpha1` },
      { kind: 'ServiceAccount', name: 's', namespace: 'n', apiVersion: 'v1' },
      { kind: 'Robot', name: 'r', apiVersion: 'acme.io/' },
    ])
  }
})

test('bindings of v1beta1 get the same defaults as those of v1', () => {
  const { up } = stored(roleBindings, 'v1beta1', {
    metadata: { name: 'b' },
    roleRef: { kind: 'Role', name: 'r' },
    subjects: [{ kind: 'User', name: 'jane' }],
  })
  assert.deepEqual([up.roleRef.apiGroup, up.subjects?.[0]?.apiGroup], [group, group])
})
