import { type Endpoints, endpoints } from '../../api/index.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import { prefixEnd, type Store } from '../../kv/contract.ts'
import { storedOf, upstreamCodec } from './codec.ts'

/**
 * Which API servers of a cluster live, where several share a store: each keeps a key with its address that goes by
 * itself when it is not renewed. Keys and values are upstream's (`controlplane/reconcilers`), so that its servers and
 * Caravel's know of each other.
 */
export interface ServerLeases {
  /** Says that the server at this address lives, for the next 15 seconds. */
  renew(address: string): Promise<void>
  /** The addresses of all that live, sorted. */
  addresses(): Promise<readonly string[]>
  remove(address: string): Promise<void>
}

const prefix = '/registry/masterleases/'
const ttlSeconds = 15
const kind = endpoints as unknown as Resource

export function createServerLeases(store: Store): ServerLeases {
  return {
    async renew(address) {
      const subsets = [{ addresses: [{ ip: address }] }]
      await store.put(prefix + address, upstreamCodec.encode(kind, { metadata: {}, subsets } as KubeObject), {
        ttlSeconds,
      })
    },
    async addresses() {
      const { items } = await store.range({ start: prefix, end: prefixEnd(prefix) })
      const found = items.map(({ key, modRevision, value }) => {
        const { subsets } = storedOf(kind, key, modRevision, value).object as Endpoints
        return subsets?.[0]?.addresses?.[0]?.ip
      })
      return found.filter(address => address !== undefined).sort()
    },
    async remove(address) {
      await store.delete(prefix + address)
    },
  }
}
