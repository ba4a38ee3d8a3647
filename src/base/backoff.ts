import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** How delays grow: `base * factor^failures`, at most `cap`, then stretched by up to `jitter` of that. Milliseconds. */
export interface BackoffOptions {
  readonly baseMilliseconds: number
  readonly capMilliseconds: number
  /** 2 when absent. */
  readonly factor?: number
  /** A delay d becomes a random one between d and d * (1 + jitter). 0 when absent; needs `random`. */
  readonly jitter?: number
  readonly random?: Random
}

/** The delay after so many earlier failures: 0 gives the base. */
export function backoffDelay(options: BackoffOptions, failures: number): number {
  const grown = options.baseMilliseconds * (options.factor ?? 2) ** failures
  const delay = Math.min(grown, options.capMilliseconds)
  return options.jitter && options.random ? delay * (1 + options.jitter * options.random()) : delay
}

/** Delays of one thing that is tried again and again. */
export interface Backoff {
  /** The next delay, in milliseconds. */
  next(): number
  /** Begins again at the base. */
  reset(): void
}

/** A backoff that begins at the base. */
export function createBackoff(options: BackoffOptions): Backoff {
  let failures = 0
  return {
    next: () => backoffDelay(options, failures++),
    reset() {
      failures = 0
    },
  }
}

/** Delays kept by key, forgotten after a long quiet time (`k8s.io/client-go/util/flowcontrol.Backoff`). */
export interface KeyedBackoff<K> {
  /** Records a failure now and gives the delay that follows it. A key quiet for twice the cap begins at the base. */
  next(key: K): number
  /** The delay in force, 0 when the key has none. */
  current(key: K): number
  /** When the delay in force ends, in milliseconds since the epoch; 0 when the key has none. */
  until(key: K): number
  reset(key: K): void
  /** Forgets the keys that have been quiet for twice the cap; callers do this now and then. */
  sweep(): void
}

/** A table of backoffs; nothing runs by itself. */
export function createKeyedBackoff<K>(clock: Clock, options: BackoffOptions): KeyedBackoff<K> {
  const entries = new Map<K, { failures: number; delay: number; at: number }>()
  const quiet = (at: number) => clock.now() - at > 2 * options.capMilliseconds
  return {
    next(key) {
      const entry = entries.get(key)
      const failures = entry && !quiet(entry.at) ? entry.failures + 1 : 0
      const delay = backoffDelay(options, failures)
      entries.set(key, { failures, delay, at: clock.now() })
      return delay
    },
    current: key => entries.get(key)?.delay ?? 0,
    until(key) {
      const entry = entries.get(key)
      return entry ? entry.at + entry.delay : 0
    },
    reset(key) {
      entries.delete(key)
    },
    sweep() {
      for (const [key, entry] of entries) if (quiet(entry.at)) entries.delete(key)
    },
  }
}
