import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { CustomKind, Resource } from '../../api/resource.ts'
import type { KeyValue, Store, StoreEvent, WriteResult } from '../../kv/contract.ts'

/** A kind whose versions somebody else converts. */
export type ConvertedKind = Resource & { readonly custom: CustomKind & { convert: NonNullable<CustomKind['convert']> } }

export const isConverted = (resource: Resource): resource is ConvertedKind => resource.custom?.convert !== undefined

const decoder = new TextDecoder()

/** The version that a converted value had in the store. */
const versions = new WeakMap<Uint8Array, string>()

/** The version that a value has in the store, where it was converted on its way here. */
export const storedVersionOf = (value: Uint8Array): string | undefined => versions.get(value)

/**
 * The store as one version of a converted kind sees it: every value it reads is of that version. Nothing of it is
 * synchronous, since somebody has to be asked. A watch ends with an error when he does not convert.
 */
export function convertingStore(store: Store, resource: ConvertedKind): Store {
  const { apiVersion, custom } = resource
  const progress = new Map<string, () => void>()

  /** Several values at once, so that it is asked once. */
  const converted = async (items: readonly KeyValue[]): Promise<readonly KeyValue[]> => {
    const read = items.map(({ value }) => JSON.parse(decoder.decode(value)) as KubeObject)
    const foreign = read.filter(object => object.apiVersion !== apiVersion)
    if (foreign.length === 0) return items
    const made = await custom.convert(foreign, apiVersion)
    let next = 0
    return items.map((item, index) => {
      const before = read[index]?.apiVersion
      if (before === apiVersion) return item
      const value = Buffer.from(JSON.stringify(made[next++]))
      versions.set(value, before ?? '')
      return { ...item, value }
    })
  }
  const one = async (item: KeyValue | undefined) => item && (await converted([item]))[0]
  const events = async (given: readonly StoreEvent[]): Promise<readonly StoreEvent[]> => {
    const items = given.flatMap(event => [
      ...(event.type === 'put' ? [event.item] : []),
      ...(event.previous ? [event.previous] : []),
    ])
    const made = new Map((await converted(items)).map((item, index) => [items[index], item]))
    const of = (item: KeyValue) => made.get(item) ?? item
    return given.map(event =>
      event.type === 'put'
        ? { ...event, item: of(event.item), previous: event.previous && of(event.previous) }
        : { ...event, previous: of(event.previous) },
    )
  }
  const result = async (written: WriteResult): Promise<WriteResult> =>
    written.outcome === 'conflict' ? { ...written, current: await one(written.current) } : written

  return {
    synchronous: false,
    shared: store.shared ?? false,
    revision: () => store.revision(),
    async get(key, options) {
      const got = await store.get(key, options)
      return { ...got, item: await one(got.item) }
    },
    async range(options) {
      const got = await store.range(options)
      return { ...got, items: await converted(got.items) }
    },
    put: async (key, value, options) => result(await store.put(key, value, options)),
    delete: async (key, options) => result(await store.delete(key, options)),
    async watch({ prefix, after, signal, onEvents, onError }) {
      let chain = Promise.resolve()
      const next = (work: () => Promise<void>) => {
        chain = chain.then(async () => {
          if (signal.aborted) return
          try {
            await work()
          } catch (error) {
            if (!signal.aborted) onError(error as Error)
          }
        })
      }
      const tell = (given: readonly StoreEvent[], revision: number) =>
        next(async () => onEvents(await events(given), revision))
      progress.set(prefix, () => next(async () => onEvents([], await store.revision())))
      await store.watch({ prefix, ...(after === undefined ? {} : { after }), signal, onEvents: tell, onError })
      await chain
    },
    compact: revision => store.compact(revision),
    askProgress(prefix) {
      if (store.askProgress) store.askProgress(prefix)
      else progress.get(prefix)?.()
    },
    get trouble() {
      return store.trouble
    },
    size: () => store.size(),
    close: () => store.close(),
  }
}
