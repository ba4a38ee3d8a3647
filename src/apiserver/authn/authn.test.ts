import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { beforeEach, test } from 'node:test'
import {
  clusterRoleBindings,
  clusterRoles,
  nodes,
  pods,
  type SelfSubjectReview,
  secrets,
  serviceAccounts,
  type TokenRequest,
  type TokenReview,
} from '../../api/index.ts'
import type { UserInfo } from '../../api/resource.ts'
import { silent } from '../../base/log.ts'
import { createVirtualClock, type VirtualClock } from '../../base/virtualClock.ts'
import { makeKey } from '../../net/x509/index.ts'
import { createAuthorizing } from '../authz/index.ts'
import type { ServerRequest } from '../contract.ts'
import { type FixedObjects, fixedObjects, someone } from '../objects.test-suite.ts'
import { requestInfo } from '../requestInfo.ts'
import { type Authenticating, createAuthenticating, impersonated, tokenKeys } from './index.ts'

const issuer = 'https://kubernetes.default.svc'
const start = Date.UTC(2026, 0, 1)
const privateKey = await makeKey()
const keys = tokenKeys({ issuer, privateKey, publicKey: createPublicKey(privateKey) })

let clock: VirtualClock
let objects: FixedObjects
let authenticating: Authenticating

beforeEach(() => {
  clock = createVirtualClock(start)
  objects = fixedObjects()
    .put(serviceAccounts, { metadata: { name: 'robot', namespace: 'dev', uid: 'sa-1' } })
    .put(pods, {
      metadata: { name: 'web', namespace: 'dev', uid: 'pod-1' },
      spec: { serviceAccountName: 'robot', nodeName: 'n1', containers: [] },
    })
    .put(nodes, { metadata: { name: 'n1', uid: 'node-1' } })
    .put(secrets, { metadata: { name: 'kept', namespace: 'dev', uid: 'secret-1' } })
  authenticating = createAuthenticating({ clock, log: silent, objects, keys })
})

const request = (target: string, rest: Partial<ServerRequest> = {}): ServerRequest =>
  ({ method: 'GET', target, headers: {}, warnings: [], query: new URLSearchParams(), ...rest }) as ServerRequest
const bearer = (token: string, target = '/api') => request(target, { headers: { authorization: `Bearer ${token}` } })

type Spec = Partial<TokenRequest['spec']>
async function token(spec: Spec = {}, name = 'robot'): Promise<TokenRequest> {
  const handler = authenticating.handlers['serviceaccounts/token']
  const body: TokenRequest = {
    metadata: {},
    spec: { audiences: [], expirationSeconds: 3600, ...spec },
    status: { token: '', expirationTimestamp: '' },
  }
  return (await handler?.(
    { user: someone('x'), namespace: 'dev', name, warn() {}, annotate() {} },
    body,
  )) as TokenRequest
}
const boundTo = (kind: string, name: string, uid?: string): Spec => ({
  boundObjectRef: { apiVersion: 'v1', kind, name, ...(uid ? { uid } : {}) },
})
const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())

