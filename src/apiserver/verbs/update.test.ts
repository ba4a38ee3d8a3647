import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { configMap, maps, startServer, type TestServer } from '../server.test-suite.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const deployments = '/apis/apps/v1/namespaces/default/deployments'
const deployment = (name: string, replicas = 1) => ({
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
})
const make = async (name: string, data: Record<string, string> = { a: '1' }) =>
  (await server.ask('POST', maps, { body: configMap(name, { data }) })).json
const put = (path: string, body: unknown, query = '') => server.ask('PUT', path + query, { body })

test('an update replaces the object and keeps what the server decided', async () => {
  const made = await make('replaced')
  const metadata = {
    labels: { x: 'y' },
    creationTimestamp: '2001-01-01T00:00:00Z',
    deletionTimestamp: '2001-01-01T00:00:00Z',
  }
  const { status, json } = await put(`${maps}/replaced`, configMap('replaced', { metadata, data: { b: '2' } }))
  assert.equal(status, 200)
  assert.deepEqual(json.data, { b: '2' })
  const { resourceVersion, labels, managedFields: _, ...rest } = json.metadata
  const { resourceVersion: first, managedFields: __, ...before } = made.metadata
  assert.deepEqual(rest, before)
  assert.deepEqual(labels, { x: 'y' })
  assert.equal(Number(resourceVersion), Number(first) + 1)
})

test('a version that is not the stored one is a conflict', async () => {
  const { metadata } = await make('conflict')
  const body = configMap('conflict', { metadata: { resourceVersion: metadata.resourceVersion }, data: { a: '2' } })
  assert.equal((await put(`${maps}/conflict`, body)).status, 200)
  const { status, json } = await put(`${maps}/conflict`, { ...body, data: { a: '3' } })
  assert.deepEqual(
    [status, json.reason, json.message, json.details],
    [
      409,
      'Conflict',
      'Operation cannot be fulfilled on configmaps "conflict": the object has been modified; please apply your changes to the latest version and try again',
      { name: 'conflict', kind: 'configmaps' },
    ],
  )
})

test('another uid is a conflict', async () => {
  await make('uid')
  const { status, json } = await put(`${maps}/uid`, configMap('uid', { metadata: { uid: 'x' } }))
  assert.deepEqual([status, json.reason], [409, 'Conflict'])
  assert.match(json.message, /Precondition failed: UID in precondition: x, UID in object meta: /)
})

test('what goes while it is changed is not found', async () => {
  for (let i = 0; i < 20; i++) {
    const { metadata } = await make(`gone${i}`)
    const body = configMap(`gone${i}`, { metadata: { uid: metadata.uid }, data: { a: '2' } })
    const [changed] = await Promise.all([put(`${maps}/gone${i}`, body), server.ask('DELETE', `${maps}/gone${i}`)])
    assert.ok(changed.status === 200 || changed.json.reason === 'NotFound', changed.json.message)
  }
})

test('an update that changes nothing writes nothing', async () => {
  const { metadata } = await make('same', { a: '1', b: '2' })
  const { json } = await put(`${maps}/same`, configMap('same', { data: { b: '2', a: '1' } }))
  assert.equal(json.metadata.resourceVersion, metadata.resourceVersion)
})

test('writers without a version all get through', async () => {
  await make('many')
  const results = await Promise.all(
    Array.from({ length: 10 }, (_, i) => put(`${maps}/many`, configMap('many', { data: { [`k${i}`]: 'v' } }))),
  )
  assert.deepEqual(
    results.map(({ status }) => status),
    Array(10).fill(200),
  )
})

test('generation counts changes of what is wanted, and of nothing else', async () => {
  const made = await server.ask('POST', deployments, { body: deployment('counted') })
  assert.equal(made.json.metadata.generation, 1)
  const path = `${deployments}/counted`
  assert.equal((await put(path, deployment('counted', 2))).json.metadata.generation, 2)
  const labelled = { ...deployment('counted', 2), metadata: { name: 'counted', labels: { a: 'b' }, generation: 77 } }
  assert.equal((await put(path, labelled)).json.metadata.generation, 2)
  const status = await put(`${path}/status`, { ...deployment('counted', 9), status: { replicas: 2 } })
  assert.deepEqual([status.json.metadata.generation, status.json.spec.replicas, status.json.status.replicas], [2, 2, 2])
})

