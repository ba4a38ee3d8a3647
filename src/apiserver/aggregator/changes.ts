import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import type { Watch } from '../../client/controller.ts'
import type { Objects } from '../store/objects.ts'
import { predicateOf } from '../store/predicate.ts'
import { itemsNow } from '../verbs/listItems.ts'

/**
 * Tells a controller of the objects of a kind, out of the watch cache: of those there are, and of each change. `only`:
 * of this one object; the others are not looked at.
 */
export async function changesOf<T extends KubeObject>(
  objects: Objects,
  resource: Resource<T>,
  keys: (object: T) => Iterable<string>,
  only?: { readonly namespace: string; readonly name: string },
): Promise<Watch> {
  const of = resource as unknown as Resource
  const cache = await objects.cache(of)
  const wanted = predicateOf({ resource: of, version: undefined }, only?.namespace, new URLSearchParams(), only?.name)
  return {
    informer: { whenSynced: () => Promise.resolve() },
    begin(queue) {
      const send = (object: KubeObject) => {
        for (const key of keys(object as T)) queue.add(key)
      }
      for (const stored of itemsNow(cache, wanted).items) send(stored.object)
      return cache.watch(wanted, cache.revision, ({ stored }) => send(stored.object))
    },
  }
}
