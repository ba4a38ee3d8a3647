import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { resources } from './index.ts'
import type { Resource, Subresource } from './resource.ts'

const facts = new URL('../../../shared/facts/', import.meta.url)
const skip = existsSync(facts) ? false : 'the facts of upstream are not beside the repository'

interface Fact {
  readonly groupVersion: string
  readonly name: string
  readonly singularName?: string
  readonly kind: string
  readonly group?: string
  readonly version?: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

const every = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** What discovery says of a resource and of all that lies below it. */
function discovered(resource: Resource): Fact[] {
  const {
    apiVersion: groupVersion,
    plural,
    kind,
    namespaced,
    verbs = every,
    short,
    in: categories,
    singular,
  } = resource
  const own: Fact = {
    groupVersion,
    name: plural,
    singularName: singular,
    kind,
    namespaced,
    verbs: [...verbs].sort(),
    ...(short ? { shortNames: short } : {}),
    ...(categories ? { categories } : {}),
  }
  const below = Object.entries(resource.subresources ?? {}).map(([name, subresource]) => ({
    groupVersion,
    name: `${plural}/${name}`,
    namespaced,
    ...belowOf(subresource, kind),
  }))
  return [own, ...below]
}

function belowOf(subresource: Subresource<never>, kind: string): Pick<Fact, 'kind' | 'group' | 'version' | 'verbs'> {
  const view = ['get', 'patch', 'update']
  if (subresource.form === 'view') return { kind, verbs: [...(subresource.verbs ?? view)].sort() }
  if (subresource.form === 'scale') return { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: view }
  const { kind: body, group, version, verbs } = subresource
  return { kind: body, verbs: [...verbs].sort(), ...(group ? { group, version } : {}) }
}

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, facts), 'utf8')) as T
const all = (): Fact[] =>
  read<Fact[]>('resources.json').map(({ ...fact }) => (fact.singularName ? fact : { ...fact, singularName: undefined }))

/** Fields that are not there and fields that are undefined are the same here. */
const plain = (fact: Fact | undefined): unknown =>
  fact && JSON.parse(JSON.stringify({ ...fact, verbs: [...fact.verbs].sort() }))

for (const resource of resources) {
  test(`${resource.qualified} is discovered as upstream's`, { skip }, () => {
    const known = all()
    const found = discovered(resource)
    for (const one of found)
      assert.deepEqual(
        plain(one),
        plain(known.find(fact => fact.groupVersion === one.groupVersion && fact.name === one.name)),
      )
    const prefix = `${resource.plural}/`
    const wanted = known
      .filter(fact => fact.groupVersion === resource.apiVersion && fact.name.startsWith(prefix))
      .map(fact => fact.name)
    assert.deepEqual(
      wanted.filter(name => !found.some(one => one.name === name)),
      [],
      'subresources that are missing',
    )
  })
}

const printed = (column: { name: string; type: string; format?: string; priority?: number }) => ({
  name: column.name,
  type: column.type,
  ...(column.format ? { format: column.format } : {}),
  ...(column.priority ? { priority: column.priority } : {}),
})

/** The names under which the facts list columns. */
const listed: Readonly<Record<string, string>> = {
  endpoints: 'endpoint',
  rolebindings: 'roleBindings',
  clusterrolebindings: 'clusterRoleBindings',
  mutatingwebhookconfigurations: 'mutatingWebhook',
  validatingwebhookconfigurations: 'validatingWebhook',
  prioritylevelconfigurations: 'priorityLevel',
  resourceslices: 'nodeResourceSlice',
  ipaddresses: 'ipAddress',
  csidrivers: 'csiDriver',
  csinodes: 'csiNode',
  csistoragecapacities: 'csiStorageCapacity',
}
/** Kinds whose columns the facts do not have, or not all of them. */
const unlisted = new Set(['apiservices', 'csidrivers'])

for (const { columns, kind, plural, qualified } of resources) {
  if (!columns || unlisted.has(plural)) continue
  const name = listed[plural] ?? kind[0]!.toLowerCase() + kind.slice(1)
  test(`${qualified} has upstream's columns`, { skip }, () => {
    assert.deepEqual(columns.map(printed), read<Record<string, unknown>>('columns.json')[name])
  })
}

/** Kinds of upstream that are not declared, all of them alpha: off there unless asked for, with nothing here that would use them. */
const missing: Readonly<Record<string, string>> = {
  'admissionregistration.k8s.io/v1alpha1': 'mutatingadmissionpolicies mutatingadmissionpolicybindings',
  'certificates.k8s.io/v1alpha1': 'clustertrustbundles',
  'coordination.k8s.io/v1alpha2': 'leasecandidates',
  'internal.apiserver.k8s.io/v1alpha1': 'storageversions',
  'resource.k8s.io/v1alpha3': 'devicetaintrules resourcepoolstatusrequests',
  'scheduling.k8s.io/v1alpha2': 'podgroups workloads',
}

test('every resource of upstream is declared, or listed as missing', { skip }, () => {
  const declared = new Set(
    resources.flatMap(({ apiVersion, plural, versions = [] }) => [
      `${apiVersion} ${plural}`,
      ...versions.map(served => `${served.group}/${served.version} ${served.plural ?? plural}`),
    ]),
  )
  const listed = Object.entries(missing).flatMap(([version, names]) =>
    names.split(' ').map(name => `${version} ${name}`),
  )
  const wanted = all()
    .filter(fact => !fact.name.includes('/'))
    .map(fact => `${fact.groupVersion} ${fact.name}`)
  assert.deepEqual(wanted.filter(name => !declared.has(name)).sort(), listed.sort())
})