test('an update of the object leaves its status, and the status view everything else', async () => {
  await server.ask('POST', deployments, { body: deployment('viewed') })
  const path = `${deployments}/viewed`
  await put(`${path}/status`, {
    ...deployment('viewed', 5),
    metadata: { name: 'viewed', labels: { a: 'b' } },
    status: { replicas: 3 },
  })
  const { json } = await put(path, { ...deployment('viewed', 2), status: { replicas: 8 } })
  assert.deepEqual([json.spec.replicas, json.status.replicas, json.metadata.labels], [2, 3, undefined])
  assert.equal((await server.ask('GET', `${path}/status`)).json.status.replicas, 3)
})

test('what may not change is refused, naming the field', async () => {
  await server.ask('POST', deployments, { body: deployment('fixed') })
  const body = deployment('fixed')
  body.spec.selector.matchLabels = { a: 'c' }
  body.spec.template.metadata.labels = { a: 'c' }
  const { status, json } = await put(`${deployments}/fixed`, body)
  assert.deepEqual([status, json.reason, json.details.causes[0].field], [422, 'Invalid', 'spec.selector'])
  assert.match(json.message, /field is immutable/)
})

test('the body must be about the object of the path', async () => {
  await make('path')
  const cases: [unknown, number, RegExp][] = [
    [configMap('other'), 400, /^the name of the object \(other\) does not match the name on the URL \(path\)$/],
    [configMap(''), 400, /^the name of the object \(path based on URL\) was undeterminable: name must be provided$/],
    [configMap('path', { metadata: { namespace: 'x' } }), 400, /^the namespace of the provided object does not match/],
  ]
  for (const [body, code, message] of cases) {
    const { status, json } = await put(`${maps}/path`, body)
    assert.equal(status, code)
    assert.match(json.message, message)
  }
  assert.equal((await put(`${maps}/none`, configMap('none'))).status, 404)
})

test('kinds that allow it are made by an update', async () => {
  const lease = {
    kind: 'Lease',
    apiVersion: 'coordination.k8s.io/v1',
    metadata: { name: 'l' },
    spec: { holderIdentity: 'me' },
  }
  const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases/l'
  const first = await put(path, lease)
  assert.deepEqual([first.status, first.json.spec.holderIdentity], [201, 'me'])
  assert.equal(
    (
      await put(path, {
        ...lease,
        metadata: { name: 'l', resourceVersion: first.json.metadata.resourceVersion },
        spec: { holderIdentity: 'you' },
      })
    ).status,
    200,
  )
})

test('a dry run changes nothing', async () => {
  const { metadata } = await make('dry')
  const { status, json } = await put(`${maps}/dry`, configMap('dry', { data: { a: '2' } }), '?dryRun=All')
  assert.deepEqual([status, json.data, json.metadata.resourceVersion], [200, { a: '2' }, metadata.resourceVersion])
  assert.deepEqual((await server.ask('GET', `${maps}/dry`)).json.data, { a: '1' })
})

const patch = (path: string, type: string, body: unknown) =>
  server.ask('PATCH', path, { headers: { 'content-type': `application/${type}` }, body })

test('patches of each kind do what they say', async () => {
  await server.ask('POST', deployments, { body: deployment('patched') })
  const path = `${deployments}/patched`
  const containers = (json: { spec: { template: { spec: { containers: { name: string }[] } } } }) =>
    json.spec.template.spec.containers.map(({ name }) => name)
  const json = await patch(path, 'json-patch+json', [
    { op: 'test', path: '/spec/replicas', value: 1 },
    { op: 'replace', path: '/spec/replicas', value: 3 },
    { op: 'add', path: '/metadata/labels', value: { l: '1' } },
  ])
  assert.deepEqual([json.status, json.json.spec.replicas, json.json.metadata.labels], [200, 3, { l: '1' }])
  const merged = await patch(path, 'merge-patch+json', {
    metadata: { labels: { l: null, m: '2' } },
    spec: { paused: true },
  })
  assert.deepEqual([merged.status, merged.json.metadata.labels, merged.json.spec.paused], [200, { m: '2' }, true])
  const add = { spec: { template: { spec: { containers: [{ name: 'd', image: 'j' }] } } } }
  const strategic = await patch(path, 'strategic-merge-patch+json', add)
  assert.deepEqual([strategic.status, containers(strategic.json).sort()], [200, ['c', 'd']])
  const replaced = await patch(path, 'merge-patch+json', add)
  assert.deepEqual([replaced.status, containers(replaced.json)], [200, ['d']])
})

