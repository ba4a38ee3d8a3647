import {
  type CustomResourceDefinition,
  customResourceDefinitions,
} from '../../api/apiextensions/customResourceDefinition.ts'
import type { Resource } from '../../api/resource.ts'
import { keyIn } from '../store/codec.ts'
import type { Objects } from '../store/objects.ts'
import { predicateOf } from '../store/predicate.ts'
import type { Definitions } from './controller.ts'

/** The definitions, out of the watch cache. */
export async function definitionsOf(objects: Objects): Promise<Definitions> {
  const of = customResourceDefinitions as unknown as Resource
  const cache = await objects.cache(of)
  const everything = predicateOf({ resource: of, version: undefined }, undefined, new URLSearchParams())
  return {
    get: name => cache.get(keyIn(of, undefined, name))?.object as CustomResourceDefinition | undefined,
    on(changed) {
      cache.scan('', stored => {
        changed(stored.object as CustomResourceDefinition, 'there')
        return true
      })
      return cache.watch(everything, cache.revision, ({ type, stored, previous }) => {
        const how = type === 'delete' ? 'removed' : previous ? 'changed' : 'there'
        changed(stored.object as CustomResourceDefinition, how)
      })
    },
  }
}
