import { isTrue } from '../../api/apiextensions/conditions.ts'
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
} from '../../api/apiextensions/customResourceDefinition.ts'
import type { Resource } from '../../api/resource.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { Catalog } from '../catalog.ts'
import type { Objects } from '../store/objects.ts'
import { predicateOf } from '../store/predicate.ts'
import { ending, isServed, type KindDeps, kindsOf } from './kind.ts'

export interface ServingDeps extends KindDeps {
  readonly objects: Objects
  readonly catalog: Catalog
}

/** What is served of a definition, and what it was made of. */
interface Serving {
  readonly definition: CustomResourceDefinition
  readonly kinds: readonly Resource[]
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

  const put = (definition: CustomResourceDefinition) => {
    const { name = '' } = definition.metadata
    if (!isServed(definition)) {
      remove(name)
      return
    }
    const before = served.get(name)
    const kinds = before && isAlike(before.definition, definition) ? before.kinds : kindsOf(definition, deps)
    served.set(name, { definition, kinds })
    const goes = isTrue(definition, 'Terminating')
    const went = before !== undefined && isTrue(before.definition, 'Terminating')
    if (kinds !== before?.kinds || goes !== went) catalog.set(name, goes ? ending(kinds) : kinds)
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

/** Whether two states of a definition make the same kinds. */
const isAlike = (a: CustomResourceDefinition, b: CustomResourceDefinition): boolean =>
  a.metadata.uid === b.metadata.uid && equal(a.spec, b.spec) && equal(a.status.acceptedNames, b.status.acceptedNames)
