import { APIGroupDiscoveryList, APIResourceList } from '../../api/index.ts'
import type { APIResourceDiscovery } from '../../api/meta/apiDiscovery.ts'
import { decodeJson } from '../../schema/codec/json.ts'
import type { ServedResource, ServedSubresource } from '../discovery/served.ts'
import { aggregator } from './probe.ts'
import type { ForeignServer } from './servers.ts'

/** What a server says that it serves. */
export interface Told {
  /** By `group/version`. */
  readonly versions: ReadonlyMap<string, readonly ServedResource[]>
  readonly etag?: string
}

const form = (version: string) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
const aggregated = `${form('v2')},${form('v2beta1')}`

/**
 * Asks a server for everything it serves; `before` is what it said last. Servers that know only the older discovery
 * tell of one version at a time: then undefined. Rejects when there is no answer.
 */
export async function askAll(server: ForeignServer, before: Told | undefined): Promise<Told | undefined> {
  const { status, headers, text } = await server.get('/apis', aggregator, aggregated, before?.etag)
  if (status === 304 && before) return before
  if (status === 503) throw new Error(`${server.host} is not available`)
  if (status !== 200 || !headers['content-type']?.includes('as=APIGroupDiscoveryList')) return undefined
  const { items } = decodeJson(APIGroupDiscoveryList, text)
  const versions = new Map<string, readonly ServedResource[]>()
  for (const { metadata, versions: all = [] } of items) {
    for (const { version, resources = [] } of all)
      versions.set(`${metadata.name}/${version}`, resources.map(fromDiscovery))
  }
  return { versions, ...(headers.etag ? { etag: headers.etag } : {}) }
}

/** Asks for the document of one version. Rejects when there is none. */
export async function askVersion(server: ForeignServer, path: string): Promise<readonly ServedResource[]> {
  const { status, text } = await server.get(path, aggregator, 'application/json')
  if (status !== 200) throw new Error(`${server.host} answers ${path} with status ${status}`)
  return fromList(decodeJson(APIResourceList, text))
}

function fromDiscovery(resource: APIResourceDiscovery): ServedResource {
  const { responseKind, subresources = [] } = resource
  return {
    name: resource.resource,
    singular: resource.singularResource,
    kind: responseKind?.kind ?? '',
    ...(responseKind?.version ? { of: { group: responseKind.group, version: responseKind.version } } : {}),
    namespaced: resource.scope === 'Namespaced',
    verbs: resource.verbs,
    short: resource.shortNames ?? [],
    categories: resource.categories ?? [],
    subresources: subresources.map(({ subresource, responseKind, verbs }) => ({
      name: subresource,
      group: responseKind?.group ?? '',
      version: responseKind?.version ?? '',
      kind: responseKind?.kind ?? '',
      verbs,
    })),
  }
}

/** Subresources stand beside their resources here: `pods/status`. */
function fromList({ resources }: APIResourceList): readonly ServedResource[] {
  const below = new Map<string, ServedSubresource[]>()
  for (const { name, group = '', version = '', kind, verbs } of resources) {
    const [plural = '', ...rest] = name.split('/')
    if (rest.length === 0) continue
    below.set(plural, [...(below.get(plural) ?? []), { name: rest.join('/'), group, version, kind, verbs }])
  }
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, singularName, group = '', version, kind, namespaced, verbs, shortNames, categories }) => ({
      name,
      singular: singularName,
      kind,
      ...(version ? { of: { group, version } } : {}),
      namespaced,
      verbs,
      short: shortNames ?? [],
      categories: categories ?? [],
      subresources: below.get(name) ?? [],
    }))
}
