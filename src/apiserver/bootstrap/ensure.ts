import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Client } from '../../client/client.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { Draft } from '../../schema/types.ts'
import type { ObjectReader } from '../contract.ts'

export interface BootstrapDeps {
  /** With every right. */
  readonly client: Client
  readonly objects: ObjectReader
}

/** What is to become of a stored object: leave it (the same object), change it, or make it anew (`undefined`). */
export type Merge<T> = (stored: T) => T | undefined

const attempts = 5

/** Creates the object where it is missing; where it is stored, does what `merge` says. Other servers may do the same meanwhile. */
export async function ensure<T extends KubeObject>(
  { client, objects }: BootstrapDeps,
  resource: Resource<T>,
  wanted: T,
  merge: Merge<T> = stored => stored,
): Promise<void> {
  const { name = '', namespace } = wanted.metadata
  const requests = client.of(resource)
  for (let attempt = 1; ; attempt++) {
    const stored = objects.get(resource, namespace, name)
    try {
      if (!stored) {
        await requests.create(wanted as Draft<T>)
        return
      }
      const merged = merge(stored)
      if (merged === stored || (merged && equal(merged, stored))) return
      if (merged) {
        await requests.update(merged as Draft<T>)
        return
      }
      await requests.delete(name, { namespace })
    } catch (error) {
      const overtaken = is(error, 'AlreadyExists') || is(error, 'Conflict') || is(error, 'NotFound')
      if (!overtaken || attempt === attempts) {
        throw new Error(`making sure of ${resource.singular} ${namespace ? `${namespace}/` : ''}${name}`, {
          cause: error,
        })
      }
    }
  }
}
