import { type BackoffOptions, backoffDelay } from './backoff.ts'
import type { Clock, Timer } from './clock.ts'
import { createHeap } from './heap.ts'

export interface WorkQueueOptions {
  readonly clock: Clock
  /** Shuts the queue down: what waits is dropped, `get` answers undefined, later adds do nothing. */
  readonly signal: AbortSignal
  /** Delays of `addRateLimited`, by the key's failures; 5 ms doubling up to 1000 s when absent. */
  readonly backoff?: BackoffOptions
}

/**
 * Keys that want work, with the guarantees of `k8s.io/client-go/util/workqueue`:
 * they come out in the order they went in; a key added twice before it is taken comes out once; a key is never
 * with two workers at a time; and a key added while a worker has it comes out again after `done`.
 */
export interface WorkQueue<K> {
  /** Keys ready to be taken. */
  readonly length: number
  /** Keys that wait for their time. */
  readonly delayed: number
  add(key: K): void
  /** Adds the key when the time has passed; of several times for one key the soonest counts. */
  addAfter(key: K, milliseconds: number): void
  /** Adds the key after its backoff, which every call lengthens until `forget`. Returns the delay in milliseconds. */
  addRateLimited(key: K): number
  /** The key went well: its next backoff begins at the base. */
  forget(key: K): void
  /** How often the key was added rate-limited since it was last forgotten. */
  failures(key: K): number
  /** Takes the next key, waiting for one; undefined once the queue is shut down. */
  get(): Promise<K | undefined>
  /** Gives a taken key back; every `get` needs one. */
  done(key: K): void
  /**
   * Feeds so many workers at a time. Resolves when the queue is shut down and the last worker has ended.
   * What to do about failed work is the worker's decision: one that throws rejects the run at once with its error,
   * and the others go on until the queue is shut down.
   */
  run(workers: number, work: (key: K) => Promise<void>): Promise<void>
  /** Resolves when no key is ready and none is with a worker; delayed keys don't count. */
  idle(): Promise<void>
}

interface Delayed<K> {
  readonly key: K
  readonly due: number
  readonly order: number
}

/** An empty queue. Keys are compared as `Map` does: strings, or objects by identity. */
export function createWorkQueue<K>(options: WorkQueueOptions): WorkQueue<K> {
  const { clock, signal } = options
  const backoff = options.backoff ?? { baseMilliseconds: 5, capMilliseconds: 1_000_000 }
  const ready = new Set<K>()
  /** Walks `ready` in order; it sees what is added later, so taking the first key never searches. */
  let first = ready.values()
  const processing = new Set<K>()
  const again = new Set<K>()
  const failed = new Map<K, number>()
  const takers: ((key: K | undefined) => void)[] = []
  let idlers: (() => void)[] = []
  const waiting = createHeap<K, Delayed<K>>(
    entry => entry.key,
    (a, b) => a.due < b.due || (a.due === b.due && a.order < b.order),
  )
  let order = 0
  let timer: { due: number; timer: Timer } | undefined

  const take = (): K => {
    let next = first.next()
    if (next.done) {
      first = ready.values()
      next = first.next()
    }
    const key = next.value as K
    ready.delete(key)
    processing.add(key)
    return key
  }
  const hand = () => {
    while (ready.size > 0 && takers.length > 0) takers.shift()?.(take())
  }
  const rest = () => {
    if (ready.size > 0 || processing.size > 0) return
    const resting = idlers
    idlers = []
    for (const resolve of resting) resolve()
  }
  const add = (key: K) => {
    if (signal.aborted) return
    if (processing.has(key)) {
      again.add(key)
      return
    }
    ready.add(key)
    hand()
  }
  const arm = () => {
    const next = waiting.peek()
    if (timer && timer.due === next?.due) return
    timer?.timer.cancel()
    timer = next && { due: next.due, timer: clock.after(next.due - clock.now(), ripen) }
  }
  const ripen = () => {
    timer = undefined
    for (let next = waiting.peek(); next && next.due <= clock.now(); next = waiting.peek()) {
      waiting.pop()
      add(next.key)
    }
    arm()
  }
  const addAfter = (key: K, milliseconds: number) => {
    if (signal.aborted) return
    if (milliseconds <= 0) return add(key)
    const due = clock.now() + milliseconds
    const known = waiting.get(key)
    if (known && known.due <= due) return
    waiting.set({ key, due, order: order++ })
    arm()
  }
  const get = () => {
    if (signal.aborted) return Promise.resolve(undefined)
    if (ready.size > 0) return Promise.resolve(take())
    return new Promise<K | undefined>(resolve => takers.push(resolve))
  }
  const done = (key: K) => {
    processing.delete(key)
    if (again.delete(key)) add(key)
    rest()
  }

  signal.addEventListener(
    'abort',
    () => {
      timer?.timer.cancel()
      timer = undefined
      waiting.clear()
      ready.clear()
      again.clear()
      for (const taker of takers.splice(0)) taker(undefined)
      rest()
    },
    { once: true },
  )

  return {
    get length() {
      return ready.size
    },
    get delayed() {
      return waiting.size
    },
    add,
    addAfter,
    addRateLimited(key) {
      const failures = failed.get(key) ?? 0
      failed.set(key, failures + 1)
      const delay = backoffDelay(backoff, failures)
      addAfter(key, delay)
      return delay
    },
    forget: key => void failed.delete(key),
    failures: key => failed.get(key) ?? 0,
    get,
    done,
    async run(workers, work) {
      const one = async () => {
        for (let key = await get(); key !== undefined; key = await get()) {
          try {
            await work(key)
          } finally {
            done(key)
          }
        }
      }
      await Promise.all(Array.from({ length: workers }, one))
    },
    idle() {
      if (ready.size === 0 && processing.size === 0) return Promise.resolve()
      return new Promise(resolve => idlers.push(resolve))
    },
  }
}
