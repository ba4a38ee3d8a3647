import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collection, cronTab, cronTabs } from '../../crd/crd.test-suite.ts'
import { map, maps, rule, startHooked } from './webhook.test-suite.ts'

const add = (name: string, value: string) => ({ op: 'add', path: `/data/${name}`, value })

test('a webhook changes what is created, and another refuses what it does not like', async () => {
  const { ask, asked, configure, hook, stop } = await startHooked({
    adds: () => ({ patch: [add('added', 'yes')] }),
    denies: ({ object }) =>
      object.data.bad
        ? { allowed: false, status: { message: 'bad data', code: 418, reason: 'Teapot' } }
        : { warnings: ['seen'] },
  })
  await configure('Mutating', 'adds', [rule(['CREATE'], ['configmaps'])])
  await configure('Validating', 'denies', [rule(['CREATE', 'UPDATE'], ['configmaps'])])
  const made = await ask('POST', maps, map('a', { own: '1' }))
  assert.deepEqual([made.status, made.object.data, made.warnings], [201, { own: '1', added: 'yes' }, ['seen']])
  const refused = await ask('PUT', `${maps}/a`, map('a', { bad: '1' }))
  assert.deepEqual(
    [refused.status, refused.object.reason, refused.object.message],
    [418, 'Teapot', 'admission webhook "denies.example.com" denied the request: bad data'],
  )
  const [first, second, third] = asked()
  assert.equal(
    first?.object.metadata.uid,
    undefined,
    'the server decides upon the uid after webhooks changed the object',
  )
  assert.equal(second?.object.metadata.uid, made.object.metadata.uid)
  assert.deepEqual(second?.object.data, { own: '1', added: 'yes' })
  assert.deepEqual([third?.operation, third?.oldObject.data], ['UPDATE', { own: '1', added: 'yes' }])
  assert.equal(hook.posted[0]?.path, '/adds?timeout=10s')
  await stop()
})

test('a review tells all about the request', async () => {
  const { ask, asked, configure, stop } = await startHooked({})
  await configure('Validating', 'sees', [rule(['*'], ['configmaps'])])
  await ask('POST', `${maps}?dryRun=All&fieldManager=me`, map('a'))
  const { uid, userInfo, object, ...rest } = asked()[0] ?? ({} as never)
  assert.match(uid, /^[0-9a-f-]{36}$/)
  assert.deepEqual([userInfo.username, userInfo.groups], ['admin', ['system:masters', 'system:authenticated']])
  assert.deepEqual([object.apiVersion, object.kind, object.metadata.namespace], ['v1', 'ConfigMap', 'default'])
  const kind = { group: '', version: 'v1', kind: 'ConfigMap' }
  const resource = { group: '', version: 'v1', resource: 'configmaps' }
  assert.deepEqual(rest, {
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    name: 'a',
    namespace: 'default',
    operation: 'CREATE',
    oldObject: null,
    dryRun: true,
    options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', dryRun: ['All'], fieldManager: 'me' },
  })
  await stop()
})

test('deletions show what is deleted, one by one', async () => {
  const { ask, asked, configure, stop } = await startHooked({
    keeps: ({ oldObject }) => ({ allowed: oldObject.data?.keep === undefined }),
  })
  for (const name of ['a', 'b']) await ask('POST', maps, map(name, {}, { labels: { all: 'yes' } }))
  await ask('POST', maps, map('c', { keep: '1' }))
  await configure('Validating', 'keeps', [rule(['DELETE'], ['configmaps'])])
  const refused = await ask('DELETE', `${maps}/c`)
  assert.deepEqual(
    [refused.status, refused.object.message],
    [400, 'admission webhook "keeps.example.com" denied the request without explanation'],
  )
  assert.equal((await ask('DELETE', `${maps}?labelSelector=all`)).status, 200)
  assert.deepEqual(
    asked().map(({ operation, object, oldObject, options }) => [
      operation,
      object,
      oldObject.metadata.name,
      options.kind,
    ]),
    [
      ['DELETE', null, 'c', 'DeleteOptions'],
      ['DELETE', null, 'a', 'DeleteOptions'],
      ['DELETE', null, 'b', 'DeleteOptions'],
    ],
  )
  await stop()
})

