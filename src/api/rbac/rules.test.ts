import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, write } from '../../testing/writes.ts'
import { clusterRoles } from './clusterRole.ts'
import { clusterRoleBindings } from './clusterRoleBinding.ts'
import { roles } from './role.ts'
import { roleBindings } from './roleBinding.ts'

const metadata = { name: 'r', namespace: 'default' }
const all = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }

test('rules of roles name verbs, groups and resources, and paths only in cluster roles', () => {
  const cases: [rule: object, inRole: string[], inClusterRole: string[]][] = [
    [all, [], []],
    [{ ...all, verbs: [] }, ['rules[0].verbs'], ['rules[0].verbs']],
    [{ verbs: ['get'] }, ['rules[0].apiGroups', 'rules[0].resources'], ['rules[0].apiGroups', 'rules[0].resources']],
    [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }, ['rules[0].nonResourceURLs'], []],
    [
      { ...all, nonResourceURLs: ['/healthz'] },
      ['rules[0].nonResourceURLs', 'rules[0].nonResourceURLs'],
      ['rules[0].nonResourceURLs'],
    ],
  ]
  const fields = (errors: readonly string[]) => errors.map(error => error.split(':')[0])
  for (const [rule, inRole, inClusterRole] of cases) {
    assert.deepEqual(fields(write(roles, { metadata, rules: [rule] }).errors), inRole, JSON.stringify(rule))
    assert.deepEqual(
      fields(write(clusterRoles, { metadata: { name: 'r' }, rules: [rule] }).errors),
      inClusterRole,
      JSON.stringify(rule),
    )
  }
})

test('a binding fills in API groups and is refused when it makes no sense', () => {
  const { object, errors } = write(roleBindings, {
    metadata,
    roleRef: { kind: 'ClusterRole', name: 'view' },
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    ],
  })
  const apiGroup = 'rbac.authorization.k8s.io'
  assert.deepEqual(errors, [])
  assert.deepEqual(
    [object.roleRef, object.subjects],
    [
      { apiGroup, kind: 'ClusterRole', name: 'view' },
      [
        { kind: 'User', apiGroup, name: 'u' },
        { kind: 'ServiceAccount', name: 's', namespace: 'n' },
      ],
    ],
  )
  assert.deepEqual(cells(roleBindings, object), {
    Name: 'r',
    Role: 'ClusterRole/view',
    Age: '<unknown>',
    Users: 'u',
    Groups: '',
    ServiceAccounts: 'n/s',
  })
  const wrong = {
    metadata: { name: 'r' },
    roleRef: { kind: 'Role', name: 'a/b' },
    subjects: [
      { kind: 'ServiceAccount', name: 's' },
      { kind: 'Robot', name: 'r' },
    ],
  }
  assert.deepEqual(write(clusterRoleBindings, wrong).errors, [
    'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    'roleRef.name: Invalid value: "a/b": may not contain \'/\'',
    'subjects[0].namespace: Required value',
    'subjects[1].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"',
  ])
})

test('a binding is to one role for ever', () => {
  const old = write(roleBindings, { metadata, roleRef: { kind: 'Role', name: 'a' } }).object
  const { errors } = write(roleBindings, { metadata, roleRef: { kind: 'Role', name: 'b' } }, old)
  assert.equal(errors.length, 1)
  assert.match(errors[0]!, /^roleRef: Invalid value: .*: cannot change roleRef$/)
})
