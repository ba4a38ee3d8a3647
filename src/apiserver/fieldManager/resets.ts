import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Changes, Resource } from '../../api/resource.ts'
import { along, difference, type FieldSet, setOf } from '../../schema/merge/apply/index.ts'

type Filter = (set: FieldSet) => FieldSet

/** What a create never stores, as a set. */
export const unsettable = (resource: Resource): FieldSet => pathSet(resource.changes?.resets ?? defaults(resource, ''))

const filters = new WeakMap<object, Filter>()
const asIs: Filter = set => set

/**
 * Takes out of a set what a write of this kind, or of a view of it, never stores, whoever sends it: nobody becomes the
 * manager of that. Upstream's `GetResetFields`. By default a write of the object leaves `status` alone, where the kind has
 * such a view, and a write of `status` leaves `spec` alone.
 */
export function settable(resource: Resource, subresource: string): Filter {
  const view = resource.subresources?.[subresource]
  const owner = view ?? resource
  const known = filters.get(owner)
  if (known) return known
  const changes: Changes<KubeObject> = (view?.form === 'view' ? view : resource.changes) ?? {}
  const made = filterOf(changes, defaults(resource, subresource))
  filters.set(owner, made)
  return made
}

function defaults(resource: Resource, subresource: string): readonly (readonly string[])[] {
  if (subresource === 'status') return resource.custom ? [['metadata'], ['spec']] : [['spec']]
  return resource.subresources?.status ? [['status']] : []
}

function filterOf({ resets, sets }: Changes<KubeObject>, otherwise: readonly (readonly string[])[]): Filter {
  if (sets) return set => along(set, sets)
  const paths = resets ?? otherwise
  if (paths.length === 0) return asIs
  const excluded = pathSet(paths)
  return set => difference(set, excluded, true)
}

const pathSet = (paths: readonly (readonly string[])[]): FieldSet =>
  setOf(...paths.map(path => path.map(name => `f:${name}`)))