test('a name that the server makes is told only to those who may not change it', async () => {
  const { ask, asked, configure, stop } = await startHooked({})
  await configure('Mutating', 'before', [rule(['CREATE'], ['configmaps'])])
  await configure('Validating', 'after', [rule(['CREATE'], ['configmaps'])])
  const made = await ask('POST', maps, map('', {}, { name: undefined, generateName: 'some-' }))
  const [before, after] = asked()
  assert.deepEqual([before?.name, before?.object.metadata.name], [undefined, undefined])
  const { name } = made.object.metadata
  assert.deepEqual([after?.name, after?.object.metadata.name], [name, name])
  await stop()
})

test('webhooks that change objects follow one another, and are asked again when they want to', async () => {
  const { ask, asked, configure, stop } = await startHooked({
    a: ({ object }) => ({ patch: [add('seen', Object.keys(object.data).sort().join(','))] }),
    b: ({ object }) => (object.data.b ? {} : { patch: [add('b', '1')] }),
    c: ({ object }) => (object.data.c ? {} : { patch: [add('c', '1')] }),
  })
  const created = [rule(['CREATE'], ['configmaps'])]
  await configure('Mutating', 'c', created)
  await configure('Mutating', 'a', created, { reinvocationPolicy: 'IfNeeded' })
  await configure('Mutating', 'b', created)
  const made = await ask('POST', maps, map('x', { own: '1' }))
  assert.deepEqual(made.object.data, { own: '1', b: '1', c: '1', seen: 'b,c,own,seen' })
  assert.deepEqual(
    ['a', 'b', 'c'].map(name => asked(name).length),
    [2, 1, 1],
  )
  await stop()
})

test('defaults are filled in after a change, and rules still hold', async () => {
  const container = { name: 'added', image: 'busybox' }
  const { ask, configure, stop } = await startHooked({
    adds: ({ object }) => ({
      patch:
        object.metadata.name === 'bad'
          ? [{ op: 'replace', path: '/spec/containers/0/name', value: 'B A D' }]
          : [{ op: 'add', path: '/spec/initContainers', value: [container] }],
    }),
  })
  await configure('Mutating', 'adds', [rule(['CREATE'], ['pods'])])
  const pod = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'own', image: 'busybox' }], automountServiceAccountToken: false },
  })
  await ask('POST', '/api/v1/namespaces/default/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  })
  const made = await ask('POST', '/api/v1/namespaces/default/pods', pod('good'))
  const [init] = made.object.spec.initContainers
  assert.deepEqual([init.terminationMessagePolicy, init.imagePullPolicy], ['File', 'Always'])
  const bad = await ask('POST', '/api/v1/namespaces/default/pods', pod('bad'))
  assert.deepEqual([bad.status, bad.object.details.causes[0].field], [422, 'spec.containers[0].name'])
  await stop()
})

test('what a webhook can not be asked for is refused or let through, as its policy says', async () => {
  const { ask, configure, stop } = await startHooked({ fails: () => 500, opens: () => 500 })
  await configure('Validating', 'opens', [rule(['CREATE'], ['configmaps'])], { failurePolicy: 'Ignore' })
  assert.equal((await ask('POST', maps, map('a'))).status, 201)
  await configure('Validating', 'fails', [rule(['CREATE'], ['configmaps'])])
  const refused = await ask('POST', maps, map('b'))
  assert.deepEqual(
    [refused.status, refused.object.reason, refused.object.message],
    [
      500,
      'InternalError',
      'Internal error occurred: failed calling webhook "fails.example.com": failed to call webhook: an error on the server ("broken") has prevented the request from succeeding',
    ],
  )
  await stop()
})

test('a webhook that takes too long was not asked', async () => {
  const late = Promise.withResolvers<Record<string, never>>()
  const { ask, configure, stop, hook } = await startHooked({ late: () => late.promise })
  await configure('Validating', 'late', [rule(['CREATE'], ['configmaps'])], { timeoutSeconds: 1 })
  const refused = await ask('POST', maps, map('a'))
  assert.equal(
    refused.object.message,
    `Internal error occurred: failed calling webhook "late.example.com": failed to call webhook: Post "${hook.url}/late?timeout=1s": context deadline exceeded`,
  )
  late.resolve({})
  await stop()
})

