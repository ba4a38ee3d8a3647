import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { testStore } from '../contract.test-suite.ts'
import { openMemoryStore } from './store.ts'

testStore('memory', async (_, clock) => openMemoryStore({ clock }), { virtualTime: true, exclusive: true })

const bytes = (text: string) => Buffer.from(text)

test('a fork and its original go their own ways from the same past', async () => {
  const clock = createVirtualClock(0)
  const store = openMemoryStore({ clock })
  for (let i = 0; i < 500; i++) await store.put(`/k/${i}`, bytes('old'))
  const heard: number[] = []
  const stop = new AbortController()
  await store.watch({
    prefix: '/',
    signal: stop.signal,
    onEvents: (_, revision) => heard.push(revision),
    onError: error => assert.equal(error.name, 'ClosedError'),
  })
  const fork = store.fork()
  await Promise.all([
    fork.put('/k/1', bytes('fork')),
    store.put('/k/1', bytes('store')),
    store.delete('/k/2'),
    fork.delete('/k/3'),
  ])
  const read = async (from: typeof store, key: string) => String((await from.get(key)).item?.value)
  assert.deepEqual(
    [await read(fork, '/k/1'), await read(fork, '/k/2'), await read(fork, '/k/3'), await fork.revision()],
    ['fork', 'old', 'undefined', 503],
  )
  assert.deepEqual(
    [await read(store, '/k/1'), await read(store, '/k/2'), await read(store, '/k/3'), await store.revision()],
    ['store', 'undefined', 'old', 503],
  )
  assert.deepEqual(heard, [502, 503])
  await fork.compact(503)
  assert.equal(String((await store.get('/k/1', { revision: 501 })).item?.value), 'old')
  await store.close()
  assert.equal(await read(fork, '/k/4'), 'old')
  await fork.close()
})

test('TTLs go on in a fork, by its own clock', async () => {
  const clock = createVirtualClock(0)
  const store = openMemoryStore({ clock })
  await store.put('/a', bytes('x'), { ttlSeconds: 10 })
  const other = createVirtualClock(0)
  const fork = store.fork({ clock: other })
  await clock.advance(10_000)
  assert.deepEqual([(await store.get('/a')).item, (await fork.get('/a')).item?.key], [undefined, '/a'])
  await other.advance(10_000)
  assert.equal((await fork.get('/a')).item, undefined)
  await Promise.all([store.close(), fork.close()])
  assert.deepEqual([clock.pending(), other.pending()], [[], []])
})

test('forking does not depend on how much there is', async () => {
  const store = openMemoryStore({ clock: createVirtualClock(0) })
  for (let i = 0; i < 50_000; i++) await store.put(`/k/${i}`, bytes('v'))
  const begun = performance.now()
  const forks = Array.from({ length: 100 }, () => store.fork())
  assert.ok(performance.now() - begun < 100, '100 forks of 50,000 keys took 100 ms or more')
  await Promise.all([store, ...forks].map(one => one.close()))
})

test('compaction gives the space of forgotten versions back', async () => {
  const store = openMemoryStore({ clock: createVirtualClock(0) })
  await store.put('/a', new Uint8Array(1000))
  const one = await store.size()
  for (let i = 0; i < 100; i++) await store.put('/a', new Uint8Array(1000))
  assert.equal(await store.size(), 101 * one)
  await store.compact(await store.revision())
  assert.equal(await store.size(), one)
  await store.close()
})
