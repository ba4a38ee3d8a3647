import assert from 'node:assert/strict'
import { bytes, type Capabilities, done, follow, type It, keys, text } from './contract.test-tools.ts'
import { ClosedError, CompactedError, type WriteResult } from './contract.ts'
import { keyOf } from './watchers.ts'

/** Watches, TTLs and the end of a store. */
export function testWatches(it: It, capabilities: Capabilities): void {
  it('a watch gives every later event of its prefix, in order', async (store, { stop }) => {
    await store.put('/pods/a', bytes('0'))
    const pods = await follow(store, '/pods/', stop.signal)
    const all = await follow(store, '', stop.signal)
    const r1 = done(await store.put('/pods/a', bytes('1')))
    const r2 = done(await store.put('/nodes/a', bytes('1')))
    const r3 = done(await store.put('/pods/b', bytes('1')))
    await store.put('/pods/b', bytes('2'), { expect: 1 })
    const r4 = done(await store.delete('/pods/a'))
    if (!store.synchronous) await Promise.all([pods.until(r4), all.until(r4)])
    const expected = [
      `${r1} put /pods/a=1 (was 0)`,
      `${r2} put /nodes/a=1`,
      `${r3} put /pods/b=1`,
      `${r4} delete /pods/a (was 1)`,
    ]
    assert.deepEqual(all.lines, expected)
    assert.deepEqual(
      pods.lines,
      expected.filter(entry => entry.includes('/pods/')),
    )
  })

  it('a watch from the past gives exactly what was missed and then goes on', async (store, { stop }) => {
    const first = await store.revision()
    const expected: string[] = []
    for (let i = 0; i < 30; i++) {
      const key = `/w/${i % 4}`
      const before = text((await store.get(key)).item?.value)
      const was = before === undefined ? '' : ` (was ${before})`
      if (i % 7 === 6 && was) expected.push(`${done(await store.delete(key))} delete ${key}${was}`)
      else expected.push(`${done(await store.put(key, bytes(`v${i}`)))} put ${key}=v${i}${was}`)
      await store.put('/other', bytes(String(i)))
    }
    for (const skipped of [0, 1, 13, 29, 30]) {
      const after = skipped === 0 ? first : Number.parseInt(expected[skipped - 1] ?? '', 10)
      const late = await follow(store, '/w/', stop.signal, after)
      const key = `/w/after-${skipped}`
      const last = done(await store.put(key, bytes('x')))
      expected.push(`${last} put ${key}=x`)
      await late.until(last)
      assert.deepEqual(late.lines, expected.slice(skipped), `after ${after}`)
    }
  })

  it('a watch from a long past misses nothing that is written while it catches up', async (store, { stop }) => {
    const first = await store.revision()
    const write = (i: number) => store.put(`/w/${i % 50}`, bytes(String(i)))
    await Promise.all(Array.from({ length: 2500 }, (_, i) => write(i)))
    const following = follow(store, '/w/', stop.signal, first)
    await Promise.all(Array.from({ length: 500 }, (_, i) => write(i)))
    const { lines, until } = await following
    await until(await store.revision())
    assert.equal(lines.length, 3000)
    assert.deepEqual(
      lines.map(entry => Number.parseInt(entry, 10)),
      Array.from({ length: 3000 }, (_, i) => first + 1 + i),
    )
  })

  it('a watch after a compacted revision is refused, one after the compacted revision itself is not', async (store, {
    stop,
  }) => {
    const revisions: number[] = []
    for (let i = 0; i < 6; i++) revisions.push(done(await store.put('/a', bytes(String(i)))))
    const [, , r2 = 0, r3 = 0, , r5 = 0] = revisions
    const before = await follow(store, '/', stop.signal)
    await store.compact(r3)
    await assert.rejects(follow(store, '/', stop.signal, r2 - 1), (error: unknown) => {
      assert.ok(error instanceof CompactedError)
      assert.equal(error.compactRevision, r3)
      return true
    })
    const late = await follow(store, '/', stop.signal, r3)
    await late.until(r5)
    assert.deepEqual(late.lines, [`${r3 + 1} put /a=4 (was 3)`, `${r5} put /a=5 (was 4)`])
    const next = done(await store.delete('/a'))
    await before.until(next)
    assert.deepEqual([before.lines, before.errors], [[`${next} delete /a (was 5)`], []])
  })

  it('an aborted watch hears nothing more, and ends without an error', async (store, { stop }) => {
    const early = new AbortController()
    const gone = await follow(store, '/', early.signal)
    const stays = await follow(store, '/', stop.signal)
    const first = done(await store.put('/a', bytes('1')))
    await Promise.all([gone.until(first), stays.until(first)])
    early.abort()
    const second = done(await store.put('/a', bytes('2')))
    await stays.until(second)
    await follow(store, '/', early.signal)
    assert.deepEqual([gone.lines.length, gone.errors, stays.lines.length], [1, [], 2])
  })

  it('a watcher may write: everybody hears everything in order', async (store, { stop }) => {
    const writes: Promise<WriteResult>[] = []
    const written = Promise.withResolvers<void>()
    await store.watch({
      prefix: '/in/',
      signal: stop.signal,
      onEvents(events) {
        for (const event of events) writes.push(store.put(`/out${keyOf(event)}`, bytes('echo')))
        written.resolve()
      },
      onError: error => assert.fail(error),
    })
    const all = await follow(store, '/', stop.signal)
    const first = done(await store.put('/in/a', bytes('1')))
    await Promise.all([all.until(first), written.promise])
    const echo = done((await writes[0]) ?? assert.fail('nothing was written'))
    await all.until(echo)
    assert.deepEqual(all.lines, [`${first} put /in/a=1`, `${echo} put /out/in/a=echo`])
  })

  it('a watcher that throws is ended with an error and harms nobody else', async (store, { stop }) => {
    const errors: Error[] = []
    await store.watch({
      prefix: '/',
      signal: stop.signal,
      onEvents() {
        throw new Error('broken watcher')
      },
      onError: error => errors.push(error),
    })
    const other = await follow(store, '/', stop.signal)
    await store.put('/a', bytes('1'))
    const last = done(await store.put('/a', bytes('2')))
    await other.until(last)
    assert.equal(other.lines.length, 2)
    assert.deepEqual(
      errors.map(error => (error.cause as Error).message),
      ['broken watcher'],
    )
  })

  it('watchers that are synchronous have heard of a write when it resolves', async (store, { stop }) => {
    if (!store.synchronous) return
    const { lines } = await follow(store, '/', stop.signal)
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const revision = done(await store.put(`/k${i}`, bytes(String(i))))
        assert.ok(lines.includes(`${revision} put /k${i}=${i}`), `revision ${revision} was not heard of`)
      }),
    )
  })

  if (capabilities.virtualTime) {
    it('a key with a TTL is deleted when its time is up, as a write of its own', async (store, { clock, stop }) => {
      const { lines, until } = await follow(store, '/', stop.signal)
      await store.put('/short', bytes('s'), { ttlSeconds: 5 })
      await store.put('/renewed', bytes('r'), { ttlSeconds: 5 })
      await store.put('/kept', bytes('k'), { ttlSeconds: 5 })
      const last = done(await store.put('/long', bytes('l'), { ttlSeconds: 60 * 60 * 24 * 60 }))
      await clock.advance(3000)
      await store.put('/renewed', bytes('r2'), { ttlSeconds: 5 })
      await store.put('/kept', bytes('k2'))
      await clock.advance(1999)
      assert.equal(await store.revision(), last + 2)
      await clock.advance(1)
      await until(last + 3)
      await clock.advance(3000)
      await until(last + 4)
      assert.deepEqual(lines.slice(6), [`${last + 3} delete /short (was s)`, `${last + 4} delete /renewed (was r2)`])
      assert.deepEqual(await keys(store, '/', '0'), ['/kept=k2', '/long=l'])
      await clock.advance(60 * 60 * 24 * 60 * 1000)
      await until(last + 5)
      assert.deepEqual(await keys(store, '/', '0'), ['/kept=k2'])
    })
  }

  it('closing ends watches and finishes writes; later calls fail', async (store, { stop }) => {
    const { errors } = await follow(store, '/', stop.signal)
    const writing = Promise.all([store.put('/a', bytes('1')), store.put('/b', bytes('1'))])
    await store.close()
    for (const result of await writing) done(result)
    assert.deepEqual(
      errors.map(error => error.name),
      ['ClosedError'],
    )
    await assert.rejects(store.get('/a'), ClosedError)
    await assert.rejects(store.put('/a', bytes('2')), ClosedError)
    await assert.rejects(store.delete('/a'), ClosedError)
    await assert.rejects(store.range({ start: '/', end: '0' }), ClosedError)
    await assert.rejects(store.revision(), ClosedError)
    await assert.rejects(store.compact(1), ClosedError)
    await assert.rejects(follow(store, '/', stop.signal), ClosedError)
    await store.close()
  })
}
