import { expired } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { backoffDelay } from '../../base/backoff.ts'
import { type Clock, sleep, type Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { onAbort } from '../../base/signals.ts'
import type { Store, StoreEvent } from '../../kv/contract.ts'
import { ClosedError, CompactedError, prefixEnd } from '../../kv/contract.ts'
import { createTree, type Tree } from '../../kv/tree.ts'
import type { Listed, Stored } from '../contract.ts'
import { type CacheEvent, changeOf, pastChange, put } from './change.ts'
import { prefixOf } from './codec.ts'
import { createIndexes } from './indexes.ts'
import { createLists } from './lists.ts'
import { missedEvents } from './missed.ts'
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
  /** How many changes have come since it was opened. */
  readonly changes: number
  get(key: string): Stored | undefined
  /** Visits the objects in the order of their keys from `from` on, until `visit` returns false. */
  scan(from: string, visit: (stored: Stored, key: string) => boolean | undefined): void
  /** All objects whose keys begin so: the same list until one of them changes. */
  listed(scope: string): Listed
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
  /**
   * Resolves once the cache has seen this revision, or is given up; never, when the signal aborts first. `ask` (the
   * default): no event need come that says so, the store is asked.
   */
  reached(revision: number, signal: AbortSignal, ask?: boolean): Promise<void>
  readonly watchers: Watchers
}

/** Changes that are kept at hand; older ones are read from the store. */
const windowSize = 1024
/** Bytes of values in these changes, so that a few thousand changes of large objects do not fill the memory. */
const windowBytes = 4 * 1024 * 1024
/** How often a store is asked how far it has come while somebody waits. Milliseconds. */
const askEvery = 100
const retry = { baseMilliseconds: 100, capMilliseconds: 5000 }
/** States kept for lists that are read page by page. */
const mostKept = 4

export interface WatchCacheDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** Ends the cache. */
  readonly life: AbortSignal
  onRevision(revision: number): void
  /** The watch of an embedded store ended: what is kept is no longer kept up. */
  onLost(error: Error): void
  /** Values are converted on their way here: where that fails, the cache is lost. */
  readonly converted?: boolean
}

export async function openWatchCache(deps: WatchCacheDeps, resource: Resource): Promise<WatchCache> {
  const { store, clock, life } = deps
  const prefix = prefixOf(resource)
  const tree = createTree<string, Stored>((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const indexes = createIndexes(resource, visit =>
    tree.scan(undefined, stored => {
      visit(stored)
      return true
    }),
  )
  const watchers = createWatchers(resource)
  const lists = createLists(tree)
  /** A ring would be as good; the front is cut off in large pieces, so that shifting costs nothing. */
  let window: CacheEvent[] = []
  /** Bytes of the values in the window, one by one and together. */
  let sizes: number[] = []
  let held = 0
  let oldest = 0
  let revision = 0
  let changes = 0
  let waiting: { readonly revision: number; readonly resolve: () => void }[] = []
  const pages = new Map<number, CacheSnapshot>()
  let frozen: CacheSnapshot | undefined

  const advance = (to: number) => {
    deps.onRevision(to)
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
    lists.changed(key)
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

  const take = (events: readonly StoreEvent[], at: number) => {
    for (const each of events) {
      const event = apply(each)
      window.push(event)
      changes++
      const size = (each.type === 'put' ? each.item : each.previous).value.length
      sizes.push(size)
      held += size
      watchers.send(event)
    }
    if (window.length > 2 * windowSize || held > 2 * windowBytes) {
      let from = window.length
      held = 0
      while (from > 0 && window.length - from < windowSize && held + (sizes[from - 1] ?? 0) <= windowBytes) {
        from--
        held += sizes[from] ?? 0
      }
      window = window.slice(from)
      sizes = sizes.slice(from)
      oldest = window[0] ? window[0].revision - 1 : at
    }
    advance(at)
  }
  let asking: Timer | undefined
  /** Has the store say how far it has come, until nobody waits for that any more. */
  const askOn = () => {
    if (asking || !store.askProgress) return
    const ask = () => {
      asking = undefined
      if (waiting.length === 0 || life.aborted) return
      store.askProgress?.(prefix)
      asking = clock.after(askEvery, ask)
    }
    ask()
  }
  const fill = () => store.range({ start: prefix, end: prefixEnd(prefix) })
  const follow = (after: number) => store.watch({ prefix, after, signal: life, onEvents: take, onError: broken })
  /** An embedded store's watch ends with the store. One that others serve may forget what was not read in time. */
  const broken = (error: Error) => {
    if (life.aborted) return
    const fields = { resource: resource.qualified, error }
    if (deps.converted) {
      deps.log.warn('objects could not be converted; their cache is given up', fields)
      deps.onLost(error)
    } else if (store.synchronous) {
      deps.log.error('the watch of the store ended', fields)
      deps.onLost(error)
    } else if (!(error instanceof ClosedError)) {
      deps.log.warn('the watch of the store broke; what it missed is read anew', fields)
      void recover()
    }
  }
  const recover = async () => {
    for (let failures = 0; !life.aborted; failures++) {
      try {
        const now = await fill()
        // What happened in between is not known: only what came of it, which is told as if it had just happened.
        const missed = missedEvents(resource, tree, now)
        window = []
        sizes = []
        held = 0
        oldest = now.revision
        take(missed, now.revision)
        return await follow(now.revision)
      } catch (error) {
        if (error instanceof ClosedError) return
        deps.log.debug('the store could not be read; it is tried again', { resource: resource.qualified, error })
        await sleep(clock, backoffDelay(retry, failures), life)
      }
    }
  }

  const loaded = await fill()
  for (const item of loaded.items) tree.set(item.key, put(resource, item))
  oldest = loaded.revision
  revision = loaded.revision
  await follow(loaded.revision)
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
    get changes() {
      return changes
    },
    get size() {
      return tree.size
    },
    get: key => tree.get(key),
    scan: (from, visit) => tree.scan(from, visit),
    listed: lists.of,
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
      if (after <= revision) return watchers.add(predicate, onEvent)
      // Somebody who has seen more than this server, through another one: what he knows is not told again.
      return watchers.add(predicate, event => {
        if (event.revision > after) onEvent(event)
      })
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
          // It is over before anything can end it, but for the end of the store.
          onError() {},
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
    reached(at, signal, ask = true) {
      if (at <= revision || life.aborted) return Promise.resolve()
      return new Promise(resolve => {
        const entry = { revision: at, resolve }
        waiting.push(entry)
        if (ask) askOn()
        onAbort(signal, () => {
          waiting = waiting.filter(each => each !== entry)
        })
      })
    },
  }
}
