import { isTrue } from '../../api/apiextensions/conditions.ts'
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
} from '../../api/apiextensions/customResourceDefinition.ts'
import type { Resource } from '../../api/resource.ts'
import type { Catalog } from '../catalog.ts'
import { keyIn } from '../store/codec.ts'
import type { Objects } from '../store/objects.ts'
import { predicateOf } from '../store/predicate.ts'
import { ending, isServed, type KindDeps, type KindSources, kindsOf, madeOf } from './kind.ts'

export interface ServingDeps extends KindDeps {
  readonly objects: Objects
  readonly catalog: Catalog
}

/** What is served of a definition, what it was made of, and whether it goes. */
interface Serving {
  readonly madeOf: string
  readonly kinds: readonly Resource[]
  readonly goes: boolean
}

/**
 * Keeps the catalog up to the definitions in the store, from now on. A kind is served before the write that established
 * it is answered. Only a change of what the kind is makes it anew, which ends its watches.
 */
export async function serveDefinitions(deps: ServingDeps): Promise<void> {
  const { objects, catalog } = deps
  const of = customResourceDefinitions as unknown as Resource
  const cache = await objects.cache(of)
  const served = new Map<string, Serving>()

  const sources: KindSources = {
    ...deps,
    load: name => cache.get(keyIn(of, undefined, name))?.object as CustomResourceDefinition | undefined,
  }
  const put = (definition: CustomResourceDefinition) => {
    const { name = '' } = definition.metadata
    if (!isServed(definition)) {
      remove(name)
      return
    }
    const before = served.get(name)
    const now = madeOf(definition)
    const kinds = before?.madeOf === now ? before.kinds : kindsOf(definition, sources)
    const goes = isTrue(definition, 'Terminating')
    served.set(name, { madeOf: now, kinds, goes })
    if (kinds !== before?.kinds || goes !== before.goes) catalog.set(name, goes ? ending(kinds) : kinds)
  }
  const remove = (name: string) => {
    if (served.delete(name)) catalog.set(name, [])
  }

  cache.scan('', stored => {
    put(stored.object as CustomResourceDefinition)
    return true
  })
  const everything = predicateOf({ resource: of, version: undefined }, undefined, new URLSearchParams())
  cache.watch(everything, cache.revision, ({ type, stored }) => {
    const definition = stored.object as CustomResourceDefinition
    if (type === 'put') put(definition)
    else remove(definition.metadata.name ?? '')
  })
}
