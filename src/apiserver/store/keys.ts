import type { Resource } from '../../api/resource.ts'

/** Groups of upstream's servers of their own (definitions, aggregation), whose keys name the group, as those of custom resources do. */
const named = new Set(['apiextensions.k8s.io', 'apiregistration.k8s.io'])

/** Key of a kind's objects, in upstream's layout: `/registry/pods/`, `/registry/example.com/widgets/`. */
export function prefixOf({ storagePrefix, custom, group, plural }: Resource): string {
  return `/registry/${storagePrefix ?? (custom || named.has(group) ? `${group}/${plural}` : plural)}/`
}

/** Key of one object. */
export const keyIn = (resource: Resource, namespace: string | undefined, name: string): string =>
  resource.namespaced ? `${prefixOf(resource)}${namespace}/${name}` : `${prefixOf(resource)}${name}`
