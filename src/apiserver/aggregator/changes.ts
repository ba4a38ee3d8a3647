import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import type { Watch } from '../../client/controller.ts'
import type { Objects } from '../store/objects.ts'
import { predicateOf } from '../store/predicate.ts'

/** Tells a controller of the objects of a kind, out of the watch cache: of those there are, and of each change. */
export async function changesOf<T extends KubeObject>(
  objects: Objects,
  resource: Resource<T>,
  keys: (object: T) => Iterable<string>,
): Promise<Watch> {
  const of = resource as unknown as Resource
  const cache = await objects.cache(of)
  const everything = predicateOf({ resource: of, version: undefined }, undefined, new URLSearchParams())
  return {
    informer: { whenSynced: () => Promise.resolve() },
    begin(queue) {
      const send = (object: KubeObject) => {
        for (const key of keys(object as T)) queue.add(key)
      }
      cache.scan('', stored => {
        send(stored.object)
        return true
      })
      return cache.watch(everything, cache.revision, ({ stored }) => send(stored.object))
    },
  }
}
