import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { CompactedError, prefixEnd, type Store } from '../contract.ts'
import { keyOf } from '../watchers.ts'
import { type EtcdCluster, etcdPrograms, missing, startEtcd } from './process.test-tools.ts'
import { tellsProgress } from './progress.ts'
import { openEtcdStore } from './store.ts'

const bytes = (text: string) => Buffer.from(text)
const skipped = missing()
if (skipped) test('etcd: what several stores share', { skip: skipped }, () => {})

for (const { path, version } of etcdPrograms()) {
  describe(`etcd ${version}`, () => {
    let cluster: EtcdCluster
    let first: Store
    let second: Store
    before(async () => {
      cluster = await startEtcd(path)
      const names = { from: '/registry', to: '/other' }
      first = await openEtcdStore({ endpoints: cluster.endpoints, names })
      second = await openEtcdStore({ endpoints: cluster.endpoints, names })
    })
    after(async () => {
      await Promise.all([first.close(), second.close()])
      await cluster.stop()
    })

    test('keys stand under another prefix, and nobody is told of those beside it', async () => {
      const all = await openEtcdStore({ endpoints: cluster.endpoints })
      const heard: string[] = []
      const stop = new AbortController()
      const options = { prefix: '/registry/', signal: stop.signal, onError: (error: Error) => assert.fail(error) }
      await second.watch({ ...options, onEvents: events => void heard.push(...events.map(keyOf)) })
      await all.put('/registry/pods/a/x', bytes('beside'))
      await first.put('/registry/pods/a/b', bytes('1'))
      assert.equal(Buffer.from((await all.get('/other/pods/a/b')).item?.value ?? []).toString(), '1')
      const { items } = await second.range({ start: '/registry/', end: prefixEnd('/registry/') })
      assert.deepEqual(
        items.map(item => item.key),
        ['/registry/pods/a/b'],
      )
      while (heard.length === 0) await wait(5)
      assert.deepEqual(heard, ['/registry/pods/a/b'])
      await assert.rejects(first.put('/elsewhere', bytes('1')), /does not begin with "\/registry"/)
      stop.abort()
      await all.close()
    })

    test('a key with a TTL goes when its time is up, and stays when it is written again without one', async () => {
      const put = (name: string, ttlSeconds?: number) => first.put(`/registry/ttl/${name}`, bytes('x'), { ttlSeconds })
      await Promise.all([put('short', 1), put('kept', 1), put('long', 3600)])
      await put('kept')
      const left = async () =>
        (await second.range({ start: '/registry/ttl/', end: '/registry/ttl0' })).items.map(({ key }) => key.slice(14))
      assert.deepEqual(await left(), ['kept', 'long', 'short'])
      for (const until = Date.now() + 20_000; (await left()).length > 2; await wait(100)) assert.ok(Date.now() < until)
      assert.deepEqual(await left(), ['kept', 'long'])
    })

    test('of several that compact in turn, one does', async () => {
      const stand = async () => (await first.put('/registry/a', bytes('x'))).revision
      const taken = async (revision: number) =>
        (await Promise.all([first, second].map(store => store.compactInTurn?.(revision)))).filter(Boolean).length
      const begun = await stand()
      // Who has not seen the key before only learns how it stands.
      assert.ok((await taken(begun)) <= 1)
      const next = await stand()
      assert.equal(await taken(next), 1)
      await assert.rejects(first.get('/registry/a', { revision: begun }), CompactedError)
      assert.ok((await second.get('/registry/a', { revision: next })).item)
    })

    test('hundreds of watches are kept up at once, also with what concerns none of them', async () => {
      const stop = new AbortController()
      const seen = new Map<number, number>()
      const watch = (i: number) =>
        first.watch({
          prefix: `/registry/many/${i}/`,
          signal: stop.signal,
          onEvents: (_, revision) => void seen.set(i, revision),
          onError: error => assert.fail(error),
        })
      await Promise.all(Array.from({ length: 300 }, (_, i) => watch(i)))
      const own = (await second.put('/registry/many/7/a', bytes('x'))).revision
      const { revision } = await second.put('/registry/nobody', bytes('x'))
      const until = Date.now() + 20_000
      for (const [i, wanted] of [
        [7, own],
        [299, revision],
      ] as const) {
        while ((seen.get(i) ?? 0) < wanted) {
          assert.ok(Date.now() < until, `watch ${i} did not come to ${wanted}`)
          first.askProgress?.(`/registry/many/${i}/`)
          await wait(20)
        }
      }
      assert.equal(seen.has(8), false)
      stop.abort()
    })
  })
}

test('what members say of their progress is believed of the versions that upstream believes', () => {
  const trusted = ['3.4.31', '3.5.13', '3.5.30', '3.6.0', '3.6.0-rc.1', '4.0.0']
  const others = ['3.3.0', '3.4.23', '3.4.30', '3.5.0', '3.5.12']
  assert.deepEqual(trusted.filter(tellsProgress), trusted)
  assert.deepEqual(others.filter(tellsProgress), [])
})
