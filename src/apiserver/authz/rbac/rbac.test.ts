import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterRoleBindings, clusterRoles, type PolicyRule, roleBindings, roles } from '../../../api/index.ts'
import { asked, fixedObjects, someone, write } from '../../objects.test-suite.ts'
import { createAuthorizing } from '../index.ts'
import { describeRules, uncovered } from './covers.ts'
import { ruleAllows } from './match.ts'

const bob = someone('bob', 'developers', 'system:authenticated')

const matches: readonly [string, PolicyRule, string, boolean][] = [
  ['a verb and a resource', { verbs: ['get'], apiGroups: [''], resources: ['pods'] }, 'get pods default/a', true],
  ['another verb', { verbs: ['get'], apiGroups: [''], resources: ['pods'] }, 'list pods default/', false],
  ['another group', { verbs: ['get'], apiGroups: ['apps'], resources: ['pods'] }, 'get pods default/a', false],
  [
    'every group',
    { verbs: ['get'], apiGroups: ['*'], resources: ['deployments'] },
    'get deployments.apps default/a',
    true,
  ],
  [
    'a resource is not its subresource',
    { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
    'get pods/log default/a',
    false,
  ],
  [
    'a subresource by name',
    { verbs: ['get'], apiGroups: [''], resources: ['pods/log'] },
    'get pods/log default/a',
    true,
  ],
  [
    'a subresource of anything',
    { verbs: ['get'], apiGroups: [''], resources: ['*/log'] },
    'get pods/log default/a',
    true,
  ],
  ['everything', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, 'delete pods/eviction default/a', true],
  [
    'a name',
    { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] },
    'get pods default/a',
    true,
  ],
  [
    'another name',
    { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] },
    'get pods default/b',
    false,
  ],
  [
    'no name where names are told',
    { verbs: ['list'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] },
    'list pods default/',
    false,
  ],
  ['a path', { verbs: ['get'], nonResourceURLs: ['/healthz'] }, 'get /healthz', true],
  ['a path below', { verbs: ['get'], nonResourceURLs: ['/apis/*'] }, 'get /apis/apps', true],
  ['a path beside', { verbs: ['get'], nonResourceURLs: ['/apis/*'] }, 'get /api', false],
  [
    'a resource rule says nothing of paths',
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    'get /healthz',
    false,
  ],
]
for (const [name, rule, question, expected] of matches) {
  test(`a rule about ${name} ${expected ? 'allows' : 'does not allow'} ${question}`, () => {
    assert.equal(ruleAllows(rule, asked(bob, question)), expected)
  })
}

const group = 'rbac.authorization.k8s.io'
const reader = () =>
  fixedObjects()
    .put(clusterRoles, {
      metadata: { name: 'viewer' },
      rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }],
    })
    .put(roles, {
      metadata: { name: 'editor', namespace: 'dev' },
      rules: [{ verbs: ['update'], apiGroups: [''], resources: ['pods'] }],
    })
    .put(clusterRoleBindings, {
      metadata: { name: 'everyone-views' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'viewer' },
      subjects: [{ kind: 'Group', apiGroup: group, name: 'developers' }],
    })
    .put(
      roleBindings,
      {
        metadata: { name: 'edit', namespace: 'dev' },
        roleRef: { apiGroup: group, kind: 'Role', name: 'editor' },
        subjects: [
          { kind: 'User', apiGroup: group, name: 'bob' },
          { kind: 'ServiceAccount', name: 'robot' },
        ],
      },
      {
        metadata: { name: 'dangling', namespace: 'dev' },
        roleRef: { apiGroup: group, kind: 'Role', name: 'gone' },
        subjects: [{ kind: 'User', apiGroup: group, name: 'bob' }],
      },
    )

const robot = someone('system:serviceaccount:dev:robot', 'system:serviceaccounts')
const answers: readonly [string, Parameters<typeof asked>, 'allow' | 'none', string][] = [
  [
    'a cluster-wide binding holds everywhere',
    [bob, 'list pods prod/'],
    'allow',
    'RBAC: allowed by ClusterRoleBinding "everyone-views" of ClusterRole "viewer" to Group "developers"',
  ],
  [
    'a binding of a namespace holds there',
    [bob, 'update pods dev/a'],
    'allow',
    'RBAC: allowed by RoleBinding "edit/dev" of Role "editor" to User "bob"',
  ],
  ['and nowhere else', [bob, 'update pods prod/a'], 'none', ''],
  [
    'a service account without a namespace is the binding’s own',
    [robot, 'update pods dev/a'],
    'allow',
    'RBAC: allowed by RoleBinding "edit/dev" of Role "editor" to ServiceAccount "robot/dev"',
  ],
  [
    'a role that is not there is told',
    [bob, 'delete pods dev/a'],
    'none',
    'RBAC: role.rbac.authorization.k8s.io "gone" not found',
  ],
  ['members of system:masters may do everything', [someone('root', 'system:masters'), 'delete nodes a'], 'allow', ''],
  ['a stranger may do nothing', [someone('eve'), 'get pods dev/a'], 'none', ''],
]
for (const [name, question, decision, reason] of answers) {
  test(name, async () => {
    assert.deepEqual(await createAuthorizing({ objects: reader() }).authorize(asked(...question)), { decision, reason })
  })
}

