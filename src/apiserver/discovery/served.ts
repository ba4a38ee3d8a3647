import type { Resource, Subresource } from '../../api/resource.ts'
import type { ForeignVersion } from '../catalog.ts'

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

/** Upstream's order of groups: clients that find a kind in two take the first. */
const groupOrder = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
]
/** Groups that upstream has given up: last of all. */
const formerGroups = new Set(['extensions'])

/** All groups with their versions and resources, in the order in which discovery tells them. */
export function servedGroups(
  resources: readonly Resource[],
  foreign: readonly ForeignVersion[] = [],
): readonly ServedGroup[] {
  const groups = new Map<string, Map<string, ServedResource[]>>()
  const add = (group: string, version: string, served: ServedResource) => {
    const versions = groups.get(group) ?? new Map<string, ServedResource[]>()
    groups.set(group, versions)
    const all = versions.get(version) ?? []
    versions.set(version, all)
    all.push(served)
  }
  for (const resource of resources) {
    add(resource.group, resource.version, describe(resource, resource.group, resource.plural, resource.kind))
    for (const { group, version, plural, kind } of resource.versions ?? []) {
      add(group, version, describe(resource, group, plural ?? resource.plural, kind ?? resource.kind))
    }
  }
  const others = new Map(foreign.map(each => [`${each.group}/${each.version}`, each]))
  for (const each of foreign) {
    const versions = groups.get(each.group) ?? new Map<string, ServedResource[]>()
    groups.set(each.group, versions)
    versions.set(each.version, [...each.resources])
  }
  const priority = (group: string) =>
    Math.max(ofCustomResources, ...foreign.filter(each => each.group === group).map(each => each.groupPriority))
  const versionPriority = (group: string, version: string) =>
    others.get(`${group}/${version}`)?.versionPriority ?? ofCustomVersions
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || priority(b) - priority(a) || (a < b ? -1 : 1))
    .map(([name, versions]) => ({
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

/** Priorities under which upstream registers the groups of custom resources, and their versions. */
const ofCustomResources = 1000
const ofCustomVersions = 100

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)

function rank(group: string): number {
  if (formerGroups.has(group)) return groupOrder.length + 1
  const known = groupOrder.indexOf(group)
  return known < 0 ? groupOrder.length : known
}

function describe(resource: Resource, servedIn: string, plural: string, kind: string): ServedResource {
  const { group, version } = resource
  return {
    name: plural,
    singular: kind === resource.kind ? resource.singular : kind.toLowerCase(),
    kind,
    namespaced: resource.namespaced,
    verbs: [...(resource.verbs ?? (resource.virtual ? ['create'] : allVerbs))].sort(),
    // Under a former group short names would only be ambiguous: clients warn of that, and `all` would tell objects twice.
    short: formerGroups.has(servedIn) ? [] : (resource.short ?? []),
    categories: formerGroups.has(servedIn) ? [] : (resource.in ?? []),
    ...(isStored(resource) ? { stored: { group, version, kind: resource.kind } } : {}),
    subresources: Object.entries(resource.subresources ?? {})
      .map(([name, subresource]) => describeSubresource(name, kind, subresource as Subresource<unknown>))
      .sort(byName),
  }
}

/** Of the versions of a custom resource, only one is what is stored. */
const isStored = ({ virtual, custom, apiVersion }: Resource) =>
  !virtual && (custom === undefined || custom.storedAs === apiVersion)

const viewVerbs = ['get', 'patch', 'update']

function describeSubresource(name: string, kind: string, subresource: Subresource<unknown>): ServedSubresource {
  if (subresource.form === 'scale') {
    return { name, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: viewVerbs }
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
