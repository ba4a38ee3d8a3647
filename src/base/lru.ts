import type { Clock } from './clock.ts'

/** A map of bounded size that drops what was used longest ago. */
export interface Lru<K, V> {
  readonly size: number
  /** The value, which thereby counts as just used; undefined when absent or too old. */
  get(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): boolean
  clear(): void
}

export interface LruOptions {
  /** Most entries kept. */
  readonly capacity: number
  /** Entries are gone so long after they were set; absent means they don't age. */
  readonly maxAge?: { readonly clock: Clock; readonly milliseconds: number }
}

/** An empty cache; entries too old are dropped when met, nothing runs by itself. */
export function createLru<K, V>(options: LruOptions): Lru<K, V> {
  const { capacity, maxAge } = options
  /** Oldest use first: a Map keeps the order of insertion. */
  const entries = new Map<K, { value: V; setAt: number }>()
  /** Stands at the oldest: a walk from the start would meet the gaps of all that were removed. */
  let oldest = entries.keys()
  const now = () => maxAge?.clock.now() ?? 0
  return {
    get size() {
      return entries.size
    },
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      if (maxAge && now() - entry.setAt >= maxAge.milliseconds) return undefined
      entries.set(key, entry)
      return entry.value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, { value, setAt: now() })
      while (entries.size > capacity) {
        const { value: first, done } = oldest.next()
        if (done) oldest = entries.keys()
        else entries.delete(first)
      }
    },
    delete: key => entries.delete(key),
    clear() {
      entries.clear()
      oldest = entries.keys()
    },
  }
}