test('a new binding counts at once', async () => {
  const objects = reader()
  const authorizing = createAuthorizing({ objects })
  const eve = someone('eve')
  await assert.rejects(authorizing.check(asked(eve, 'get pods dev/a')), {
    reason: 'Forbidden',
    message: 'pods "a" is forbidden: User "eve" cannot get resource "pods" in API group "" in the namespace "dev"',
  })
  objects.put(clusterRoleBindings, {
    metadata: { name: 'eve' },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'viewer' },
    subjects: [{ kind: 'User', apiGroup: group, name: 'eve' }],
  })
  await authorizing.check(asked(eve, 'get pods dev/a'))
})

test('the refusal of a path names the path', async () => {
  await assert.rejects(createAuthorizing({ objects: reader() }).check(asked(bob, 'get /metrics')), {
    message: 'forbidden: User "bob" cannot get path "/metrics"',
  })
})

const coverings: readonly [string, PolicyRule[], PolicyRule[], string[]][] = [
  [
    'the same',
    [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
    [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
    [],
  ],
  [
    'two that together are enough',
    [
      { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['list'], apiGroups: [''], resources: ['pods'] },
    ],
    [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }],
    [],
  ],
  [
    'too little',
    [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
    [{ verbs: ['get', 'list', 'watch'], apiGroups: ['', 'apps'], resources: ['pods'] }],
    [
      '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}',
      '{APIGroups:["apps"], Resources:["pods"], Verbs:["get" "list" "watch"]}',
    ],
  ],
  [
    'a name does not cover all names',
    [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] }],
    [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
  ],
  [
    'any subresource covers one',
    [{ verbs: ['*'], apiGroups: ['*'], resources: ['*/scale'] }],
    [{ verbs: ['get'], apiGroups: ['apps'], resources: ['deployments/scale'] }],
    [],
  ],
  [
    'a path below',
    [{ verbs: ['get'], nonResourceURLs: ['/apis/*'] }],
    [{ verbs: ['get'], nonResourceURLs: ['/apis/x*'] }],
    [],
  ],
]
for (const [name, owned, wanted, missing] of coverings) {
  test(`rules cover rules: ${name}`, () => assert.deepEqual(describeRules(uncovered(owned, wanted)), missing))
}

test('nobody hands out what he does not have', async () => {
  const { escalation } = createAuthorizing({ objects: reader() })
  const role = (rules: PolicyRule[]) =>
    write('CREATE', roles, {
      user: bob,
      namespace: 'dev',
      object: { metadata: { name: 'new', namespace: 'dev' }, rules },
    })
  await escalation.validate?.(role([{ verbs: ['get', 'update'], apiGroups: [''], resources: ['pods'] }]))
  await assert.rejects(
    async () => escalation.validate?.(role([{ verbs: ['delete'], apiGroups: [''], resources: ['pods'] }])),
    {
      reason: 'Forbidden',
      message:
        /is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\], Resources:\["pods"\], Verbs:\["delete"\]\}/,
    },
  )
})

test('a role may be bound by those who have its rights, or the right to bind it', async () => {
  const objects = reader()
  const { escalation } = createAuthorizing({ objects })
  const binding = (user = bob) =>
    write('CREATE', roleBindings, {
      user,
      namespace: 'dev',
      object: {
        metadata: { name: 'new', namespace: 'dev' },
        roleRef: { apiGroup: group, kind: 'Role', name: 'editor' },
      },
    })
  await escalation.validate?.(binding())
  const eve = someone('eve')
  await assert.rejects(async () => escalation.validate?.(binding(eve)), { reason: 'Forbidden' })
  objects.put(clusterRoles, {
    metadata: { name: 'binder' },
    rules: [{ verbs: ['bind'], apiGroups: [group], resources: ['roles'], resourceNames: ['editor'] }],
  })
  objects.put(clusterRoleBindings, {
    metadata: { name: 'eve-binds' },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'binder' },
    subjects: [{ kind: 'User', apiGroup: group, name: 'eve' }],
  })
  await escalation.validate?.(binding(eve))
})

test('a binding to a role that is not there is refused', async () => {
  const { escalation } = createAuthorizing({ objects: reader() })
  const object = {
    metadata: { name: 'new', namespace: 'dev' },
    roleRef: { apiGroup: group, kind: 'Role', name: 'gone' },
  }
  await assert.rejects(
    async () => escalation.validate?.(write('CREATE', roleBindings, { user: bob, namespace: 'dev', object })),
    {
      reason: 'NotFound',
    },
  )
})
