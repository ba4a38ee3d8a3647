import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { serviceUnavailable } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { linkedSignal } from '../../base/signals.ts'
import type { KeyValue, Store, WriteResult } from '../../kv/contract.ts'
import { createTree, type Tree } from '../../kv/tree.ts'
import type { ObjectReader, Stored } from '../contract.ts'
import type { StoreMeter } from '../metrics/storage.ts'
import { put } from './change.ts'
import { embeddedCodec, encodeValue, keyIn, prefixOf, type StoreCodec, storedOf } from './codec.ts'
import { type ConvertedKind, convertingStore, isConverted } from './converting.ts'
import { openWatchCache, type WatchCache } from './watchCache.ts'

/** How a write ended; `conflict` tells what stands there now. */
export type Written =
  | { readonly outcome: 'done'; readonly stored: Stored }
  | { readonly outcome: 'conflict'; readonly current: Stored | undefined }

/** Objects over the key-value store: reads from watch caches, writes checked by revision. */
export interface Objects {
  /**
   * The newest revision this server knows of, and all caches with it: what a list is told to be at. 0 where caches come
   * after the store, each in its own time: then only they know.
   */
  readonly revision: number
  /** The newest revision this server has heard of, whatever its caches have seen. */
  readonly newest: number
  /** The revision that a reader who wants the present must wait for; undefined: what the caches have is the present. */
  present(): Promise<number | undefined> | undefined
  /** Whether a write would keep the object in another form than it has in the store: then even one that changes nothing is carried out. */
  isStale(resource: Resource, stored: Stored): boolean
  readonly reader: ObjectReader
  /** Opens the cache of a kind, once; later calls are answered at once. */
  cache(resource: Resource): Promise<WatchCache>
  /** Gives up the cache of a kind that is no longer served so, and ends its watches. */
  drop(resource: Resource): void
  /** The cache of a kind, if it is open. */
  opened(resource: Resource): WatchCache | undefined
  /** How many objects of each kind there are, of the kinds whose caches are open. */
  counts(): Iterable<{
    readonly resource: Resource
    readonly count: number
    readonly revision: number
    /** Changes that have come since the cache was opened. */
    readonly events: number
  }>
  /** Opens many, before the first request. */
  load(resources: readonly Resource[]): Promise<void>
  /** The stored object, as fresh as the last acknowledged write. */
  get(resource: Resource, namespace: string | undefined, name: string): Promise<Stored | undefined>
  /** A range of keys as of an earlier revision. Throws the store's CompactedError. */
  history(resource: Resource, start: string, end: string, revision: number): Promise<Tree<string, Stored>>
  /** Writes an object in storage form. `expect` 0: it must not exist yet. */
  put(resource: Resource, object: KubeObject, expect: number): Promise<Written>
  delete(resource: Resource, stored: Stored): Promise<Written>
}

/** A cache that is there or on its way, and what ends it. */
interface Opening {
  readonly cache: Promise<WatchCache>
  end(): void
}

export interface ObjectsDeps {
  readonly store: Store
  /** How objects are written; as embedded stores have them when absent. */
  readonly codec?: StoreCodec
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  readonly meter?: StoreMeter
  /** A cache lost its watch: the server can no longer answer truthfully. */
  onLost(error: Error): void
}

const changing = ({ qualified }: Resource) => `the definition of ${qualified} has just changed: ask again`

/** An object as it is stored: in the version that the definition names. */
async function asStored({ custom }: ConvertedKind, object: KubeObject): Promise<KubeObject> {
  const { resourceVersion: _, ...metadata } = object.metadata
  const [stored] = await custom.convert([{ ...object, metadata }], custom.storedAs)
  return stored ?? object
}

