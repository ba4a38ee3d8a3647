import type { KubeObject } from '../api/meta/objectMeta.ts'
import type { Resource } from '../api/resource.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import { linkedSignal } from '../base/signals.ts'
import { type Cache, createCache } from './cache.ts'
import type { Client } from './client.ts'
import { follow } from './reflector.ts'

/** What happens to a cached object. Handlers run in order, after the cache changed, and must not throw. */
export interface Handler<T> {
  added?(object: T): void
  changed?(object: T, before: T): void
  removed?(object: T): void
}

/**
 * A cache of one kind, kept up to date by a watch. The cache is eventually what the server has: it may lag, and several
 * changes of one object may arrive as one; but an object never goes back in time, and each handler sees added, changed
 * and removed of one object in order. After `whenSynced` the cache has held a whole, consistent list at least once.
 */
export interface Informer<T extends KubeObject> {
  readonly resource: Resource<T>
  readonly cache: Cache<T>
  readonly synced: boolean
  /** Resolves once synced; rejects when the informers stop before. */
  whenSynced(): Promise<void>
  /** Adds a handler; it is told `added` of what is there already. Returns how to take it off. */
  on(handler: Handler<T>): () => void
}

export interface InformerOptions {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  /** The cache holds only what tells objects apart, who owns them and what holds them up: it is much smaller. */
  readonly identityOnly?: boolean
}

/** Informers shared by everyone who asks with the same kind and options. */
export interface Informers {
  of<T extends KubeObject>(resource: Resource<T>, options?: InformerOptions): Informer<T>
  /** Ends the informers of a kind that is no longer served, whoever asked for them. */
  forget(resource: Resource): void
  /** Resolves once every informer asked for so far is synced. */
  whenSynced(): Promise<void>
  /** Resolves when the signal aborted and all watches are closed. */
  readonly stopped: Promise<void>
}

export interface InformersDeps {
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

export function createInformers(deps: InformersDeps): Informers {
  const known = new Map<string, { informer: Informer<KubeObject>; done: Promise<void>; end(): void }>()
  const ending = new Set<Promise<void>>()
  const stopped = new Promise<void>(resolve => {
    const finish = () =>
      void Promise.all([...ending, ...[...known.values()].map(each => each.done)]).then(() => resolve())
    if (deps.signal.aborted) finish()
    else deps.signal.addEventListener('abort', finish, { once: true })
  })
  return {
    stopped,
    of<T extends KubeObject>(resource: Resource<T>, options: InformerOptions = {}) {
      const id = [
        resource.qualified,
        resource.version,
        options.namespace,
        options.labelSelector,
        options.fieldSelector,
        options.identityOnly,
      ].join('\0')
      let entry = known.get(id)
      if (!entry) {
        entry = startInformer(deps, resource as unknown as Resource, options)
        known.set(id, entry)
      }
      return entry.informer as unknown as Informer<T>
    },
    forget({ qualified, version }) {
      for (const [id, { informer, done, end }] of known) {
        if (informer.resource.qualified !== qualified || informer.resource.version !== version) continue
        known.delete(id)
        end()
        ending.add(done)
        void done.finally(() => ending.delete(done))
      }
    },
    async whenSynced() {
      await Promise.all([...known.values()].map(each => each.informer.whenSynced()))
    },
  }
}

function startInformer(deps: InformersDeps, resource: Resource, options: InformerOptions) {
  const life = linkedSignal(deps.signal)
  const cache = createCache<KubeObject>()
  const handlers = new Set<Handler<KubeObject>>()
  const sync = Promise.withResolvers<void>()
  sync.promise.catch(() => {})
  let synced = false

  const put = (object: KubeObject) => {
    const before = cache.set(object)
    if (before && before.metadata.resourceVersion === object.metadata.resourceVersion) return
    for (const handler of handlers) before ? handler.changed?.(object, before) : handler.added?.(object)
  }
  const take = (key: string) => {
    const before = cache.delete(key)
    if (before) for (const handler of handlers) handler.removed?.(before)
  }
  const done = follow(
    { ...deps, signal: life.signal, resource, options },
    {
      put,
      take,
      replaceAll(objects) {
        for (const key of [...cache.keys()]) if (!objects.has(key)) take(key)
        for (const object of objects.values()) put(object)
        synced = true
        sync.resolve()
      },
    },
  ).finally(() => sync.reject(new Error(`the informer of ${resource.qualified} stopped before it was synced`)))

  const informer: Informer<KubeObject> = {
    resource,
    cache,
    get synced() {
      return synced
    },
    whenSynced: () => sync.promise,
    on(handler) {
      handlers.add(handler)
      for (const object of cache.list()) handler.added?.(object)
      return () => void handlers.delete(handler)
    },
  }
  return { informer, done, end: life.abort }
}
