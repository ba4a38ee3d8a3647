import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { configMap, maps, startServer, type TestServer } from '../server.test-suite.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds
const namesIn = (json: any): string[] => json.items.map((item: any) => item.metadata.name)

/** Five maps: a to e, with labels and their letter as data. */
async function fill(space: string): Promise<string> {
  const path = `/api/v1/namespaces/${space}/configmaps`
  for (const [i, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    const metadata = { labels: { letter: name, even: String(i % 2 === 0) } }
    assert.equal((await server.ask('POST', path, { body: configMap(name, { metadata }) })).status, 201)
  }
  return path
}

test('a list has the kind, the version of the store and its items in the order of their names', async () => {
  const path = await fill('whole')
  const { json } = await server.ask('GET', path)
  assert.deepEqual([json.kind, json.apiVersion], ['ConfigMapList', 'v1'])
  assert.equal(json.metadata.resourceVersion, String(server.server.objects.revision))
  assert.deepEqual(namesIn(json), ['a', 'b', 'c', 'd', 'e'])
  assert.equal(json.items[0].kind, undefined)
})

test('selectors choose by labels and by fields', async () => {
  const path = await fill('selected')
  const cases: [string, string[] | number][] = [
    ['labelSelector=even%3Dtrue', ['a', 'c', 'e']],
    ['labelSelector=letter%20in%20(b,d)', ['b', 'd']],
    ['labelSelector=letter!=a,even', ['b', 'c', 'd', 'e']],
    ['labelSelector=!letter', []],
    ['fieldSelector=metadata.name%3Dc', ['c']],
    ['fieldSelector=metadata.name!%3Dc', ['a', 'b', 'd', 'e']],
    ['fieldSelector=metadata.namespace%3Delsewhere', []],
    ['fieldSelector=metadata.name%3Da&labelSelector=even%3Dfalse', []],
    ['fieldSelector=spec.nodeName%3Dx', 400],
    ['labelSelector=a%20b', 400],
    ['limit=x', 400],
    ['resourceVersion=x', 400],
    ['limit=', 400],
    ['continue=x', 400],
    ['fieldSelector=foo%3Dbar', 400],
    ['resourceVersionMatch=Exact', 422],
    ['resourceVersion=0&resourceVersionMatch=Exact', 422],
    ['sendInitialEvents=true', 422],
    ['continue=x', 400],
  ]
  for (const [query, expected] of cases) {
    const { status, json } = await server.ask('GET', `${path}?${query}`)
    assert.deepEqual(status === 200 ? namesIn(json) : status, expected, query)
  }
})

test('fields of a kind are selected by index', async () => {
  for (const type of ['Opaque', 'Opaque', 'example.com/x']) {
    const body = { kind: 'Secret', apiVersion: 'v1', metadata: { generateName: 's-' }, type }
    assert.equal((await server.ask('POST', '/api/v1/namespaces/typed/secrets', { body })).status, 201)
  }
  const counts = await Promise.all(
    ['type%3DOpaque', 'type%3Dexample.com/x', 'type!%3DOpaque', 'type%3Dnone'].map(async selector => {
      const { json } = await server.ask('GET', `/api/v1/secrets?fieldSelector=${selector}`)
      return json.items.length
    }),
  )
  assert.deepEqual(counts, [2, 1, 1, 0])
})

test('pages are of one moment, whatever is written in between', async () => {
  const path = await fill('paged')
  const first = await server.ask('GET', `${path}?limit=2`)
  assert.deepEqual(namesIn(first.json), ['a', 'b'])
  assert.equal(first.json.metadata.remainingItemCount, 3)
  const token = first.json.metadata.continue
  assert.deepEqual(JSON.parse(Buffer.from(token, 'base64url').toString()), {
    v: 'meta.k8s.io/v1',
    rv: Number(first.json.metadata.resourceVersion),
    start: 'paged/b\0',
  })
  await server.ask('DELETE', `${path}/c`)
  await server.ask('POST', path, { body: configMap('bb') })
  const second = await server.ask('GET', `${path}?limit=2&continue=${token}`)
  assert.deepEqual(namesIn(second.json), ['c', 'd'])
  assert.equal(second.json.metadata.resourceVersion, first.json.metadata.resourceVersion)
  assert.equal(second.json.metadata.remainingItemCount, 1)
  const third = await server.ask('GET', `${path}?limit=2&continue=${second.json.metadata.continue}`)
  assert.deepEqual([namesIn(third.json), third.json.metadata.continue], [['e'], undefined])
})

test('with a selector the rest is not counted', async () => {
  const path = await fill('some')
  const { json } = await server.ask('GET', `${path}?limit=1&labelSelector=even%3Dtrue`)
  assert.deepEqual([namesIn(json), json.metadata.remainingItemCount], [['a'], undefined])
  const next = await server.ask('GET', `${path}?limit=5&labelSelector=even%3Dtrue&continue=${json.metadata.continue}`)
  assert.deepEqual([namesIn(next.json), next.json.metadata.continue], [['c', 'e'], undefined])
})

test('a list at an exact version is read from history, until that is forgotten', async () => {
  const path = await fill('exact')
  const then = (await server.ask('GET', path)).json.metadata.resourceVersion
  await server.ask('DELETE', `${path}/a`)
  const query = `resourceVersion=${then}&resourceVersionMatch=Exact`
  assert.deepEqual(namesIn((await server.ask('GET', `${path}?${query}`)).json), ['a', 'b', 'c', 'd', 'e'])
  assert.deepEqual(namesIn((await server.ask('GET', `${path}?resourceVersion=${then}`)).json), ['b', 'c', 'd', 'e'])
  await server.store.compact(server.server.objects.revision)
  const { json } = await server.ask('GET', `${path}?${query}`)
  assert.deepEqual(
    [json.code, json.reason, json.message],
    [410, 'Expired', 'The resourceVersion for the provided list is too old.'],
  )
})

test('a page whose version is forgotten is refused with a token to go on with', async () => {
  const path = await fill('forgotten')
  const tokens: string[] = []
  // Only the latest few states are kept for pages: the first of these is not.
  for (let i = 0; i < 6; i++) {
    tokens.push((await server.ask('GET', `${path}?limit=2`)).json.metadata.continue)
    await server.ask('PUT', `${path}/e`, { body: configMap('e', { data: { i: String(i) } }) })
  }
  assert.deepEqual(namesIn((await server.ask('GET', `${path}?limit=2&continue=${tokens[0]}`)).json), ['c', 'd'])
  await server.store.compact(server.server.objects.revision)
  const { json } = await server.ask('GET', `${path}?limit=2&continue=${tokens[0]}`)
  assert.deepEqual([json.code, json.reason], [410, 'Expired'])
  const rest = await server.ask('GET', `${path}?limit=2&continue=${json.metadata.continue}`)
  assert.deepEqual(namesIn(rest.json), ['c', 'd'])
})

test('a version that has not happened is waited for, and then refused', async () => {
  const path = await fill('future')
  const at = server.server.objects.revision
  const early = server.ask('GET', `${path}?resourceVersion=${at + 1}&resourceVersionMatch=NotOlderThan`)
  await server.ask('DELETE', `${path}/a`)
  assert.deepEqual(namesIn((await early).json), ['b', 'c', 'd', 'e'])
  const never = server.ask('GET', `${path}?resourceVersion=${at + 100}`)
  await server.clock.advance(3000)
  const { status, json } = await never
  assert.deepEqual(
    [status, json.reason, json.message, json.details.causes[0].reason],
    [504, 'Timeout', `Timeout: Too large resource version: ${at + 100}, current: ${at + 1}`, 'ResourceVersionTooLarge'],
  )
})

test('a get finds one object or says that there is none', async () => {
  await server.ask('POST', maps, { body: configMap('one') })
  assert.equal((await server.ask('GET', `${maps}/one`)).json.metadata.name, 'one')
  const { status, json } = await server.ask('GET', `${maps}/two`)
  assert.equal(status, 404)
  assert.deepEqual(json, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'configmaps "two" not found',
    reason: 'NotFound',
    details: { name: 'two', kind: 'configmaps' },
    code: 404,
  })
})