test('selectors and conditions say whether a webhook is meant', async () => {
  const { ask, asked, configure, stop } = await startHooked({})
  const writes = [rule(['CREATE', 'UPDATE'], ['configmaps'])]
  const only = (key: string) => ({ matchExpressions: [{ key, operator: 'Exists' }] })
  const when = (expression: string, rest: object = {}) => ({ matchConditions: [{ name: 'c', expression }], ...rest })
  await configure('Validating', 'space', writes, { namespaceSelector: only('special') })
  await configure('Validating', 'object', writes, { objectSelector: only('special') })
  await configure('Validating', 'condition', writes, when("request.operation == 'UPDATE' && object.data.x == '1'"))
  await configure('Validating', 'right', writes, when("authorizer.group('').resource('pods').check('get').allowed()"))
  await configure('Validating', 'open', writes, when("object.data.y == '1'", { failurePolicy: 'Ignore' }))
  await ask('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'special', labels: { special: 'yes' } },
  })
  const counts = () => ['space', 'object', 'condition', 'right', 'open'].map(name => asked(name).length)
  await ask('POST', maps, map('a', { x: '1' }))
  assert.deepEqual(counts(), [0, 0, 0, 1, 0])
  await ask('POST', '/api/v1/namespaces/special/configmaps', map('a', { y: '1' }))
  assert.deepEqual(counts(), [1, 0, 0, 2, 1])
  await ask('PUT', `${maps}/a`, map('a', { x: '1' }, { labels: { special: 'yes' } }))
  assert.deepEqual(counts(), [1, 1, 1, 3, 1])
  await ask('PUT', `${maps}/a`, map('a', { x: '2' }))
  assert.deepEqual(counts(), [1, 2, 1, 4, 1], 'of an update both the old and the new object count')
  await configure('Validating', 'strict', writes, when("object.data.nothing == '1'"))
  const refused = await ask('POST', maps, map('b', { x: '1' }))
  assert.deepEqual(
    [refused.status, refused.object.message],
    [
      403,
      `configmaps "b" is forbidden: expression 'object.data.nothing == '1'' resulted in error: no such key: nothing`,
    ],
  )
  await stop()
})

test('configurations of webhooks are no matter of webhooks', async () => {
  const { ask, asked, configure, stop } = await startHooked({ no: () => ({ allowed: false }) })
  await configure('Validating', 'no', [rule(['*'], ['*'], '*', '*')])
  assert.equal((await ask('POST', maps, map('a'))).status, 400)
  const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/no'
  assert.equal((await ask('DELETE', path)).status, 200)
  assert.equal((await ask('POST', maps, map('a'))).status, 201)
  assert.ok(asked().every(({ resource }) => resource.group !== 'admissionregistration.k8s.io'))
  await stop()
})

test('a dry run asks webhooks that do nothing but answer then', async () => {
  const { ask, asked, configure, stop } = await startHooked({})
  await configure('Validating', 'quiet', [rule(['CREATE'], ['configmaps'])], { sideEffects: 'NoneOnDryRun' })
  assert.equal((await ask('POST', `${maps}?dryRun=All`, map('a'))).status, 201)
  assert.deepEqual(
    asked().map(({ dryRun }) => dryRun),
    [true],
  )
  await stop()
})

test('an object is shown in the version that was asked for, and read back from it', async () => {
  const { ask, asked, configure, stop } = await startHooked({
    old: () => ({ patch: [{ op: 'add', path: '/metadata/labels', value: { by: 'old' } }] }),
  })
  const rules = [rule(['CREATE'], ['ingresses'], 'networking.k8s.io', 'v1beta1'), rule(['*'], ['events'], '', 'v1')]
  await configure('Mutating', 'old', rules)
  await configure('Mutating', 'exact', rules, { matchPolicy: 'Exact' })
  const made = await ask('POST', '/apis/events.k8s.io/v1/namespaces/default/events', {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'e' },
    regarding: { kind: 'Pod', namespace: 'default', name: 'p' },
    reason: 'R',
    action: 'A',
    type: 'Normal',
    note: 'words',
    reportingController: 'a/b',
    reportingInstance: 'i',
    eventTime: '2026-01-01T00:00:00.000000Z',
  })
  assert.deepEqual(
    [made.status, made.object.metadata.labels, made.object.note],
    [201, { by: 'old' }, 'words'],
    JSON.stringify(made.object),
  )
  const [{ object, kind, resource, requestKind, requestResource } = {} as never, ...rest] = asked()
  assert.deepEqual(rest, [])
  assert.deepEqual([object.apiVersion, object.message, object.note], ['v1', 'words', undefined])
  assert.deepEqual([kind.group, resource.group], ['', ''])
  assert.deepEqual([requestKind.group, requestResource.group], ['events.k8s.io', 'events.k8s.io'])
  await stop()
})

