import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '../../base/log.ts'
import type { Store, StoreEvent } from '../contract.ts'
import { keyOf, revisionOf } from '../watchers.ts'
import { type EtcdCluster, startEtcd } from './process.test-tools.ts'
import { openEtcdStore } from './store.ts'

const bytes = (text: string) => Buffer.from(text)
const text = (value: Uint8Array | undefined) => (value ? Buffer.from(value).toString() : undefined)

/** What writers were told, for all that was told at all. */
interface Told {
  /** Values of keys of which each was written once. */
  readonly created: Map<string, string>
  /** How often the counter was counted up, as the writers were told. */
  counted: number
  /** Writes of which nobody knows whether they went through. */
  uncertain: number
}

async function createMany(store: Store, name: string, told: Told, signal: AbortSignal): Promise<void> {
  for (let i = 0; !signal.aborted; i++) {
    const key = `/load/created/${name}-${i}`
    try {
      const result = await store.put(key, bytes(`${name} ${i}`), { expect: 0 })
      assert.equal(result.outcome, 'done', `${key} was there before anybody made it`)
      told.created.set(key, `${name} ${i}`)
    } catch (error) {
      if ((error as Error).name !== 'UncertainError') throw error
      told.uncertain++
    }
  }
}

/** Writers name themselves and their step in the value: so no two write the same. */
async function countUp(store: Store, name: string, told: Told, signal: AbortSignal): Promise<void> {
  for (let step = 0; !signal.aborted; step++) {
    const { item } = await store.get('/load/counter')
    const next = Number(text(item?.value)?.split(' ')[0] ?? 0) + 1
    try {
      const value = bytes(`${next} ${name} ${step}`)
      const result = await store.put('/load/counter', value, { expect: item?.modRevision ?? 0 })
      if (result.outcome === 'done') told.counted++
    } catch (error) {
      if ((error as Error).name !== 'UncertainError') throw error
      told.uncertain++
    }
    await wait(5)
  }
}

/** Follows everything from the beginning, and checks as it goes that nothing comes twice or out of order. */
async function followAll(store: Store, signal: AbortSignal) {
  const state = new Map<string, string>()
  const problems: string[] = []
  let counted = 0
  let seen = 0
  await store.watch({
    prefix: '/load/',
    signal,
    onEvents(events: readonly StoreEvent[], revision) {
      for (const event of events) {
        if (revisionOf(event) <= seen) problems.push(`${keyOf(event)} at ${revisionOf(event)} came after ${seen}`)
        const before = event.previous && text(event.previous.value)
        if (before !== state.get(keyOf(event)))
          problems.push(`${keyOf(event)} was ${before}, not ${state.get(keyOf(event))}`)
        if (event.type === 'put') state.set(keyOf(event), text(event.item.value) as string)
        if (keyOf(event) === '/load/counter') counted++
        seen = revisionOf(event)
      }
      seen = Math.max(seen, revision)
    },
    onError: error => problems.push(`the watch ended: ${error.message}`),
  })
  return { state, problems, counted: () => counted, seen: () => seen }
}

/** What is done to a cluster while it is written to. */
export interface Mishap {
  readonly name: string
  happen(cluster: EtcdCluster): Promise<void>
}

const member = (cluster: EtcdCluster, index: number) => {
  const found = cluster.members[index % cluster.members.length]
  assert.ok(found)
  return found
}

/** Each member is ended in turn, so that the leader is among them. */
export const killInTurn = (downMilliseconds: number): Mishap => ({
  name: 'members are killed one after the other',
  async happen(cluster) {
    for (let i = 0; i < cluster.members.length; i++) {
      await member(cluster, i).kill()
      await wait(downMilliseconds)
      await member(cluster, i).start()
      await wait(downMilliseconds)
    }
  },
})

/** Each member hangs in turn: connections stay, and nobody answers. */
export const hangInTurn = (milliseconds: number): Mishap => ({
  name: 'members hang one after the other',
  async happen(cluster) {
    for (let i = 0; i < cluster.members.length; i++) {
      member(cluster, i).pause()
      await wait(milliseconds)
      member(cluster, i).resume()
      await wait(milliseconds / 2)
    }
  },
})

/** For a while there is nobody who could decide. */
export const loseQuorum = (milliseconds: number): Mishap => ({
  name: 'two of three members are gone for a while',
  async happen(cluster) {
    await Promise.all([member(cluster, 0).kill(), member(cluster, 1).kill()])
    await wait(milliseconds)
    await Promise.all([member(cluster, 0).start(), member(cluster, 1).start()])
    await wait(1000)
  },
})

/**
 * Writes to a cluster of three members while mishaps happen to it, and holds what is there afterwards against what
 * writers were told: every acknowledged write is there, none was carried out twice, and watchers saw each once, in order.
 */
export async function checkFailures(
  program: string,
  mishaps: readonly Mishap[],
  log?: Logger,
): Promise<{ writes: number }> {
  const cluster = await startEtcd(program, 3, ['--heartbeat-interval', '50', '--election-timeout', '500'])
  const stop = new AbortController()
  const over = new AbortController()
  const rotated = (by: number) => cluster.endpoints.map((_, i) => cluster.endpoints[(i + by) % 3] as string)
  const stores = await Promise.all([0, 1].map(by => openEtcdStore({ endpoints: rotated(by) }, log ? { log } : {})))
  try {
    const told: Told = { created: new Map(), counted: 0, uncertain: 0 }
    const [first, second] = stores
    assert.ok(first && second)
    const watching = await followAll(second, over.signal)
    const writers = stores.flatMap((store, i) => [
      createMany(store, `a${i}`, told, stop.signal),
      createMany(store, `b${i}`, told, stop.signal),
      countUp(store, `c${i}`, told, stop.signal),
      countUp(store, `d${i}`, told, stop.signal),
    ])
    const working = Promise.all(writers)
    working.catch(() => stop.abort())
    await wait(300)
    for (const { happen } of mishaps) await happen(cluster)
    // It serves again by itself: how soon is the machine's to say.
    const before = told.created.size
    for (const until = Date.now() + 20_000; told.created.size === before && !stop.signal.aborted; await wait(20))
      assert.ok(Date.now() < until, 'nothing is written any more')
    stop.abort()
    await working

    const { items, revision } = await first.range({ start: '/load/', end: '/load0' })
    const found = new Map(items.map(item => [item.key, text(item.value)]))
    for (const [key, value] of told.created)
      assert.equal(found.get(key), value, `the acknowledged write of ${key} is lost`)
    const made = found.size - 1
    assert.ok(
      made - told.created.size <= told.uncertain,
      `${made} keys, of which ${told.created.size} were acknowledged`,
    )
    const counter = Number(found.get('/load/counter')?.split(' ')[0])
    assert.ok(
      counter >= told.counted && counter <= told.counted + told.uncertain,
      `${counter} steps, ${told.counted} told`,
    )

    const until = Date.now() + 20_000
    while (watching.seen() < revision && Date.now() < until) {
      second.askProgress?.('/load/')
      await wait(20)
    }
    assert.deepEqual(watching.problems, [])
    assert.equal(watching.counted(), counter)
    assert.deepEqual(new Map([...watching.state].toSorted()), new Map([...found].toSorted() as [string, string][]))
    return { writes: told.created.size + told.counted }
  } finally {
    stop.abort()
    over.abort()
    await Promise.all(stores.map(store => store.close()))
    await cluster.stop()
  }
}
