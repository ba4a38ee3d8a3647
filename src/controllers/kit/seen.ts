import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { type Cache, keyOf } from '../../client/cache.ts'

/**
 * What a controller wrote last of each object, so that it does not plan on a cached form that is older: it would count
 * anew what it has counted. The watch shows the write sooner or later, and the controller looks again.
 */
export interface Seen {
  wrote(object: KubeObject): void
  /** Whether the cached object is as new as what was written last. */
  shows(key: string): boolean
  forget(key: string): void
}

export function createSeen<T extends KubeObject>(cache: Cache<T>): Seen {
  const written = new Map<string, { uid: string; version: bigint }>()
  return {
    wrote(object) {
      const { uid = '', resourceVersion = '0' } = object.metadata
      written.set(keyOf(object), { uid, version: BigInt(resourceVersion) })
    },
    shows(key) {
      const last = written.get(key)
      const now = cache.get(key)
      if (!last || !now || now.metadata.uid !== last.uid) return true
      return BigInt(now.metadata.resourceVersion ?? '0') >= last.version
    },
    forget(key) {
      written.delete(key)
    },
  }
}
