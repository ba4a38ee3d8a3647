import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { configMaps } from '../../api/index.ts'
import { createClient } from '../../client/client.ts'
import type { WatchEvent } from '../../client/transport.ts'
import { configMap, startServer, type TestServer } from '../server.test-suite.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const pathOf = (space: string) => `/api/v1/namespaces/${space}/configmaps`
const put = (path: string, name: string, labels?: Record<string, string>) =>
  server.ask('PUT', `${path}/${name}`, {
    body: configMap(name, { metadata: { labels }, data: { at: String(Math.random()) } }),
  })
const post = (path: string, name: string, labels?: Record<string, string>) =>
  server.ask('POST', path, { body: configMap(name, { metadata: { labels } }) })
const now = () => server.server.objects.revision

test('a watch without a version begins with what is there', async () => {
  const path = pathOf('begin')
  await post(path, 'b')
  await post(path, 'a')
  for (const version of ['', '&resourceVersion=0']) {
    const watch = await server.watch(`${path}?watch=true${version}`)
    assert.deepEqual(watch.names(), ['ADDED a', 'ADDED b'])
    await watch.stop()
  }
})

test('a watch from a version tells every later change, in order, and nothing else', async () => {
  const path = pathOf('from')
  await post(path, 'a')
  const from = now()
  await post(path, 'b')
  const watch = await server.watch(`${path}?watch=1&resourceVersion=${from}`)
  await put(path, 'a')
  await server.ask('DELETE', `${path}/b`)
  await post(pathOf('elsewhere'), 'x')
  assert.deepEqual(watch.names(), ['ADDED b', 'MODIFIED a', 'DELETED b'])
  const versions = watch.events().map(({ object }) => Number(object.metadata.resourceVersion))
  assert.deepEqual(versions, [from + 1, from + 2, from + 3])
  await watch.stop()
})

test('a watch of a namespace tells nothing of another, be it past or to come, by field or not', async () => {
  const secret = (type: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type })
  const pathIn = (space: string) => `/api/v1/namespaces/${space}/secrets`
  const from = now()
  await server.ask('POST', pathIn('mine'), { body: secret('t') })
  await server.ask('POST', pathIn('theirs'), { body: secret('t') })
  const watches = await Promise.all(
    ['', '&fieldSelector=type%3Dt', '&fieldSelector=metadata.name%3Ds'].map(selector =>
      server.watch(`${pathIn('mine')}?watch=1&resourceVersion=${from}${selector}`),
    ),
  )
  await server.ask('DELETE', `${pathIn('theirs')}/s`)
  await server.ask('DELETE', `${pathIn('mine')}/s`)
  for (const watch of watches) {
    assert.deepEqual(
      watch.events().map(({ type, object }) => `${type} ${object.metadata.namespace}`),
      ['ADDED mine', 'DELETED mine'],
    )
    await watch.stop()
  }
})

test('coming into view is an addition, leaving it a deletion at the version of the change', async () => {
  const path = pathOf('view')
  await post(path, 'a', { color: 'red' })
  const watch = await server.watch(`${path}?watch=1&labelSelector=color%3Dblue&resourceVersion=${now()}`)
  await put(path, 'a', { color: 'green' })
  await put(path, 'a', { color: 'blue' })
  await put(path, 'a', { color: 'blue' })
  await put(path, 'a', { color: 'red' })
  await server.ask('DELETE', `${path}/a`)
  assert.deepEqual(watch.names(), ['ADDED a', 'MODIFIED a', 'DELETED a'])
  const last = watch.events().at(-1)?.object
  assert.deepEqual([last.metadata.labels, last.metadata.resourceVersion], [{ color: 'blue' }, String(now() - 1)])
  await watch.stop()
})

test('one object is watched by its name, and by the old path', async () => {
  const path = pathOf('single')
  await post(path, 'a')
  await post(path, 'b')
  const watches = await Promise.all([
    server.watch(`${path}?watch=1&fieldSelector=metadata.name%3Da`),
    server.watch('/api/v1/watch/namespaces/single/configmaps/a'),
    server.watch('/api/v1/watch/namespaces/single/configmaps'),
  ])
  await put(path, 'a')
  await put(path, 'b')
  assert.deepEqual(
    watches.map(watch => watch.names()),
    [
      ['ADDED a', 'MODIFIED a'],
      ['ADDED a', 'MODIFIED a'],
      ['ADDED a', 'ADDED b', 'MODIFIED a', 'MODIFIED b'],
    ],
  )
  for (const watch of watches) await watch.stop()
})

test('watches by field see what enters and leaves their value', async () => {
  const path = '/api/v1/namespaces/fields/secrets'
  const secret = (type: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type })
  const watch = await server.watch('/api/v1/secrets?watch=1&fieldSelector=type%3Da&resourceVersion=1')
  await server.ask('POST', path, { body: secret('b') })
  await server.ask('DELETE', `${path}/s`)
  await server.ask('POST', path, { body: secret('a') })
  await server.ask('DELETE', `${path}/s`)
  assert.deepEqual(watch.names(), ['ADDED s', 'DELETED s'])
  await watch.stop()
})

