import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createVirtualClock, type VirtualClock } from '../base/virtualClock.ts'
import type { Store, StoreEvent, WriteResult } from './contract.ts'
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
export const bytes = (text: string) => new TextEncoder().encode(text)
export const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value)

export const done = (result: WriteResult) => {
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

/** Declares one test of the suite. */
export type It = (
  behaviour: string,
  body: (store: Store, tools: { clock: VirtualClock; stop: AbortController }) => Promise<void>,
) => void

/** Gives each test a store of its own, and closes it. */
export function declare(name: string, makeStore: MakeStore): It {
  return (behaviour, body) => {
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
  }
}

/** Watches and collects, one line per event. `until` waits for the line of a revision. */
export const follow = async (store: Store, prefix: string, signal: AbortSignal, after?: number) => {
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
export const keys = async (store: Store, from: string, to: string, revision?: number) => {
  const { items } = await store.range({ start: from, end: to, revision })
  return items.map(item => `${item.key}=${text(item.value)}`)
}
