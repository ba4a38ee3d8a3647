import { expired } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { onAbort } from '../../base/signals.ts'
import type { Store, StoreEvent } from '../../kv/contract.ts'
import { CompactedError, prefixEnd } from '../../kv/contract.ts'
import { createTree, type Tree } from '../../kv/tree.ts'
import type { Stored } from '../contract.ts'
import { type CacheEvent, changeOf, pastChange, put } from './change.ts'
import { prefixOf } from './codec.ts'
import { createIndexes } from './indexes.ts'
import type { Predicate } from './predicate.ts'
import { createWatchers, type Watchers } from './watchers.ts'

/** A sorted state of one kind that never changes. */
export interface CacheSnapshot {
  readonly revision: number
  readonly tree: Tree<string, Stored>
}

/**
 * All objects of one kind, as the store has them, and the latest changes. Reads cost no I/O. Filled by one range, kept
 * by one watch. What this server writes is in it before the write is acknowledged (`Store.synchronous`); else readers
 * wait with `reached`.
 */
export interface WatchCache {
  readonly resource: Resource
  /** Aborts when the cache is given up: watches on it end. */
  readonly signal: AbortSignal
  /** Revision of the last change seen. */
  readonly revision: number
  /** The revision before which changes are not known: a watch must begin at or after it. */
  readonly oldest: number
  /** How many objects there are. */
  readonly size: number
  get(key: string): Stored | undefined
  /** Visits the objects in the order of their keys from `from` on, until `visit` returns false. */
  scan(from: string, visit: (stored: Stored, key: string) => boolean | undefined): void
  /** The present state, for readers that go on with it later. */
  snapshot(): CacheSnapshot
  /** Keeps the present state for the pages that follow of a list that was begun at this revision of the store. */
  keep(revision: number): void
  /** The state that was kept under this revision, if it still is: only the latest few are. */
  kept(revision: number): CacheSnapshot | undefined
  /** Entries of an index: `spec.nodeName` = `node-1`, in key order. */
  indexed(field: string, value: string): readonly Stored[]
  /** Sends changes after `after` (those kept, at once), in order. Throws Expired when some are no longer kept. */
  watch(predicate: Predicate, after: number, onEvent: (event: CacheEvent) => void): () => void
  /** All changes after a revision up to now, from the store's history. Throws Expired when it is forgotten. */
  past(after: number): Promise<readonly CacheEvent[]>
  /** Resolves once the cache has seen this revision, or is given up; never, when the signal aborts first. */
  reached(revision: number, signal: AbortSignal): Promise<void>
  readonly watchers: Watchers
}

/** Changes that are kept at hand; older ones are read from the store. */
const windowSize = 1024
/** States kept for lists that are read page by page. */
const mostKept = 4

export async function openWatchCache(
  store: Store,
  resource: Resource,
  life: AbortSignal,
  told: { onRevision(revision: number): void; onLost(error: Error): void },
): Promise<WatchCache> {
  const prefix = prefixOf(resource)
  const tree = createTree<string, Stored>((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const indexes = createIndexes(resource, visit =>
    tree.scan(undefined, stored => {
      visit(stored)
      return true
    }),
  )
  const watchers = createWatchers(resource)
  /** A ring would be as good; the front is cut off in large pieces, so that shifting costs nothing. */
  let window: CacheEvent[] = []
  let oldest = 0
  let revision = 0
  let waiting: { readonly revision: number; readonly resolve: () => void }[] = []
  const pages = new Map<number, CacheSnapshot>()
  let frozen: CacheSnapshot | undefined

  const advance = (to: number) => {
    told.onRevision(to)
    if (to <= revision) return
    revision = to
    if (waiting.length === 0) return
    const due = waiting.filter(each => each.revision <= to)
    waiting = waiting.filter(each => each.revision > to)
    for (const each of due) each.resolve()
  }
  const apply = (event: StoreEvent): CacheEvent => {
    frozen = undefined
    const key = event.type === 'put' ? event.item.key : event.key
    const change = changeOf(resource, event, tree.get(key))
    if (change.type === 'put') tree.set(key, change.stored)
    else tree.delete(key)
    indexes.change(change.previous, change.type === 'put' ? change.stored : undefined)
    return change
  }
  const snapshot = (): CacheSnapshot => {
    frozen = frozen?.revision === revision ? frozen : { revision, tree: frozen?.tree ?? tree.fork() }
    return frozen
  }

  const loaded = await store.range({ start: prefix, end: prefixEnd(prefix) })
  for (const item of loaded.items) tree.set(item.key, put(resource, item))
  oldest = loaded.revision
  revision = loaded.revision

  await store.watch({
    prefix,
    after: loaded.revision,
    signal: life,
    onEvents(events, at) {
      for (const each of events) {
        const event = apply(each)
        window.push(event)
        watchers.send(event)
      }
      if (window.length > 2 * windowSize) {
        window = window.slice(-windowSize)
        oldest = (window[0]?.revision ?? at) - 1
      }
      advance(at)
    },
    onError: error => told.onLost(error),
  })
  onAbort(life, () => {
    for (const each of waiting.splice(0)) each.resolve()
  })

  return {
    resource,
    signal: life,
    watchers,
    get revision() {
      return revision
    },
    get oldest() {
      return oldest
    },
    get size() {
      return tree.size
    },
    get: key => tree.get(key),
    scan: (from, visit) => tree.scan(from, visit),
    snapshot,
    keep(at) {
      pages.delete(at)
      pages.set(at, snapshot())
      for (const oldest of pages.keys()) if (pages.size > mostKept) pages.delete(oldest)
    },
    kept: at => pages.get(at),
    indexed: indexes.find,
    watch(predicate, after, onEvent) {
      if (after < oldest) throw expired(`too old resource version: ${after} (${oldest})`)
      // The first event after `after`: the window is sorted.
      let low = 0
      let high = window.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((window[middle]?.revision ?? 0) <= after) low = middle + 1
        else high = middle
      }
      for (const event of window.slice(low)) onEvent(event)
      return watchers.add(predicate, onEvent)
    },
    async past(after) {
      const over = new AbortController()
      const events: CacheEvent[] = []
      try {
        await store.watch({
          prefix,
          after,
          signal: over.signal,
          onEvents: found => events.push(...found.map(event => pastChange(resource, event))),
          onError: error => told.onLost(error),
        })
      } catch (error) {
        if (error instanceof CompactedError)
          throw expired(`too old resource version: ${after} (${error.compactRevision})`)
        throw error
      } finally {
        over.abort()
      }
      return events
    },
    reached(at, signal) {
      if (at <= revision || life.aborted) return Promise.resolve()
      return new Promise(resolve => {
        const entry = { revision: at, resolve }
        waiting.push(entry)
        onAbort(signal, () => {
          waiting = waiting.filter(each => each !== entry)
        })
      })
    },
  }
}
