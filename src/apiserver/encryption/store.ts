import { onAbort } from '../../base/signals.ts'
import type { KeyValue, Store, StoreEvent, WriteResult } from '../../kv/contract.ts'
import type { Place } from './places.ts'
import type { Opened } from './provider.ts'
import type { Transformers } from './transformers.ts'

export interface EncryptionDeps {
  /** The kind of a key. */
  placeOf(key: string): Place
  /** The name under which a sealed value is bound to its place: the key as the store below has it. */
  nameOf(key: string): string
  /** How values are sealed at present. */
  current(): Transformers
  /** Whether opening may have to wait for a key service. */
  readonly waits: boolean
}

type Maybe<T> = T | Promise<T>

const then = <A, B>(value: Maybe<A>, next: (value: A) => B): Maybe<B> =>
  value instanceof Promise ? value.then(next) : next(value)

function all<T>(values: readonly Maybe<T>[]): Maybe<T[]> {
  return values.some(value => value instanceof Promise) ? Promise.all(values) : (values as T[])
}

/** A store whose values are sealed in the one below. Readers and watchers see them open. */
export function encryptedStore(below: Store, { placeOf, nameOf, current, waits }: EncryptionDeps): Store {
  const open = (item: KeyValue): Maybe<KeyValue> => {
    const place = placeOf(item.key)
    return then(current().open(place, item.value, nameOf(item.key)), ({ value, form }: Opened) => ({
      ...item,
      value,
      stale: () => current().isStale(place, form),
    }))
  }
  const openAny = (item: KeyValue | undefined): Maybe<KeyValue | undefined> => item && open(item)
  const openResult = async (result: WriteResult): Promise<WriteResult> =>
    result.outcome === 'done'
      ? { ...result, previous: await openAny(result.previous) }
      : { ...result, current: await openAny(result.current) }
  const openEvent = (event: StoreEvent): Maybe<StoreEvent> => {
    if (event.type === 'delete') return then(open(event.previous), previous => ({ ...event, previous }))
    const both = all<KeyValue | undefined>([open(event.item), openAny(event.previous)])
    return then(both, ([item, previous]) => ({ ...event, item: item as KeyValue, previous }))
  }

  const watches = new Set<{ readonly prefix: string; tell(revision: number): void }>()

  return {
    synchronous: below.synchronous && !waits,
    revision: () => below.revision(),
    async get(key, options) {
      const result = await below.get(key, options)
      return { ...result, item: await openAny(result.item) }
    },
    async range(options) {
      const result = await below.range(options)
      return { ...result, items: await all(result.items.map(open)) }
    },
    async put(key, value, options) {
      const sealed = current().seal(placeOf(key), value, nameOf(key))
      return openResult(await below.put(key, sealed, options))
    },
    delete: async (key, options) => openResult(await below.delete(key, options)),
    async watch(options) {
      const over = new AbortController()
      const signal = AbortSignal.any([options.signal, over.signal])
      /** Events that wait for a key hold up those behind them. */
      let behind: Promise<void> | undefined
      const fail = (error: unknown) => {
        if (signal.aborted) return
        over.abort()
        options.onError(error as Error)
      }
      const inTurn = (opened: Maybe<readonly StoreEvent[]>, revision: number) => {
        const before = behind ?? Promise.resolve()
        const turn: Promise<void> = Promise.all([opened, before])
          .then(([events]) => {
            if (signal.aborted) return
            try {
              options.onEvents(events, revision)
            } catch (cause) {
              throw new Error(`the watcher of ${options.prefix} failed at revision ${revision}`, { cause })
            }
          })
          .catch(fail)
          .finally(() => {
            if (behind === turn) behind = undefined
          })
        behind = turn
      }
      const watching = { prefix: options.prefix, tell: (revision: number) => inTurn([], revision) }
      watches.add(watching)
      onAbort(signal, () => void watches.delete(watching))
      await below.watch({
        ...options,
        signal,
        onEvents(events, revision) {
          let opened: Maybe<StoreEvent[]>
          try {
            opened = all(events.map(openEvent))
          } catch (error) {
            fail(error)
            return
          }
          if (behind || opened instanceof Promise) inTurn(opened, revision)
          else if (!signal.aborted) options.onEvents(opened, revision)
        },
        onError: fail,
      })
      while (behind) await behind
    },
    askProgress(prefix) {
      if (below.askProgress) {
        below.askProgress(prefix)
        return
      }
      // The store below has told all it knows: what waits here for a key is all that is still to come.
      for (const { tell } of [...watches].filter(each => each.prefix === prefix))
        void below.revision().then(tell, () => {})
    },
    compact: revision => below.compact(revision),
    ...(below.compactInTurn ? { compactInTurn: below.compactInTurn } : {}),
    ...(below.shared ? { shared: below.shared } : {}),
    get trouble() {
      return below.trouble
    },
    size: () => below.size(),
    close: () => below.close(),
  }
}