test('custom resources are changed and pruned, also by webhooks of another version', async () => {
  const schema = {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string', default: 'd' } } },
    },
  }
  const { ask, asked, configure, define, stop } = await startHooked({
    custom: () => ({
      patch: [
        { op: 'add', path: '/spec/a', value: 'set' },
        { op: 'add', path: '/spec/unknown', value: 'x' },
      ],
    }),
  })
  const version = (name: string, storage: boolean) => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: schema },
  })
  await define(cronTabs(schema, {}, { versions: [version('v1', true), version('v2', false)] }))
  await configure('Mutating', 'custom', [rule(['CREATE'], ['crontabs'], 'stable.example.com', 'v2')])
  const made = await ask('POST', collection('v1'), cronTab('c', { spec: {} }))
  assert.deepEqual([made.object.apiVersion, made.object.spec], ['stable.example.com/v1', { a: 'set', b: 'd' }])
  assert.equal(asked()[0]?.object.apiVersion, 'stable.example.com/v2')
  await stop()
})

test('a Scale is shown as such, and may be changed', async () => {
  const { ask, asked, configure, stop } = await startHooked({
    scale: () => ({ patch: [{ op: 'replace', path: '/spec/replicas', value: 7 }] }),
  })
  const deployments = '/apis/apps/v1/namespaces/default/deployments'
  await ask('POST', deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  })
  await configure('Mutating', 'scale', [rule(['UPDATE'], ['deployments/scale'], 'apps')])
  const patched = await ask('PATCH', `${deployments}/d/scale`, { spec: { replicas: 3 } }, 'merge-patch+json')
  assert.equal(patched.object.spec.replicas, 7)
  const [{ kind, object, oldObject, subResource } = {} as never] = asked()
  assert.deepEqual(
    [kind, object.spec.replicas, oldObject.spec.replicas, subResource],
    [{ group: 'autoscaling', version: 'v1', kind: 'Scale' }, 3, 1, 'scale'],
  )
  await stop()
})

test('a command in a container needs the consent of webhooks', async () => {
  const { ask, asked, configure, stop } = await startHooked({
    no: () => ({ allowed: false, status: { message: 'not here' } }),
  })
  await configure('Validating', 'no', [rule(['CONNECT'], ['pods/exec'])])
  const refused = await ask('POST', '/api/v1/namespaces/default/pods/p/exec?command=ls&command=-l&stdout=true')
  assert.equal(refused.object.message, 'admission webhook "no.example.com" denied the request: not here')
  const [{ object, operation, name, namespace, kind } = {} as never] = asked()
  assert.deepEqual(
    [operation, name, namespace, kind.kind, object],
    [
      'CONNECT',
      'p',
      'default',
      'PodExecOptions',
      { kind: 'PodExecOptions', apiVersion: 'v1', stdout: true, command: ['ls', '-l'] },
    ],
  )
  await stop()
})

test('a service keeps its address when webhooks are asked a second time', async () => {
  const label = (name: string) => ({ patch: [{ op: 'add', path: '/metadata/labels', value: { [name]: 'yes' } }] })
  const { ask, asked, configure, stop } = await startHooked({
    a: ({ object }) => (object.metadata.labels ? {} : label('a')),
    b: ({ object }) => (object.metadata.labels.b ? {} : label('b')),
  })
  const again = { reinvocationPolicy: 'IfNeeded' }
  await configure('Mutating', 'a', [rule(['CREATE'], ['services'])], again)
  await configure('Mutating', 'b', [rule(['CREATE'], ['services'])], again)
  const made = await ask('POST', '/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { type: 'NodePort', ports: [{ port: 80 }] },
  })
  assert.deepEqual([made.status, made.object.metadata.labels], [201, { b: 'yes' }], JSON.stringify(made.object))
  assert.equal(asked('a').length, 2)
  assert.equal(asked('b').length, 1, 'nothing has changed since it was asked')
  await stop()
})