test('a client certificate is a user with groups', async () => {
  const certificate = { commonName: 'ann', organizations: ['ops'], fingerprint: 'ab', notAfter: 0 }
  assert.deepEqual(await authenticating.authenticate(request('/api', { certificate })), {
    name: 'ann',
    groups: ['ops', 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': ['X509SHA256=ab'] },
  })
})

for (const path of ['/healthz', '/livez', '/readyz?verbose', '/version']) {
  test(`${path} may be asked by nobody`, async () => {
    const user = await authenticating.authenticate(request(path))
    assert.deepEqual(user, { name: 'system:anonymous', groups: ['system:unauthenticated'] })
  })
}
for (const path of ['/api', '/metrics', '/healthz/etcd', '/apis/apps/v1/deployments']) {
  test(`${path} needs somebody`, () =>
    assert.rejects(authenticating.authenticate(request(path)), { reason: 'Unauthorized' }))
}

test('a token that nobody knows is refused even where nobody may ask', async () => {
  for (const bad of ['x', 'abcdef.0123456789abcdef', `${'a'.repeat(10)}.e30.sig`]) {
    await assert.rejects(authenticating.authenticate(bearer(bad, '/healthz')), { reason: 'Unauthorized', code: 401 })
  }
})

test('a token of a service account stands for it, and says what it is bound to', async () => {
  const { status, spec, metadata } = await token({ ...boundTo('Pod', 'web', 'pod-1'), expirationSeconds: 600 })
  assert.equal(status.expirationTimestamp, '2026-01-01T00:10:00Z')
  assert.deepEqual(spec.audiences, [issuer])
  assert.equal(metadata.creationTimestamp, '2026-01-01T00:00:00Z')
  const { jti, ...claims } = claimsOf(status.token)
  assert.deepEqual(claims, {
    aud: [issuer],
    exp: start / 1000 + 600,
    iat: start / 1000,
    iss: issuer,
    'kubernetes.io': {
      namespace: 'dev',
      node: { name: 'n1', uid: 'node-1' },
      pod: { name: 'web', uid: 'pod-1' },
      serviceaccount: { name: 'robot', uid: 'sa-1' },
    },
    nbf: start / 1000,
    sub: 'system:serviceaccount:dev:robot',
  })
  assert.deepEqual(await authenticating.authenticate(bearer(status.token)), {
    name: 'system:serviceaccount:dev:robot',
    uid: 'sa-1',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:dev', 'system:authenticated'],
    extra: {
      'authentication.kubernetes.io/pod-name': ['web'],
      'authentication.kubernetes.io/pod-uid': ['pod-1'],
      'authentication.kubernetes.io/node-name': ['n1'],
      'authentication.kubernetes.io/node-uid': ['node-1'],
      'authentication.kubernetes.io/credential-id': [`JTI=${jti}`],
    },
  })
})

test('browsers may carry the token as a WebSocket’s subprotocol', async () => {
  const { status } = await token()
  const protocol = `base64url.bearer.authorization.k8s.io.${Buffer.from(status.token).toString('base64url')}`
  const user = await authenticating.authenticate(
    request('/api', { headers: { upgrade: 'websocket', 'sec-websocket-protocol': `v5.channel.k8s.io, ${protocol}` } }),
  )
  assert.equal(user.name, 'system:serviceaccount:dev:robot')
})

const invalidated: readonly [string, Spec, () => void, string][] = [
  [
    'its account is gone',
    {},
    () => objects.remove(serviceAccounts as never, 'dev', 'robot'),
    'serviceaccounts "robot" not found',
  ],
  [
    'its account is a new one',
    {},
    () => void objects.put(serviceAccounts, { metadata: { name: 'robot', namespace: 'dev', uid: 'sa-2' } }),
    'service account UID (sa-2) does not match claim (sa-1)',
  ],
  [
    'its pod is gone',
    boundTo('Pod', 'web'),
    () => objects.remove(pods as never, 'dev', 'web'),
    'service account token has been invalidated',
  ],
  [
    'its secret is a new one',
    boundTo('Secret', 'kept'),
    () => void objects.put(secrets, { metadata: { name: 'kept', namespace: 'dev', uid: 'secret-2' } }),
    'secret UID (secret-2) does not match service account secret ref claim (secret-1)',
  ],
  [
    'its node is gone',
    boundTo('Node', 'n1'),
    () => objects.remove(nodes as never, undefined, 'n1'),
    'service account token has been invalidated',
  ],
]
for (const [name, spec, change, message] of invalidated) {
  test(`a token ends when ${name}`, async () => {
    const { status } = await token(spec)
    await authenticating.authenticate(bearer(status.token))
    change()
    await assert.rejects(authenticating.authenticate(bearer(status.token)), { reason: 'Unauthorized' })
    assert.equal((await review(status.token)).error, message)
  })
}

test('a token ends with its time, but for a minute', async () => {
  const { status } = await token({ expirationSeconds: 600 })
  await clock.advance(659_000)
  await authenticating.authenticate(bearer(status.token))
  await clock.advance(2_000)
  assert.equal((await review(status.token)).error, 'service account token has expired')
})

test('a kubelet’s token lives a year longer than asked, and says so only in its claims', async () => {
  const { status, spec } = await token({ ...boundTo('Pod', 'web'), expirationSeconds: 3607 })
  assert.equal(spec.expirationSeconds, 3607)
  assert.equal(status.expirationTimestamp, '2026-01-01T01:00:07Z')
  const claims = claimsOf(status.token)
  assert.deepEqual([claims.exp, claims['kubernetes.io'].warnafter], [start / 1000 + 365 * 86_400, start / 1000 + 3607])
})

test('a forged token is refused', async () => {
  const { status } = await token()
  const [head, , signature] = status.token.split('.')
  const claims = Buffer.from(
    JSON.stringify({ ...claimsOf(status.token), sub: 'system:serviceaccount:kube-system:admin' }),
  )
  await assert.rejects(authenticating.authenticate(bearer(`${head}.${claims.toString('base64url')}.${signature}`)), {
    reason: 'Unauthorized',
  })
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  await assert.rejects(authenticating.authenticate(bearer(`${none}.${status.token.split('.')[1]}.`)), {
    reason: 'Unauthorized',
  })
})

const refusals: readonly [string, Spec, string, object][] = [
  [
    'less than ten minutes',
    { expirationSeconds: 599 },
    'robot',
    { reason: 'Invalid', message: /may not specify a duration less than 10 minutes/ },
  ],
  [
    'more than 2^32 seconds',
    { expirationSeconds: 2 ** 32 + 1 },
    'robot',
    { reason: 'Invalid', message: /larger than 2\^32 seconds/ },
  ],
  ['an account that is not there', {}, 'nobody', { reason: 'NotFound' }],
  ['a pod that is not there', boundTo('Pod', 'none'), 'robot', { reason: 'NotFound' }],
  ['another pod of that name', boundTo('Pod', 'web', 'pod-0'), 'robot', { reason: 'Conflict' }],
  [
    'something that tokens can’t be bound to',
    boundTo('ConfigMap', 'x'),
    'robot',
    { message: 'cannot bind token to object of type /v1, Kind=ConfigMap' },
  ],
]
for (const [name, spec, account, error] of refusals) {
  test(`no token is made for ${name}`, () => assert.rejects(token(spec, account), error))
}
test('no token is made for a pod of another account', async () => {
  objects.put(serviceAccounts, { metadata: { name: 'other', namespace: 'dev', uid: 'sa-3' } })
  await assert.rejects(token(boundTo('Pod', 'web'), 'other'), {
    reason: 'BadRequest',
    message: /cannot bind token for serviceaccount "other"/,
  })
})

async function review(jwt: string, audiences?: string[]): Promise<TokenReview['status']> {
  const body = { metadata: {}, spec: { token: jwt, ...(audiences ? { audiences } : {}) }, status: { user: {} } }
  const handler = authenticating.handlers['tokenreviews.authentication.k8s.io']
  const answer = await handler?.({ user: someone('x'), namespace: '', name: '', warn() {}, annotate() {} }, body)
  return (answer as TokenReview).status
}

test('a review tells whose a token is, for the audiences asked for', async () => {
  const { status } = await token({ audiences: ['vault', issuer] })
  const answer = await review(status.token, ['vault', 'other'])
  assert.deepEqual(
    [answer.authenticated, answer.audiences, answer.user.username],
    [true, ['vault'], 'system:serviceaccount:dev:robot'],
  )
  assert.match(
    (await review(status.token, ['other'])).error ?? '',
    /^token audiences \["vault" ".*"\] is invalid for the target audiences \["other"\]$/,
  )
  assert.deepEqual(await review('rubbish'), { user: {}, error: 'invalid bearer token' })
})

test('a token for somebody else does not open this server', async () => {
  const { status } = await token({ audiences: ['vault'] })
  await assert.rejects(authenticating.authenticate(bearer(status.token)), { reason: 'Unauthorized' })
})

test('everybody may ask who he is', async () => {
  const user = { name: 'ann', groups: ['ops'], extra: { k: ['v'] } }
  const handler = authenticating.handlers['selfsubjectreviews.authentication.k8s.io']
  const answer = (await handler?.(
    { user, namespace: '', name: '', warn() {}, annotate() {} },
    { metadata: {} },
  )) as SelfSubjectReview
  assert.deepEqual(answer.status.userInfo, { username: 'ann', groups: ['ops'], extra: { k: ['v'] } })
})

const data = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]))
const good = {
  'token-id': 'abcdef',
  'token-secret': '0123456789abcdef',
  'usage-bootstrap-authentication': 'true',
  'auth-extra-groups': 'system:bootstrappers:agents',
}
const bootstraps: readonly [string, Record<string, string>, boolean][] = [
  ['as it should be', good, true],
  ['with time left', { ...good, expiration: '2026-01-01T00:00:01Z' }, true],
  ['whose time is over', { ...good, expiration: '2025-12-31T23:59:59Z' }, false],
  ['with a time nobody can read', { ...good, expiration: 'soon' }, false],
  ['with another secret', { ...good, 'token-secret': 'fedcba9876543210' }, false],
  ['not meant for this', { ...good, 'usage-bootstrap-authentication': 'false' }, false],
  ['with groups it may not have', { ...good, 'auth-extra-groups': 'system:masters' }, false],
]
for (const [name, values, accepted] of bootstraps) {
  test(`a bootstrap token ${name} is ${accepted ? 'taken' : 'refused'}`, async () => {
    objects.put(secrets, {
      metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' },
      type: 'bootstrap.kubernetes.io/token',
      data: data(values),
    })
    const answer = authenticating.authenticate(bearer('abcdef.0123456789abcdef'))
    if (!accepted) return assert.rejects(answer, { reason: 'Unauthorized' })
    assert.deepEqual(await answer, {
      name: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers', 'system:bootstrappers:agents', 'system:authenticated'],
    })
  })
}

