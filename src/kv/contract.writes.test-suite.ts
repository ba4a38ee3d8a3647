import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { bytes, type Capabilities, done, follow, type It, keys, text } from './contract.test-tools.ts'
import { CompactedError, FutureRevisionError, maxKeyBytes, prefixEnd, type WriteResult } from './contract.ts'
import { checkModel } from './model.test-suite.ts'

/** Writes, reads and history. */
export function testWrites(it: It, capabilities: Capabilities): void {
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
    const { key, createRevision, modRevision } = item ?? assert.fail('the key is not there')
    assert.deepEqual([key, text(item?.value), createRevision, modRevision], ['/a', '2', first, second])
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

  it('writes called in order are carried out in order, for each key', async store => {
    const results = await Promise.all(Array.from({ length: 100 }, (_, i) => store.put(`/k${i % 10}`, bytes(`${i}`))))
    const revisions = results.map(done)
    const first = Math.min(...revisions)
    const inOrder = revisions.map((_, i) => first + i)
    if (store.synchronous) assert.deepEqual(revisions, inOrder)
    assert.deepEqual(
      revisions.toSorted((a, b) => a - b),
      inOrder,
    )
    for (let key = 0; key < 10; key++) {
      const ofKey = revisions.filter((_, i) => i % 10 === key)
      assert.deepEqual(
        ofKey.toSorted((a, b) => a - b),
        ofKey,
      )
      assert.equal(text((await store.get(`/k${key}`)).item?.value), String(90 + key))
    }
  })

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
    const grown = async () => (await store.size()) >= before + 2_000_000
    if (store.synchronous) assert.ok(await grown())
    // Shared stores may count now and then only.
    else while (!(await grown())) await setTimeout(20)
  })

  it('random writes, compactions and reads agree with a plain model', async store => {
    await checkModel(store, 20260101)
  })
}
