import { setImmediate } from 'node:timers/promises'
import type { KeyValue, RangeOptions, RangeResult, Store, StoreEvent, WatchOptions } from './contract.ts'
import type { History, Version } from './history.ts'
import type { Watchers } from './watchers.ts'

/** How many past events a new watcher is given before others get their turn. */
const replayed = 1000

/** The reading half of a store, and versions turned into what callers see. */
export interface Reader extends Pick<Store, 'get' | 'range' | 'watch'> {
  item(version: Version): KeyValue
  /** The item that a version replaced or deleted. */
  previous(version: Version): KeyValue | undefined
  /** `value`: the version's bytes, where they are at hand. */
  event(version: Version, value?: Uint8Array): StoreEvent
}

/** Reads from a history; `bytesOf` gives the bytes of a version, and throws when they cannot be read. */
export function createReader(history: History, watchers: Watchers, bytesOf: (version: Version) => Uint8Array): Reader {
  const item = (version: Version, value = bytesOf(version)): KeyValue => ({
    key: version.key,
    value,
    createRevision: version.createRevision,
    modRevision: version.modRevision,
  })
  const previous = (version: Version) => {
    const before = history.before(version)
    return before && item(before)
  }
  const event = (version: Version, value?: Uint8Array): StoreEvent => {
    const { key, modRevision: revision } = version
    const old = previous(version)
    if (version.createRevision > 0) return { type: 'put', item: item(version, value), previous: old }
    if (!old) throw new Error(`the deletion of ${key} at revision ${revision} has nothing before it`)
    return { type: 'delete', key, revision, previous: old }
  }

  return {
    item,
    previous,
    event,
    async get(key, options) {
      const version = options?.revision ? history.at(key, options.revision) : history.live(key)
      return { revision: history.revision, item: version && item(version) }
    },
    async range({ start, end, limit, revision }: RangeOptions): Promise<RangeResult> {
      const items: KeyValue[] = []
      let count = 0
      history.scan(start, end, revision ?? 0, version => {
        count++
        if (!limit || items.length < limit) items.push(item(version))
      })
      return { revision: history.revision, items, more: count > items.length, count }
    },
    async watch(options: WatchOptions) {
      let seen = options.after ?? history.revision
      for (;;) {
        if (options.signal.aborted) return
        const versions = history.since(seen, replayed)
        const last = versions.at(-1)
        if (!last) break
        seen = last.modRevision
        const events = versions.filter(version => version.key.startsWith(options.prefix)).map(version => event(version))
        if (events.length > 0) options.onEvents(events, seen)
        if (versions.length === replayed) await setImmediate()
      }
      watchers.add(options, seen)
    },
  }
}