test('the issuer’s documents lead to the keys', () => {
  const documents = authenticating.documents('10.0.0.1:6443')
  const configuration = documents['/.well-known/openid-configuration']?.()
  assert.ok(configuration?.form === 'text')
  assert.equal(JSON.parse(String(configuration.body)).jwks_uri, 'https://10.0.0.1:6443/openid/v1/jwks')
  assert.deepEqual(Object.keys(documents), ['/.well-known/openid-configuration', '/openid/v1/jwks'])
})

const group = 'rbac.authorization.k8s.io'
const listPods = requestInfo('GET', '/api/v1/namespaces/dev/pods', new URLSearchParams())
const impersonator = someone('ann', 'system:authenticated')
const mayImpersonate = (resourceNames: string[]) =>
  objects
    .put(clusterRoles, {
      metadata: { name: 'i' },
      rules: [{ verbs: ['impersonate'], apiGroups: ['', 'authentication.k8s.io'], resources: ['*'], resourceNames }],
    })
    .put(clusterRoleBindings, {
      metadata: { name: 'i' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'i' },
      subjects: [{ kind: 'User', apiGroup: group, name: 'ann' }],
    })
const impersonations: readonly [string, Record<string, string>, object][] = [
  ['a user', { 'impersonate-user': 'bob' }, { name: 'bob', groups: ['system:authenticated'] }],
  [
    'a user with groups and more',
    {
      'impersonate-user': 'bob',
      'impersonate-group': 'dev, ops',
      'impersonate-uid': 'u1',
      'impersonate-extra-acme%2fteam': 'red',
    },
    { name: 'bob', uid: 'u1', groups: ['dev', 'ops', 'system:authenticated'], extra: { 'acme/team': ['red'] } },
  ],
  [
    'a service account',
    { 'impersonate-user': 'system:serviceaccount:dev:robot' },
    {
      name: 'system:serviceaccount:dev:robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:dev', 'system:authenticated'],
    },
  ],
  [
    'nobody',
    { 'impersonate-user': 'system:anonymous' },
    { name: 'system:anonymous', groups: ['system:unauthenticated'] },
  ],
]
for (const [name, headers, expected] of impersonations) {
  test(`who may impersonate ${name} is taken for it`, async () => {
    mayImpersonate([])
    const authorizing = createAuthorizing({ objects })
    const done = await impersonated(request('/api', { headers }), impersonator, listPods, authorizing)
    assert.deepEqual(done, { user: expected, constraint: '' })
  })
}
test('impersonation takes the right to each part', async () => {
  mayImpersonate(['bob'])
  const authorizing = createAuthorizing({ objects })
  const as = async (headers: Record<string, string>) =>
    impersonated(request('/api', { headers }), impersonator, listPods, authorizing)
  await as({ 'impersonate-user': 'bob' })
  // The limited way comes first, and so its refusal is told.
  await assert.rejects(as({ 'impersonate-user': 'bob', 'impersonate-group': 'system:masters' }), {
    message:
      'pods is forbidden: User "ann" cannot impersonate-on:user-info:list resource "pods" in API group "" in the namespace "dev"',
  })
  await assert.rejects(as({ 'impersonate-group': 'dev' }), {
    reason: 'BadRequest',
    message:
      'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"dev"}, Extra:map[string][]string(nil)} without impersonating a user name',
  })
})

