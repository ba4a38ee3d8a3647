import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createVirtualClock, type VirtualClock } from '../base/virtualClock.ts'
import {
  ClosedError,
  CompactedError,
  FutureRevisionError,
  maxKeyBytes,
  prefixEnd,
  type Store,
  type StoreEvent,
  type WriteResult,
} from './contract.ts'
import { keyOf, revisionOf } from './watchers.ts'

/** What a backend can do beyond the least; a suite skips nothing else. */
export interface Capabilities {
  /** TTLs follow the clock given to `makeStore`, to the millisecond. */
  readonly virtualTime: boolean
  /** The store is this process's own, so that revisions count from 1 without gaps. */
  readonly exclusive: boolean
}

/** Makes an empty store that lives by this clock. The suite closes it. */
export type MakeStore = (context: TestContext, clock: VirtualClock) => Promise<Store>

const start = Date.UTC(2030, 0, 1)
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value)

const done = (result: WriteResult) => {
  assert.equal(result.outcome, 'done', `revision ${result.revision}`)
  return result.revision
}

/** One line per event: `5 put /a=x (was w)`. */
const line = (event: StoreEvent) => {
  const was = event.previous ? ` (was ${text(event.previous.value)})` : ''
  return event.type === 'put'
    ? `${revisionOf(event)} put ${keyOf(event)}=${text(event.item.value)}${was}`
    : `${revisionOf(event)} delete ${keyOf(event)}${was}`
}

