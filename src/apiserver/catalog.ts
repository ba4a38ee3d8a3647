import type { KubeObject } from '../api/meta/objectMeta.ts'
import type { Resource, ServedVersion } from '../api/resource.ts'
import type { Schema } from '../schema/derive/openapi.ts'
import type { ServedResource } from './discovery/served.ts'
import type { Routes } from './routes.ts'
import type { Served } from './verbs/scope.ts'

/**
 * A group and version that another server answers, even if this one could. Discovery and OpenAPI tell of it; its requests
 * find no kind here and so go to the path handlers.
 */
export interface ForeignVersion {
  readonly group: string
  readonly version: string
  /** As the other server told; those of the last answer while it is away. */
  readonly resources: readonly ServedResource[]
  readonly freshness: 'Current' | 'Stale'
  /** Higher stands first (`spec.groupPriorityMinimum`); groups of custom resources have 1000. */
  readonly groupPriority: number
  /** Higher stands first within the group (`spec.versionPriority`). */
  readonly versionPriority: number
  /** The OpenAPI v3 document that the other server has, as JSON text; undefined: it has none. */
  openapi?(): Promise<string | undefined>
  /** The schemas of all its kinds, out of its OpenAPI v2 document: the same object as long as they are the same. */
  definitions?(): Promise<Readonly<Record<string, Schema>> | undefined>
}

/** What a change of the catalog took away and put there. */
export interface CatalogChange {
  readonly removed: readonly Resource[]
  readonly added: readonly Resource[]
}

/**
 * What this server serves: the kinds that are built in, those that custom resource definitions add, replace and remove
 * while it runs, and the groups of other servers. Routes, discovery, OpenAPI and watch caches follow it.
 */
export interface Catalog extends Routes {
  /** All kinds of this server; a kind of several definitions of its versions stands once for each. */
  readonly resources: readonly Resource[]
  readonly foreign: readonly ForeignVersion[]
  /** Grows with every change: documents derived from the catalog know by it when they are stale. */
  readonly revision: number
  /** Makes these the kinds of an owner (the name of a definition), in place of those it had. Empty: it has none any more. */
  set(owner: string, resources: readonly Resource[]): void
  /** Makes this what an owner (the name of an APIService) adds; undefined: nothing any more. */
  setForeign(owner: string, version: ForeignVersion | undefined): void
  /** Calls back after each change, before `set` returns. Returns how to stop. */
  onChange(listener: (change: CatalogChange) => void): () => void
}

const hasGroup = (resources: readonly Resource[], group: string): boolean =>
  resources.some(each => each.group === group || each.versions?.some(version => version.group === group))

/** A kind that is told of in another way, but whose objects are what they were, keeps its cache and its watches. */
const isSame = (a: Resource, b: Resource) => a === b || (a.custom !== undefined && a.custom === b.custom)

const idOf = (group: string, version: string, plural: string) => `${group}/${version}/${plural}`

/** The ways in which one kind is served, each with an id of its own: in its own version and in others. */
export function* servedOf(resource: Resource): Generator<readonly [string, Served]> {
  const { group, version, plural, kind, apiVersion } = resource
  yield [idOf(group, version, plural), { resource, version: undefined, apiVersion, kind }]
  for (const other of resource.versions ?? []) {
    const named = other.group ? `${other.group}/${other.version}` : other.version
    yield [
      idOf(other.group, other.version, other.plural ?? plural),
      { resource, version: other as ServedVersion<KubeObject>, apiVersion: named, kind: other.kind ?? kind },
    ]
  }
}

/** The group that says who answers what: no other server does that. */
const aggregation = 'apiregistration.k8s.io'

/** A catalog that begins with the kinds that are built in: these stay, and come first where two have the same path. */
export function createCatalog(builtin: readonly Resource[]): Catalog {
  const fixed = new Map(builtin.flatMap(resource => [...servedOf(resource)]))
  const dynamic = new Map<string, Served>()
  const owned = new Map<string, readonly Resource[]>()
  const foreign = new Map<string, ForeignVersion>()
  const listeners = new Set<(change: CatalogChange) => void>()
  let all = builtin
  let others: readonly ForeignVersion[] = []
  let given: ReadonlySet<string> = new Set()
  let revision = 1

  const changed = (change: CatalogChange) => {
    revision++
    for (const listener of [...listeners]) listener(change)
  }
  return {
    get resources() {
      return all
    },
    get foreign() {
      return others
    },
    get revision() {
      return revision
    },
    find({ group, version, resource }) {
      if (others.length > 0 && given.has(`${group}/${version}`)) return undefined
      const id = idOf(group, version, resource)
      return fixed.get(id) ?? dynamic.get(id)
    },
    hasGroup: group => hasGroup(builtin, group),
    set(owner, resources) {
      const before = owned.get(owner) ?? []
      if (before.length === 0 && resources.length === 0) return
      for (const resource of before) for (const [id] of servedOf(resource)) dynamic.delete(id)
      for (const resource of resources) for (const [id, served] of servedOf(resource)) dynamic.set(id, served)
      if (resources.length > 0) owned.set(owner, resources)
      else owned.delete(owner)
      all = [...builtin, ...[...owned.values()].flat()]
      changed({
        removed: before.filter(each => !resources.some(other => isSame(each, other))),
        added: resources.filter(each => !before.some(other => isSame(each, other))),
      })
    },
    setForeign(owner, version) {
      if (version) foreign.set(owner, version)
      else if (!foreign.delete(owner)) return
      others = [...foreign.values()].filter(({ group }) => group !== aggregation)
      given = new Set(others.map(({ group, version }) => `${group}/${version}`))
      changed({ removed: [], added: [] })
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** What is derived from the catalog, made anew when that has changed since. */
export function derived<T>(catalog: Catalog, make: () => T): () => T {
  let made: { readonly revision: number; readonly value: T } | undefined
  return () => {
    if (made?.revision !== catalog.revision) made = { revision: catalog.revision, value: make() }
    return made.value
  }
}
