import { services } from '../../api/index.ts'
import type { Resource } from '../../api/resource.ts'
import type { Store } from '../../kv/contract.ts'
import type { Objects } from '../store/objects.ts'

/**
 * Addresses and ports that services are about to get, where several servers share a store: a claim keeps a value from
 * being given twice at the same moment. It goes by itself soon after: by then the Service is stored, and tells all
 * servers itself, or was not made.
 */
export interface Claims {
  /** Resolves when this server knows all services that were stored before. */
  fresh(): Promise<void>
  /** Whether a value is the owner's now; else another one has claimed it. */
  take(value: string, owner: string): Promise<boolean>
  /** Lets go of a value before its time, if the owner has it. */
  release(value: string, owner: string): Promise<void>
}

const prefix = '/registry/serviceclaims/'
/** Longer than any write takes. */
const ttlSeconds = 30

export function createClaims(store: Store, objects: Objects, signal: AbortSignal): Claims {
  const keyOf = (value: string) => prefix + value
  return {
    async fresh() {
      const [cache, present] = await Promise.all([
        objects.cache(services as unknown as Resource),
        objects.present() ?? Promise.resolve(undefined),
      ])
      if (present !== undefined) await cache.reached(present, signal)
    },
    async take(value, owner) {
      const claim = Buffer.from(owner)
      const result = await store.put(keyOf(value), claim, { expect: 0, ttlSeconds })
      if (result.outcome === 'done') return true
      return result.current !== undefined && Buffer.compare(result.current.value, claim) === 0
    },
    async release(value, owner) {
      const { item } = await store.get(keyOf(value))
      if (item && Buffer.from(item.value).toString() === owner)
        await store.delete(keyOf(value), { expect: item.modRevision })
    },
  }
}