test('patches that cannot be worked are refused', async () => {
  await make('broken')
  const path = `${maps}/broken`
  const cases: [string, unknown, number, string, RegExp][] = [
    [
      'json-patch+json',
      [{ op: 'test', path: '/data/a', value: '9' }],
      422,
      'Invalid',
      /^the server rejected our request due to an error in our request$/,
    ],
    ['json-patch+json', [{ op: 'remove', path: '/data/none' }], 422, 'Invalid', /rejected our request/],
    ['merge-patch+json', '{', 400, 'BadRequest', /^error decoding patch: unexpected end of JSON input$/],
    [
      'merge-patch+json',
      { data: { a: 1 } },
      422,
      'Invalid',
      /^ "" is invalid: patch: Invalid value: .*cannot unmarshal number/,
    ],
    ['merge-patch+json', { metadata: { name: 'other' } }, 400, 'BadRequest', /does not match the name on the URL/],
    ['merge-patch+json', { metadata: { resourceVersion: '1' } }, 409, 'Conflict', /the object has been modified/],
    [
      'merge-patch+json',
      { metadata: { uid: 'x' } },
      422,
      'Invalid',
      /metadata.uid: Invalid value: "x": field is immutable$/,
    ],
    [
      'merge-patch+json',
      { kind: 'Pod' },
      422,
      'Invalid',
      /^ "" is invalid: patch: .*: converting \(v1.Pod\) to \(core.ConfigMap\): unknown conversion$/,
    ],
    [
      'json-patch+json',
      [{ op: 'replace', path: '/apiVersion', value: 'v2' }],
      422,
      'Invalid',
      /no kind "ConfigMap" is registered for version "v2" in scheme/,
    ],
    [
      'strategic-merge-patch+json',
      { data: { k: 1 } },
      422,
      'Invalid',
      /^ "" is invalid: patch: Invalid value: "map\[data:map\[k:1\]\]": /,
    ],
    [
      'merge-patch+json',
      { metadata: { finalizers: ['x'] } },
      422,
      'Invalid',
      /name is neither a standard finalizer name/,
    ],
    ['apply-patch+yaml', {}, 422, 'Invalid', /fieldManager: Required value: is required for apply patch$/],
    ['x-patch+json', {}, 415, 'UnsupportedMediaType', /^415: Unsupported Media Type$/],
    ['json', {}, 415, 'UnsupportedMediaType', /^415: Unsupported Media Type$/],
  ]
  for (const [type, body, code, reason, message] of cases) {
    const { status, json } = await patch(path, type, body)
    assert.deepEqual([status, json.reason], [code, reason], `${type} ${JSON.stringify(body)}: ${json.message}`)
    assert.match(json.message, message)
  }
  assert.equal((await patch(`${maps}/none`, 'merge-patch+json', {})).status, 404)
})

test('unknown fields of a patch are warned of once, or refused', async () => {
  await make('unknown')
  const path = `${maps}/unknown`
  const warned = await patch(path, 'merge-patch+json', { spec: { a: 1 } })
  assert.deepEqual([warned.status, warned.warnings], [200, ['unknown field "spec"']])
  const strict = await patch(`${path}?fieldValidation=Strict`, 'merge-patch+json', { spec: { a: 1 } })
  assert.deepEqual([strict.status, strict.json.reason], [422, 'Invalid'])
  assert.match(strict.json.message, /strict decoding error: unknown field \\?"spec/)
})

test('patches at the same time all get through', async () => {
  await make('busy')
  const results = await Promise.all(
    Array.from({ length: 10 }, (_, i) => patch(`${maps}/busy`, 'merge-patch+json', { data: { [`k${i}`]: 'v' } })),
  )
  assert.deepEqual(
    results.map(({ status }) => status),
    Array(10).fill(200),
  )
  assert.equal(Object.keys((await server.ask('GET', `${maps}/busy`)).json.data).length, 11)
})