test('an older version of a kind shows the same objects in its own form, with a warning', async () => {
  const body = {
    apiVersion: 'extensions/v1beta1',
    kind: 'Deployment',
    metadata: { name: 'old' },
    spec: { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } },
  }
  const path = '/apis/extensions/v1beta1/namespaces/default/deployments'
  const made = await server.ask('POST', path, { body })
  assert.deepEqual([made.status, made.json.apiVersion, made.json.kind], [201, 'extensions/v1beta1', 'Deployment'])
  assert.match(made.warnings.join(), /extensions\/v1beta1 Deployment is deprecated/)
  const now = await server.ask('GET', '/apis/apps/v1/namespaces/default/deployments/old')
  assert.deepEqual([now.json.apiVersion, now.json.spec.selector], ['apps/v1', { matchLabels: { a: 'b' } }])
  assert.equal(now.json.metadata.uid, made.json.metadata.uid)
  const list = await server.ask('GET', path)
  assert.deepEqual(
    [list.json.kind, list.json.apiVersion, namesIn(list.json)],
    ['DeploymentList', 'extensions/v1beta1', ['old']],
  )
})

test('paths that are nothing are not found', async () => {
  for (const [method, path] of [
    ['GET', '/api/v1/things'],
    ['GET', '/apis/apps/v2/deployments'],
    ['GET', `${maps}/one/status`],
  ] as const) {
    const { status, json } = await server.ask(method, path)
    assert.deepEqual(
      [status, json.reason, json.message],
      [404, 'NotFound', 'the server could not find the requested resource'],
      path,
    )
  }
  for (const path of ['/nothing', '/apis/nothing/v1/things']) {
    const { status, bytes, headers } = await server.ask('POST', path)
    assert.deepEqual(
      [status, Buffer.from(bytes).toString(), headers['content-type']],
      [404, '404 page not found\n', 'text/plain; charset=utf-8'],
    )
  }
})

test('another version has its own names for field selectors', async () => {
  const event = (name: string, reportingComponent: string) => ({
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: 'selected' },
      involvedObject: { namespace: 'selected', kind: 'Pod', name: 'p' },
      reportingComponent,
    },
  })
  await server.ask('POST', '/api/v1/namespaces/selected/events', event('a', 'mine'))
  await server.ask('POST', '/api/v1/namespaces/selected/events', event('b', 'theirs'))
  const path = '/apis/events.k8s.io/v1/namespaces/selected/events'
  const selector = 'reportingController%3Dmine,regarding.name%3Dp,metadata.namespace%3Dselected'
  const { json } = await server.ask('GET', `${path}?fieldSelector=${selector}`)
  assert.deepEqual(namesIn(json), ['a'])
  const other = await server.ask('GET', `${path}?fieldSelector=involvedObject.name%3Dp`)
  assert.deepEqual([other.status, other.json.message], [400, 'field label not supported: involvedObject.name'])
})
