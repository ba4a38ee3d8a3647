import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import type { ObjectReader, RequestInfo } from '../contract.ts'
import { mutates } from '../metrics/requests.ts'
import type { Routes } from '../routes.ts'
import type { Objects } from '../store/objects.ts'
import { mandatory, suggested } from './defaults.ts'
import type { FairnessDeps } from './fairness.ts'
import type { FlowSchemaLike, PriorityLevelLike } from './model.ts'
import type { KindSize } from './width.ts'

const group = 'flowcontrol.apiserver.k8s.io'

/** The two kinds, where this server has them. */
export function flowKinds(resources: readonly Resource[]) {
  const find = (plural: string) => resources.find(resource => resource.qualified === `${plural}.${group}`)
  const schemas = find('flowschemas')
  const levels = find('prioritylevelconfigurations')
  return schemas && levels ? { schemas, levels } : undefined
}

/** The objects that decide; the mandatory ones as they must be, also before anybody made them. */
export function flowObjects(
  resources: readonly Resource[],
  reader: ObjectReader,
): Pick<FairnessDeps, 'version' | 'schemas' | 'levels'> {
  const kinds = flowKinds(resources)
  if (!kinds) {
    return {
      version: () => 1,
      schemas: () => [...mandatory.schemas, ...suggested.schemas],
      levels: () => [...mandatory.levels, ...suggested.levels],
    }
  }
  const listed = <T extends { readonly metadata: { readonly name?: string } }>(
    kind: Resource,
    always: readonly T[],
  ): readonly T[] => {
    const stored = reader.list(kind) as readonly KubeObject[] as unknown as readonly T[]
    return [...stored, ...always.filter(({ metadata }) => !stored.some(each => each.metadata.name === metadata.name))]
  }
  return {
    version: () => `${reader.version(kinds.schemas)}/${reader.version(kinds.levels)}`,
    schemas: () => listed<FlowSchemaLike>(kinds.schemas, mandatory.schemas),
    levels: () => listed<PriorityLevelLike>(kinds.levels, mandatory.levels),
  }
}

/** How many watchers would hear of what a request changes; undefined: it changes nothing that is watched. */
export function watcherCounts(
  routes: Pick<Routes, 'find'>,
  objects: Pick<Objects, 'opened'>,
): (info: RequestInfo) => number | undefined {
  return info => {
    if (!info.isResource || !mutates(info)) return undefined
    // A token that is made is no event for those who watch its account.
    if (info.resource === 'serviceaccounts' && info.subresource === 'token') return undefined
    const served = routes.find(info)
    const cache = served && !served.resource.virtual ? objects.opened(served.resource) : undefined
    return cache?.watchers.interested(info.namespace, info.name)
  }
}

/** How many objects are looked at to tell the size of all. */
const sampled = 16

/** How large lists of a kind are: by the number of objects and the bytes of the first few. */
export function listSizes(
  routes: Pick<Routes, 'find'>,
  objects: Pick<Objects, 'opened'>,
): (info: RequestInfo) => KindSize | undefined {
  return info => {
    const served = routes.find(info)
    const cache = served && !served.resource.virtual ? objects.opened(served.resource) : undefined
    if (!cache) return undefined
    // Small kinds take one seat whatever their objects are like, but for huge ones.
    let count = 0
    let bytes = 0
    cache.scan('', stored => {
      bytes += stored.json.length
      return ++count < sampled
    })
    return count === 0 ? { objects: 0, bytes: 0 } : { objects: cache.size, bytes: Math.ceil(bytes / count) }
  }
}
