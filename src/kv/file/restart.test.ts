import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silent } from '../../base/log.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { CompactedError, prefixEnd, type Store } from '../contract.ts'
import { revisionOf } from '../watchers.ts'
import { openDatabase } from './database.ts'
import { openFileStore } from './store.ts'

const bytes = (text: string) => Buffer.from(text)

async function directory(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'caravel-kv-'))
  context.after(() => rm(path, { recursive: true }))
  return join(path, 'store')
}

const open = (path: string, clock = createVirtualClock(0)) => openFileStore({ path, clock, log: silent })

const content = async (store: Store, revision?: number) => {
  const { items } = await store.range({ start: '/', end: prefixEnd('/'), revision })
  return items.map(({ key, value, createRevision, modRevision }) => [key, String(value), createRevision, modRevision])
}

test('all that was written is there again, history and all', async context => {
  const path = await directory(context)
  const store = await open(path)
  await store.put('/a', bytes('1'))
  await store.put('/b', bytes('1'))
  await store.put('/a', bytes('2'))
  await store.delete('/b')
  await store.put('/b', bytes('3'))
  await store.put('/large', Buffer.alloc(50_000, 'x'))
  await store.delete('/large')
  await store.close()

  const again = await open(path)
  assert.equal(await again.revision(), 8)
  assert.deepEqual(await content(again), [
    ['/a', '2', 2, 4],
    ['/b', '3', 6, 6],
  ])
  assert.deepEqual(await content(again, 3), [
    ['/a', '1', 2, 2],
    ['/b', '1', 3, 3],
  ])
  const seen: [number, number | undefined][] = []
  const stop = new AbortController()
  const onError = (error: Error) => assert.fail(error)
  await again.watch({
    prefix: '/',
    after: 3,
    signal: stop.signal,
    onEvents: events =>
      seen.push(...events.map(event => [revisionOf(event), event.previous?.modRevision] as [number, number])),
    onError,
  })
  await again.put('/a', bytes('4'), { expect: 4 })
  stop.abort()
  assert.deepEqual(seen, [
    [4, 2],
    [5, 3],
    [6, undefined],
    [7, undefined],
    [8, 7],
    [9, 4],
  ])
  await again.close()
})

test('a compaction is remembered, and so is the newest revision when nothing is left of it', async context => {
  const path = await directory(context)
  const store = await open(path)
  for (let i = 0; i < 5; i++) await store.put('/a', bytes(String(i)))
  await store.delete('/a')
  await store.compact(7)
  await store.close()
  const again = await open(path)
  assert.equal(await again.revision(), 7)
  assert.deepEqual(await content(again), [])
  await assert.rejects(again.get('/a', { revision: 6 }), CompactedError)
  assert.equal((await again.put('/a', bytes('new'))).revision, 8)
  await again.close()
})

test('a compaction that was cut short is finished after the restart', async context => {
  const path = await directory(context)
  const store = await open(path)
  for (let i = 0; i < 5; i++) await store.put('/a', bytes(String(i)))
  await store.delete('/a')
  await store.put('/b', bytes('b'))
  await store.close()
  const database = openDatabase(join(path, 'store.mdb'))
  // The header is written with the first removals; the rest was still to come.
  await database.commit({ compactRevision: 7, removals: [2, 3] })
  await database.close()

  const again = await open(path)
  assert.deepEqual(await content(again), [['/b', 'b', 8, 8]])
  await again.put('/a', bytes('new'))
  await again.close()
  const after = openDatabase(join(path, 'store.mdb'))
  assert.deepEqual(
    [2, 3, 4, 5, 6, 7, 8, 9].filter(revision => after.read(revision)),
    [8, 9],
  )
  await after.close()
})

test('TTLs go on after a restart; what expired meanwhile is deleted at once', async context => {
  const path = await directory(context)
  const clock = createVirtualClock(0)
  const store = await open(path, clock)
  await store.put('/soon', bytes('s'), { ttlSeconds: 10 })
  await store.put('/later', bytes('l'), { ttlSeconds: 100 })
  await clock.advance(5000)
  await store.close()
  assert.deepEqual(clock.pending(), [])
  await clock.advance(20_000)

  const again = await open(path, clock)
  const deleted: string[] = []
  const wake: (() => void)[] = []
  const stop = new AbortController()
  await again.watch({
    prefix: '/',
    signal: stop.signal,
    onEvents(events) {
      for (const event of events) if (event.type === 'delete') deleted.push(`${event.key} ${clock.now()}`)
      wake.shift()?.()
    },
    onError: error => assert.fail(error),
  })
  for (const step of [0, 75_000]) {
    const heard = new Promise<void>(resolve => wake.push(resolve))
    await clock.advance(step)
    await heard
  }
  assert.deepEqual(deleted, ['/soon 25000', '/later 100000'])
  stop.abort()
  await again.close()
})

test('space is used again after compactions', async context => {
  const store = await open(await directory(context))
  const churn = async () => {
    await Promise.all(Array.from({ length: 500 }, (_, i) => store.put(`/k/${i % 50}`, Buffer.alloc(3000))))
    await store.compact(await store.revision())
  }
  for (let i = 0; i < 5; i++) await churn()
  const settled = await store.size()
  for (let i = 0; i < 20; i++) await churn()
  assert.ok((await store.size()) <= 1.5 * settled, `grew from ${settled} to ${await store.size()} bytes`)
  await store.close()
})

test('a file much larger than what it holds is rewritten when it is opened', async context => {
  const path = await directory(context)
  const store = await open(path)
  await store.put('/kept', bytes('k'), { ttlSeconds: 1000 })
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 100 }, (_, i) => store.put(`/k/${i}`, Buffer.alloc(100_000, `${round}`))))
  }
  for (let i = 2; i < 100; i++) await store.delete(`/k/${i}`)
  await store.compact(await store.revision())
  const before = { content: await content(store), revision: await store.revision(), size: await store.size() }
  await store.close()

  const again = await open(path)
  assert.ok(before.size > 30_000_000 && (await again.size()) < 1_000_000, `${before.size} to ${await again.size()}`)
  assert.deepEqual([await content(again), await again.revision()], [before.content, before.revision])
  await assert.rejects(again.get('/kept', { revision: before.revision - 1 }), CompactedError)
  await again.put('/more', bytes('m'))
  await again.close()
  const third = await open(path)
  assert.equal(await third.revision(), before.revision + 1)
  await third.close()
})

test('the files are for their owner alone', async context => {
  const path = await directory(context)
  const store = await open(path)
  const mode = async (name: string) => ((await stat(join(path, name))).mode & 0o777).toString(8)
  assert.deepEqual([await mode('.'), await mode('store.mdb'), await mode('FORMAT')], ['700', '600', '600'])
  await store.close()
})
