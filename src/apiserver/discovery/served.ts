import { oldScales } from '../../api/autoscaling/oldScale.ts'
import type { Resource, Subresource } from '../../api/resource.ts'
import type { ForeignVersion } from '../catalog.ts'
import { customPriority, type Priority, priorityOf } from './priorities.ts'

/** A resource, or a subresource of one, as one group and version serves it. */
export interface ServedResource {
  /** Plural. */
  readonly name: string
  readonly singular: string
  readonly kind: string
  /** Group and version of the kind, where another server tells them. */
  readonly of?: { readonly group: string; readonly version: string }
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly short: readonly string[]
  readonly categories: readonly string[]
  /** Group, version and kind as kept in the store; absent when nothing is kept. */
  readonly stored?: { readonly group: string; readonly version: string; readonly kind: string }
  readonly subresources: readonly ServedSubresource[]
}

export interface ServedSubresource {
  readonly name: string
  /** Empty group and version: those of the resource. */
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly verbs: readonly string[]
}

export interface ServedVersions {
  readonly version: string
  /** `v1`, `apps/v1`. */
  readonly groupVersion: string
  /** Sorted by name. */
  readonly resources: readonly ServedResource[]
  readonly freshness: 'Current' | 'Stale'
  /** Another server answers it. */
  readonly foreign: boolean
}

export interface ServedGroup {
  /** Empty for the core group. */
  readonly name: string
  /** Preferred first. */
  readonly versions: readonly ServedVersions[]
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** Groups that upstream has given up. */
const formerGroups = new Set(['extensions'])

/** All groups with their versions and resources, in the order in which discovery tells them. */
export function servedGroups(
  resources: readonly Resource[],
  foreign: readonly ForeignVersion[] = [],
): readonly ServedGroup[] {
  const groups = new Map<string, Map<string, ServedResource[]>>()
  /** By `group/version`. */
  const priorities = new Map<string, Priority>()
  const add = (group: string, version: string, served: ServedResource, priority: Priority) => {
    priorities.set(`${group}/${version}`, priority)
    const versions = groups.get(group) ?? new Map<string, ServedResource[]>()
    groups.set(group, versions)
    const all = versions.get(version) ?? []
    versions.set(version, all)
    all.push(served)
  }
  for (const resource of resources) {
    const { custom } = resource
    const own = describe(resource, resource, resource.plural, resource.kind)
    add(resource.group, resource.version, own, custom ? customPriority : builtinPriority(resource))
    for (const { group, version, plural, kind, subresources } of resource.versions ?? []) {
      const served = describe(
        resource,
        { group, version, subresources },
        plural ?? resource.plural,
        kind ?? resource.kind,
      )
      add(group, version, served, builtinPriority({ group, version }))
    }
  }
  const others = new Map(foreign.map(each => [`${each.group}/${each.version}`, each]))
  for (const each of foreign) {
    const versions = groups.get(each.group) ?? new Map<string, ServedResource[]>()
    groups.set(each.group, versions)
    versions.set(each.version, [...each.resources])
    priorities.set(`${each.group}/${each.version}`, { group: each.groupPriority, version: each.versionPriority })
  }
  const priority = (group: string, versions: Iterable<string>) =>
    Math.max(...[...versions].map(version => priorities.get(`${group}/${version}`)?.group ?? 0))
  const versionPriority = (group: string, version: string) => priorities.get(`${group}/${version}`)?.version ?? 0
  return [...groups]
    .map(([name, versions]) => ({ name, versions, priority: priority(name, versions.keys()) }))
    .sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1))
    .map(({ name, versions }) => ({
      name,
      versions: [...versions]
        .sort(([a], [b]) => versionPriority(name, b) - versionPriority(name, a) || compareVersions(a, b))
        .map(([version, all]) => ({
          version,
          groupVersion: name ? `${name}/${version}` : version,
          resources: all.sort(byName),
          freshness: others.get(`${name}/${version}`)?.freshness ?? 'Current',
          foreign: others.has(`${name}/${version}`),
        })),
    }))
}

/** Versions that upstream has given up come last in their group, and groups that it has given up last of all. */
function builtinPriority({ group, version }: { readonly group: string; readonly version: string }): Priority {
  if (group === 'apiregistration.k8s.io') return { group: 20_001, version: version === 'v1' ? 15 : 0 }
  return priorityOf(group, version) ?? { group: 0, version: 0 }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)

/** The version that a resource is served in, and what only that one has. */
interface Version {
  readonly group: string
  readonly version: string
  readonly subresources?: Resource['subresources'] | undefined
}

function describe(resource: Resource, servedIn: Version, plural: string, kind: string): ServedResource {
  const { group, version } = resource
  return {
    name: plural,
    singular: kind === resource.kind ? resource.singular : kind.toLowerCase(),
    kind,
    namespaced: resource.namespaced,
    verbs: [...(resource.verbs ?? (resource.virtual ? ['create'] : allVerbs))].sort(),
    // Under a former group short names would only be ambiguous: clients warn of that, and `all` would tell objects twice.
    short: formerGroups.has(servedIn.group) ? [] : (resource.short ?? []),
    categories: formerGroups.has(servedIn.group) ? [] : (resource.in ?? []),
    ...(isStored(resource) ? { stored: { group, version, kind: resource.kind } } : {}),
    subresources: Object.entries({ ...resource.subresources, ...servedIn.subresources })
      .map(([name, subresource]) => describeSubresource(name, kind, subresource as Subresource<unknown>, servedIn))
      .sort(byName),
  }
}

/** Of the versions of a custom resource, only one is what is stored. */
const isStored = ({ virtual, custom, apiVersion }: Resource) =>
  !virtual && (custom === undefined || custom.storedAs === apiVersion)

const viewVerbs = ['get', 'patch', 'update']

function describeSubresource(
  name: string,
  kind: string,
  subresource: Subresource<unknown>,
  servedIn: Version,
): ServedSubresource {
  if (subresource.form === 'scale') {
    const old = oldScales[`${servedIn.group}/${servedIn.version}`]
    const { group, version } = old ? servedIn : { group: 'autoscaling', version: 'v1' }
    return { name, group, version, kind: 'Scale', verbs: viewVerbs }
  }
  if (subresource.form === 'view') {
    return { name, group: '', version: '', kind, verbs: [...(subresource.verbs ?? viewVerbs)].sort() }
  }
  const { group = '', version = '', verbs } = subresource
  return { name, group, version, kind: subresource.kind, verbs: [...verbs].sort() }
}

const form = /^v(\d+)(?:(alpha|beta)(\d+))?$/
const maturity = (stage: string | undefined) => (stage === undefined ? 2 : stage === 'beta' ? 1 : 0)

/** Versions by how they are preferred: stable, beta, alpha, each the higher number first; others last, by name (`apimachinery/version`). */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [form.exec(a), form.exec(b)]
  if (!x || !y) return x ? -1 : y ? 1 : a < b ? -1 : 1
  return maturity(y[2]) - maturity(x[2]) || Number(y[1]) - Number(x[1]) || Number(y[3] ?? 0) - Number(x[3] ?? 0)
}