const limited: readonly [string, object[], UserInfo, Record<string, string>, object | string][] = [
  [
    'a user, to list pods',
    [
      { verbs: ['impersonate-on:user-info:list'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['impersonate:user-info'], apiGroups: ['authentication.k8s.io'], resources: ['users', 'groups'] },
    ],
    impersonator,
    { 'impersonate-user': 'bob', 'impersonate-group': 'dev' },
    { user: { name: 'bob', groups: ['dev', 'system:authenticated'] }, constraint: 'impersonate:user-info' },
  ],
  [
    'a member of system:masters never',
    [
      { verbs: ['impersonate-on:user-info:list'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['impersonate:user-info'], apiGroups: ['authentication.k8s.io'], resources: ['users', 'groups'] },
    ],
    impersonator,
    { 'impersonate-user': 'bob', 'impersonate-group': 'system:masters' },
    'groups.authentication.k8s.io "system:masters" is forbidden: User "ann" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope: impersonating the system:masters group is not allowed',
  ],
  [
    'a service account, in its groups',
    [
      { verbs: ['impersonate-on:serviceaccount:list'], apiGroups: [''], resources: ['pods'] },
      {
        verbs: ['impersonate:serviceaccount'],
        apiGroups: ['authentication.k8s.io'],
        resources: ['serviceaccounts'],
      },
    ],
    impersonator,
    { 'impersonate-user': 'system:serviceaccount:dev:robot' },
    {
      user: {
        name: 'system:serviceaccount:dev:robot',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:dev', 'system:authenticated'],
      },
      constraint: 'impersonate:serviceaccount',
    },
  ],
  [
    'any node',
    [
      { verbs: ['impersonate-on:arbitrary-node:list'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['impersonate:arbitrary-node'], apiGroups: ['authentication.k8s.io'], resources: ['nodes'] },
    ],
    impersonator,
    { 'impersonate-user': 'system:node:a' },
    {
      user: { name: 'system:node:a', groups: ['system:nodes', 'system:authenticated'] },
      constraint: 'impersonate:arbitrary-node',
    },
  ],
  [
    'the node that the asker runs on',
    [
      { verbs: ['impersonate-on:associated-node:list'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['impersonate:associated-node'], apiGroups: ['authentication.k8s.io'], resources: ['nodes'] },
    ],
    {
      name: 'system:serviceaccount:dev:agent',
      groups: [],
      extra: { 'authentication.kubernetes.io/node-name': ['a'] },
    },
    { 'impersonate-user': 'system:node:a' },
    {
      user: { name: 'system:node:a', groups: ['system:nodes', 'system:authenticated'] },
      constraint: 'impersonate:associated-node',
    },
  ],
]
for (const [name, rules, asker, headers, expected] of limited) {
  test(`the limited right to impersonate: ${name}`, async () => {
    objects.put(clusterRoles, { metadata: { name: 'i' }, rules: rules as never }).put(clusterRoleBindings, {
      metadata: { name: 'i' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'i' },
      subjects: [{ kind: 'User', apiGroup: group, name: asker.name }],
    })
    const authorizing = createAuthorizing({ objects })
    const done = async () => impersonated(request('/api', { headers }), asker, listPods, authorizing)
    if (typeof expected !== 'string') assert.deepEqual(await done(), expected)
    else await assert.rejects(done, { message: expected })
  })
}