test('a streamed list ends with a bookmark and goes on as a watch', async () => {
  const path = pathOf('stream')
  await post(path, 'a')
  const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
  const watch = await server.watch(`${path}?${query}&allowWatchBookmarks=true`)
  const at = now()
  await post(path, 'b')
  assert.deepEqual(watch.names(), ['ADDED a', 'BOOKMARK', 'ADDED b'])
  const { metadata, kind, apiVersion } = watch.events()[1]?.object ?? {}
  assert.deepEqual(
    [kind, apiVersion, metadata],
    ['ConfigMap', 'v1', { resourceVersion: String(at), annotations: { 'k8s.io/initial-events-end': 'true' } }],
  )
  await watch.stop()
  const unmarked = await server.watch(`${path}?${query}`)
  assert.deepEqual(unmarked.names(), ['ADDED a', 'ADDED b'])
  await unmarked.stop()
  const bare = await server.watch(`${path}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`)
  await post(path, 'c')
  assert.deepEqual(bare.names(), ['ADDED c'])
  await bare.stop()
})

test('parameters that make no sense together are refused', async () => {
  for (const [query, status] of [
    ['sendInitialEvents=true', 422],
    ['resourceVersionMatch=NotOlderThan', 422],
    ['sendInitialEvents=true&resourceVersionMatch=Exact', 422],
    ['resourceVersion=abc', 500],
    ['continue=x', 422],
    ['timeoutSeconds=x', 400],
    ['labelSelector=a%20b', 400],
  ] as const) {
    assert.equal((await server.ask('GET', `${pathOf('wrong')}?watch=1&${query}`)).status, status, query)
  }
})

test('bookmarks come each minute, where asked for and where there is news', async () => {
  const path = pathOf('marks')
  const [asked, silent] = await Promise.all([
    server.watch(`${path}?watch=1&allowWatchBookmarks=true`),
    server.watch(`${path}?watch=1`),
  ])
  // Where what was there ends is told at once.
  assert.deepEqual([asked.names(), silent.names()], [['BOOKMARK'], []])
  assert.deepEqual(asked.events()[0]?.object.metadata.annotations, { 'k8s.io/initial-events-end': 'true' })
  await post(pathOf('other'), 'news')
  await server.clock.advance(60_000)
  assert.deepEqual([asked.names(), silent.names()], [['BOOKMARK', 'BOOKMARK'], []])
  assert.equal(asked.events()[1]?.object.metadata.resourceVersion, String(now()))
  await server.clock.advance(60_000)
  assert.deepEqual(asked.names(), ['BOOKMARK', 'BOOKMARK'])
  await asked.stop()
  await silent.stop()
})

test('a watch ends after timeoutSeconds, or between half an hour and an hour', async () => {
  const short = await server.watch(`${pathOf('end')}?watch=1&timeoutSeconds=5`)
  const long = await server.watch(`${pathOf('end')}?watch=1`)
  let over = false
  void long.ended.then(() => {
    over = true
  })
  await server.clock.advance(5000)
  await short.ended
  await server.clock.advance(29 * 60_000)
  assert.equal(over, false)
  await server.clock.advance(31 * 60_000)
  assert.equal(over, true)
})

test('changes older than the cache keeps are read from the store, until they are forgotten', async () => {
  const path = pathOf('old')
  await post(path, 'a')
  const from = now()
  await put(path, 'a')
  await server.ask('DELETE', `${path}/a`)
  // Another server over the same store has seen none of this happen.
  const second = await startServer({ store: server.store.fork({ clock: server.clock }) })
  const watch = await second.watch(`${path}?watch=1&resourceVersion=${from}`)
  await second.ask('POST', path, { body: configMap('b') })
  assert.deepEqual(watch.names(), ['MODIFIED a', 'DELETED a', 'ADDED b'])
  await watch.stop()
  await second.store.compact(now())
  const late = await second.watch(`${path}?watch=1&resourceVersion=${from}`)
  await late.ended
  const [{ type, object } = { type: '', object: {} }] = late.events()
  assert.deepEqual([type, object.kind, object.code, object.reason], ['ERROR', 'Status', 410, 'Expired'])
  assert.match(object.message, new RegExp(`^too old resource version: ${from} \\(`))
  await second.stop()
})

test('in process, watchers share frozen objects', async () => {
  const path = pathOf('shared')
  const ends = new AbortController()
  const seen: WatchEvent[][] = [[], []]
  const client = createClient(server.connect())
  const watches = await Promise.all(
    seen.map(events =>
      client
        .of(configMaps)
        .watch({ namespace: 'shared', resourceVersion: String(now()), signal: ends.signal }, event =>
          events.push(event),
        ),
    ),
  )
  await post(path, 'a')
  ends.abort()
  for (const watch of watches) await watch.ended
  assert.equal(seen[0]?.length, 1)
  assert.equal(seen[0]?.[0]?.object, seen[1]?.[0]?.object)
  assert.equal(seen[0]?.[0]?.object, server.server.reader.get(configMaps, 'shared', 'a'))
  assert.ok(Object.isFrozen(seen[0]?.[0]?.object))
})

test('a full sink ends its watch', async () => {
  const path = pathOf('full')
  await post(path, 'a')
  await post(path, 'b')
  const query = new URLSearchParams('watch=1')
  const request = {
    method: 'GET',
    target: `${path}?watch=1`,
    query,
    headers: {},
    body: async () => new Uint8Array(0),
    signal: new AbortController().signal,
    warnings: [],
  }
  const answer = await server.server.handle(request)
  assert.equal(answer.form, 'watch')
  if (answer.form !== 'watch') return
  let told = 0
  await answer.start({ event: () => ++told < 1, error: () => assert.fail('no error is due') }, request.signal)
  assert.equal(told, 1)
})