export function createObjects({
  store,
  codec = embeddedCodec,
  clock,
  log,
  signal,
  meter,
  onLost,
}: ObjectsDeps): Objects {
  const timed: StoreMeter['timed'] = meter ? meter.timed : (_resource, _operation, work) => work()
  const opening = new Map<string, Opening>()
  const open = new Map<string, WatchCache>()
  let revision = 0

  const retired = new WeakSet<Resource>()
  const unconverted = new WeakMap<Resource, Error>()
  const converting = new WeakMap<Resource, Store>()
  const storeOf = (resource: Resource): Store => {
    if (!isConverted(resource)) return store
    const known = converting.get(resource)
    if (known) return known
    const made = convertingStore(store, resource)
    converting.set(resource, made)
    return made
  }

  const idOf = ({ qualified, custom, version }: Resource) => (custom ? `${qualified}/${version}` : qualified)
  const cache = (resource: Resource): Promise<WatchCache> => {
    if (retired.has(resource)) return Promise.reject(serviceUnavailable(changing(resource)))
    const id = idOf(resource)
    const known = opening.get(id)
    if (known) return known.cache
    const life = linkedSignal(signal)
    const own = storeOf(resource)
    /** Whoever converts does not: the cache is given up, and whoever asks next tries again. */
    const onUnconverted = (error: Error) => {
      unconverted.set(resource, error)
      if (opening.get(id) === entry) {
        opening.delete(id)
        open.delete(id)
      }
      life.abort()
    }
    const lost = own === store ? onLost : onUnconverted
    const made = openWatchCache(
      { store: own, clock, log, life: life.signal, onRevision: note, onLost: lost, converted: own !== store },
      resource,
    )
    const entry: Opening = {
      end: life.abort,
      cache: made.then(cache => {
        if (opening.get(id) === entry) open.set(id, cache)
        note(cache.revision)
        return cache
      }),
    }
    opening.set(id, entry)
    entry.cache.catch(() => {
      if (opening.get(id) === entry) opening.delete(id)
      life.release()
    })
    return entry.cache
  }
  const note = (at: number) => {
    if (at > revision) revision = at
  }
  /** The cache of a kind, come so far that it has everything this server wrote, in whatever version. */
  const upToDate = async (resource: Resource): Promise<WatchCache> => {
    const made = await cache(resource)
    if (!isConverted(resource)) return made
    await made.reached(revision, signal)
    if (made.signal.aborted) throw unconverted.get(resource) ?? serviceUnavailable(changing(resource))
    return made
  }
  const loaded = (resource: Resource): WatchCache => {
    const found = open.get(idOf(resource))
    if (!found) throw new Error(`the cache of ${resource.qualified} is read before it is loaded`)
    return found
  }
  const seen = async (made: WatchCache, { outcome, revision: at }: WriteResult, resource: Resource) => {
    note(at)
    // The event of a write comes by itself; of what stood in its way there may be none to come.
    if (!storeOf(resource).synchronous) await made.reached(at, signal, outcome === 'conflict')
  }

  /** What stands in the way of a write: as the cache has it, where that is as new. */
  const now = (resource: Resource, current: KeyValue | undefined, cached: Stored | undefined) =>
    storeOf(resource).synchronous || (cached && cached.revision === current?.modRevision)
      ? cached
      : current && put(resource, current)

  return {
    get revision() {
      return store.synchronous ? revision : 0
    },
    get newest() {
      return revision
    },
    present: () => (store.synchronous ? undefined : store.revision()),
    isStale: (resource, stored) => codec.isStale(resource, stored) || (stored.stale?.() ?? false),
    cache: resource => (isConverted(resource) ? upToDate(resource) : cache(resource)),
    drop(resource) {
      const id = idOf(resource)
      retired.add(resource)
      opening.get(id)?.end()
      opening.delete(id)
      open.delete(id)
    },
    opened: resource => open.get(idOf(resource)),
    *counts() {
      for (const { resource, size, revision, changes } of open.values())
        yield { resource, count: size, revision, events: changes }
    },
    async load(resources) {
      await Promise.all(resources.map(cache))
    },
    reader: {
      get: (resource, namespace, name) =>
        loaded(resource as unknown as Resource).get(keyIn(resource as unknown as Resource, namespace, name))
          ?.object as never,
      list(resource, namespace) {
        const of = resource as unknown as Resource
        const found: unknown[] = []
        const prefix = namespace ? keyIn(of, namespace, '') : prefixOf(of)
        loaded(of).scan(prefix, (stored, key) => {
          if (!key.startsWith(prefix)) return false
          found.push(stored.object)
          return true
        })
        return found as never
      },
      version: resource => loaded(resource).revision,
    },
    async get(resource, namespace, name) {
      const made = await upToDate(resource)
      const key = keyIn(resource, namespace, name)
      const known = made.get(key)
      if (store.synchronous) return known
      const { item } = await timed(resource, 'get', () => storeOf(resource).get(key))
      return item && known?.revision === item.modRevision ? known : item && put(resource, item)
    },
    async history(resource, start, end, at) {
      const tree = createTree<string, Stored>((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      const { items } = await timed(resource, 'list', () => storeOf(resource).range({ start, end, revision: at }))
      for (const item of items) tree.set(item.key, put(resource, item))
      return tree
    },
    async put(resource, object, expect) {
      const made = await cache(resource)
      const key = keyIn(resource, object.metadata.namespace, object.metadata.name ?? '')
      const value = codec.encode(resource, isConverted(resource) ? await asStored(resource, object) : object)
      const result = await timed(resource, expect === 0 ? 'create' : 'update', () =>
        storeOf(resource).put(key, value, {
          expect,
          ...(resource.ttlSeconds ? { ttlSeconds: resource.ttlSeconds } : {}),
        }),
      )
      await seen(made, result, resource)
      const stored = made.get(key)
      if (result.outcome === 'conflict') return { outcome: 'conflict', current: now(resource, result.current, stored) }
      // Somebody may have written again meanwhile: the answer is what this write made.
      if (stored?.revision === result.revision) return { outcome: 'done', stored }
      const own = isConverted(resource) ? encodeValue(resource, object) : value
      return { outcome: 'done', stored: storedOf(resource, key, result.revision, own) }
    },
    async delete(resource, stored) {
      const made = await cache(resource)
      const result = await timed(resource, 'delete', () =>
        storeOf(resource).delete(stored.key, { expect: stored.revision }),
      )
      await seen(made, result, resource)
      if (result.outcome === 'done') return { outcome: 'done', stored }
      return { outcome: 'conflict', current: now(resource, result.current, made.get(stored.key)) }
    },
  }
}