/** States the contract of `contract.ts` for one backend. */
export function testStore(name: string, makeStore: MakeStore, capabilities: Capabilities): void {
  const it = (
    behaviour: string,
    body: (store: Store, tools: { clock: VirtualClock; stop: AbortController }) => Promise<void>,
  ) =>
    test(`${name}: ${behaviour}`, async context => {
      const clock = createVirtualClock(start)
      const stop = new AbortController()
      const store = await makeStore(context, clock)
      try {
        await body(store, { clock, stop })
      } finally {
        stop.abort()
        await store.close()
      }
    })

  /** Watches and collects, one line per event. `until` waits for the line of a revision. */
  const follow = async (store: Store, prefix: string, signal: AbortSignal, after?: number) => {
    const lines: string[] = []
    const errors: Error[] = []
    let seen = 0
    const waiters = new Set<() => void>()
    const onEvents = (events: readonly StoreEvent[], revision: number) => {
      lines.push(...events.map(line))
      seen = revision
      for (const wake of waiters) wake()
    }
    await store.watch({ prefix, after, signal, onEvents, onError: error => errors.push(error) })
    const until = (revision: number) =>
      new Promise<void>(resolve => {
        const wake = () => {
          if (seen < revision) return
          waiters.delete(wake)
          resolve()
        }
        waiters.add(wake)
        wake()
      })
    return { lines, errors, until }
  }
  const keys = async (store: Store, from: string, to: string, revision?: number) => {
    const { items } = await store.range({ start: from, end: to, revision })
    return items.map(item => `${item.key}=${text(item.value)}`)
  }

  if (capabilities.exclusive) {
    it('an empty store stands at revision 1 and the first write makes revision 2', async store => {
      assert.equal(await store.revision(), 1)
      assert.deepEqual(await store.get('/a'), { revision: 1, item: undefined })
      assert.deepEqual(await store.put('/a', bytes('x')), { outcome: 'done', revision: 2, previous: undefined })
      assert.equal(await store.revision(), 2)
    })
  }

  it('a put is read back with its revisions, which a deletion counts anew', async store => {
    const first = done(await store.put('/a', bytes('1')))
    const second = done(await store.put('/a', bytes('2')))
    assert.equal(second, first + 1)
    const { item } = await store.get('/a')
    assert.deepEqual(
      { ...item, value: text(item?.value) },
      { key: '/a', value: '2', createRevision: first, modRevision: second },
    )
    const third = await store.delete('/a')
    assert.equal(third.outcome === 'done' && text(third.previous?.value), '2')
    assert.equal((await store.get('/a')).item, undefined)
    const fourth = done(await store.put('/a', bytes('4')))
    assert.equal((await store.get('/a')).item?.createRevision, fourth)
  })

  it('values are any bytes, none included', async store => {
    const every = Uint8Array.from({ length: 100_000 }, (_, i) => i % 256)
    await store.put('/every', every)
    await store.put('/none', new Uint8Array(0))
    assert.deepEqual(Buffer.from((await store.get('/every')).item?.value ?? []), Buffer.from(every))
    assert.equal((await store.get('/none')).item?.value.length, 0)
  })

  it('a write with an expectation goes through only when it holds', async store => {
    const made = done(await store.put('/a', bytes('1'), { expect: 0 }))
    const cases: [string, () => Promise<WriteResult>][] = [
      ['create what is there', () => store.put('/a', bytes('x'), { expect: 0 })],
      ['put at another revision', () => store.put('/a', bytes('x'), { expect: made + 1 })],
      ['delete at another revision', () => store.delete('/a', { expect: made - 1 })],
    ]
    for (const [what, attempt] of cases) {
      const result = await attempt()
      assert.equal(result.outcome === 'conflict' && result.current?.modRevision, made, what)
    }
    const changed = done(await store.put('/a', bytes('2'), { expect: made }))
    const gone = done(await store.delete('/a', { expect: changed }))
    assert.deepEqual(await store.delete('/a'), { outcome: 'conflict', revision: gone, current: undefined })
    assert.deepEqual(await store.put('/a', bytes('3'), { expect: changed }), {
      outcome: 'conflict',
      revision: gone,
      current: undefined,
    })
    assert.equal(await store.revision(), gone, 'a conflict makes no revision')
  })

  it('of many writers that expect the same, exactly one goes through', async store => {
    for (let round = 0; round < 5; round++) {
      const { item } = await store.get('/contested')
      const expect = item?.modRevision ?? 0
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.put('/contested', bytes(`${round}.${i}`), { expect })),
      )
      const winners = results.filter(result => result.outcome === 'done')
      assert.equal(winners.length, 1)
      for (const result of results) {
        if (result.outcome === 'conflict') assert.equal(result.current?.modRevision, winners[0]?.revision)
      }
    }
  })

  it('counting up by compare-and-swap loses no step', async store => {
    const one = async () => {
      for (;;) {
        const { item } = await store.get('/count')
        const next = Number(text(item?.value) ?? 0) + 1
        const result = await store.put('/count', bytes(String(next)), { expect: item?.modRevision ?? 0 })
        if (result.outcome === 'done') return
      }
    }
    await Promise.all(Array.from({ length: 25 }, one))
    assert.equal(text((await store.get('/count')).item?.value), '25')
  })

  it('ranges are in byte order, from start up to before end', async store => {
    const inOrder = ['/A', '/a', '/a/', '/a/b', '/a0', '/b', '/é', '/\uffee', '/\u{1f600}']
    for (const key of [...inOrder].reverse()) await store.put(key, bytes(''))
    const range = async (from: string, to: string) => (await keys(store, from, to)).map(found => found.slice(0, -1))
    assert.deepEqual(await range('/', '0'), inOrder)
    assert.deepEqual(await range('/a', '/a0'), ['/a', '/a/', '/a/b'])
    assert.deepEqual(await range('/a/', prefixEnd('/a/')), ['/a/', '/a/b'])
    assert.deepEqual(await range('', prefixEnd('')), inOrder)
    assert.deepEqual(await range('/b', '/a'), [])
    assert.deepEqual(await range('/b', '/b'), [])
  })

  it('a limit cuts a range short and says so', async store => {
    for (let i = 0; i < 300; i++) await store.put(`/k/${String(i).padStart(3, '0')}`, bytes(String(i)))
    const revision = await store.revision()
    const page = async (from: string, limit?: number) => {
      const result = await store.range({ start: from, end: prefixEnd('/k/'), limit })
      return [result.items.length, result.items[0]?.key, result.more, result.count, result.revision]
    }
    assert.deepEqual(await page('/k/', 100), [100, '/k/000', true, 300, revision])
    assert.deepEqual(await page('/k/100', 200), [200, '/k/100', false, 200, revision])
    assert.deepEqual(await page('/k/299', 1), [1, '/k/299', false, 1, revision])
    assert.deepEqual(await page('/k/'), [300, '/k/000', false, 300, revision])
    assert.deepEqual(await page('/k/x'), [0, undefined, false, 0, revision])
  })

  it('the past can be read until it is compacted', async store => {
    const r1 = done(await store.put('/a', bytes('1')))
    const r2 = done(await store.put('/b', bytes('1')))
    const r3 = done(await store.put('/a', bytes('2')))
    const r4 = done(await store.delete('/b'))
    const r5 = done(await store.put('/b', bytes('3')))
    const states: [number, string[]][] = [
      [r1, ['/a=1']],
      [r2, ['/a=1', '/b=1']],
      [r3, ['/a=2', '/b=1']],
      [r4, ['/a=2']],
      [r5, ['/a=2', '/b=3']],
    ]
    const check = async (compacted: number) => {
      for (const [revision, expected] of states) {
        if (revision >= compacted) assert.deepEqual(await keys(store, '/', '0', revision), expected, `at ${revision}`)
        else await assert.rejects(keys(store, '/', '0', revision), CompactedError, `at ${revision}`)
      }
    }
    await check(0)
    assert.equal((await store.get('/b', { revision: r4 })).item, undefined)
    assert.equal((await store.get('/b', { revision: r3 })).item?.modRevision, r2)
    assert.equal((await store.get('/b', { revision: r5 })).item?.createRevision, r5)
    await store.compact(r3)
    await check(r3)
    await store.compact(r2)
    await check(r3)
    await store.compact(r4)
    await check(r4)
    await store.compact(r5)
    await check(r5)
    await assert.rejects(store.get('/a', { revision: r1 }), CompactedError)
    assert.equal(await store.revision(), r5)
  })

  it('what has not happened yet cannot be read, compacted or watched from', async (store, { stop }) => {
    const revision = done(await store.put('/a', bytes('1'))) + 1
    await assert.rejects(store.get('/a', { revision }), FutureRevisionError)
    await assert.rejects(store.range({ start: '/', end: '0', revision }), FutureRevisionError)
    await assert.rejects(store.compact(revision), FutureRevisionError)
    await assert.rejects(follow(store, '/', stop.signal, revision), FutureRevisionError)
  })

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
    await store.watch({
      prefix: '/in/',
      signal: stop.signal,
      onEvents(events) {
        for (const event of events) writes.push(store.put(`/out${keyOf(event)}`, bytes('echo')))
      },
      onError: error => assert.fail(error),
    })
    const all = await follow(store, '/', stop.signal)
    const first = done(await store.put('/in/a', bytes('1')))
    await all.until(first)
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

  it('writes called in order are carried out in order', async store => {
    const results = await Promise.all(Array.from({ length: 100 }, (_, i) => store.put(`/k${i % 10}`, bytes(`${i}`))))
    const revisions = results.map(done)
    assert.deepEqual(
      revisions,
      revisions.map((_, i) => (revisions[0] ?? 0) + i),
    )
    assert.equal(text((await store.get('/k9')).item?.value), '99')
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

  it('what cannot be a key is refused', async store => {
    for (const key of ['', '\ud800', 'k'.repeat(maxKeyBytes + 1), 'é'.repeat(maxKeyBytes / 2 + 1)]) {
      await assert.rejects(store.put(key, bytes('')), RangeError)
    }
    done(await store.put('é'.repeat(maxKeyBytes / 2), bytes('')))
    done(await store.put('k'.repeat(maxKeyBytes), bytes('')))
  })

  it('the size grows with what is written', async store => {
    const before = await store.size()
    for (let i = 0; i < 20; i++) await store.put(`/big/${i}`, new Uint8Array(100_000))
    assert.ok((await store.size()) >= before + 2_000_000)
  })

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

  it('random writes, compactions and reads agree with a plain model', async store => {
    const { checkModel } = await import('./model.test-suite.ts')
    await checkModel(store, 20260101)
  })
}
