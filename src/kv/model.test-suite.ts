import assert from 'node:assert/strict'
import { integerBelow, seededRandom } from '../base/random.ts'
import { CompactedError, prefixEnd, type Store } from './contract.ts'
import { keyOf, revisionOf } from './watchers.ts'

/** Carries out random writes, and compares reads at random revisions and replayed watches with whole remembered states. */
export async function checkModel(store: Store, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const first = await store.revision()
  /** The whole content after each revision. */
  const states = new Map<number, Map<string, string>>([[first, new Map()]])
  const changes: string[] = []
  let newest = first
  let compacted = first
  const current = () => states.get(newest) as Map<string, string>

  for (let step = 0; step < 1500; step++) {
    const key = `/m/${integerBelow(random, 80)}`
    const chance = random()
    if (chance < 0.65) {
      const result = await store.put(key, Buffer.from(`${step}`))
      newest = result.revision
      states.set(newest, new Map(states.get(newest - 1)).set(key, `${step}`))
      changes.push(`${newest} put ${key}`)
    } else if (chance < 0.9) {
      const result = await store.delete(key)
      assert.equal(result.outcome, current().has(key) ? 'done' : 'conflict')
      if (result.outcome === 'conflict') continue
      const state = new Map(current())
      state.delete(key)
      newest = result.revision
      states.set(newest, state)
      changes.push(`${newest} delete ${key}`)
    } else if (chance < 0.905) {
      compacted += integerBelow(random, newest - compacted + 1)
      await store.compact(compacted)
    } else {
      const revision = first + integerBelow(random, newest - first + 1)
      const reading = store.range({ start: '/m/', end: prefixEnd('/m/'), revision })
      if (revision < compacted) {
        await assert.rejects(reading, CompactedError)
      } else {
        const { items } = await reading
        const found = items.map(item => `${item.key}=${Buffer.from(item.value)}`)
        const expected = [...(states.get(revision) ?? [])].map(([name, value]) => `${name}=${value}`).sort()
        assert.deepEqual(found.sort(), expected, `seed ${seed}, step ${step}, revision ${revision}`)
      }
    }
  }
  for (const after of [compacted, compacted + integerBelow(random, newest - compacted + 1)]) {
    const stop = new AbortController()
    const seen: string[] = []
    await store.watch({
      prefix: '/m/',
      after,
      signal: stop.signal,
      onEvents(events) {
        for (const event of events) {
          const before = states.get(revisionOf(event) - 1)?.get(keyOf(event))
          assert.equal(
            event.previous && String(Buffer.from(event.previous.value)),
            before,
            `before ${revisionOf(event)}`,
          )
          seen.push(`${revisionOf(event)} ${event.type} ${keyOf(event)}`)
        }
      },
      onError: error => assert.fail(error),
    })
    stop.abort()
    assert.deepEqual(
      seen,
      changes.filter(change => Number.parseInt(change, 10) > after),
      `seed ${seed}, after ${after}`,
    )
  }
}
