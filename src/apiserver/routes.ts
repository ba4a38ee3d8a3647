import type { KubeObject } from '../api/meta/objectMeta.ts'
import type { Resource, ServedVersion } from '../api/resource.ts'
import type { RequestInfo } from './contract.ts'
import type { Served } from './verbs/scope.ts'

/** Finds the kind a path is about. */
export interface Routes {
  /** Storage kinds, each once. */
  readonly resources: readonly Resource[]
  find(info: RequestInfo): Served | undefined
}

/** All kinds in all their versions, by group, version and plural. */
export function createRoutes(resources: readonly Resource[]): Routes {
  const table = new Map<string, Served>()
  const idOf = (group: string, version: string, plural: string) => `${group}/${version}/${plural}`
  for (const resource of resources) {
    const { group, version, plural, kind, apiVersion } = resource
    table.set(idOf(group, version, plural), { resource, version: undefined, apiVersion, kind })
    for (const other of resource.versions ?? []) {
      const id = idOf(other.group, other.version, other.plural ?? plural)
      const named = other.group ? `${other.group}/${other.version}` : other.version
      table.set(id, {
        resource,
        version: other as ServedVersion<KubeObject>,
        apiVersion: named,
        kind: other.kind ?? kind,
      })
    }
  }
  return { resources, find: ({ group, version, resource }) => table.get(idOf(group, version, resource)) }
}
