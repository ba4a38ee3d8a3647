import { createHash } from 'node:crypto'
import type { APIGroup, APIResource, APIResourceList } from '../../api/index.ts'
import type { ServedGroup, ServedResource, ServedVersions } from './served.ts'

/** Documents of the older discovery, one a group and one a version. */

export function groupDocument(group: ServedGroup): APIGroup {
  const versions = group.versions.map(({ groupVersion, version }) => ({ groupVersion, version }))
  return { name: group.name, versions, preferredVersion: versions[0] ?? { groupVersion: '', version: '' } }
}

export function versionDocument({ groupVersion, resources }: ServedVersions): APIResourceList {
  return { groupVersion, resources: resources.flatMap(describe) }
}

function describe(resource: ServedResource): APIResource[] {
  const { name, singular, namespaced, kind, verbs, short, categories, stored } = resource
  return [
    {
      name,
      singularName: singular,
      namespaced,
      kind,
      verbs: [...verbs],
      ...(short.length > 0 ? { shortNames: [...short] } : {}),
      ...(categories.length > 0 ? { categories: [...categories] } : {}),
      ...(stored ? { storageVersionHash: storageHash(stored) } : {}),
    },
    ...resource.subresources.map(subresource => ({
      name: `${name}/${subresource.name}`,
      singularName: '',
      namespaced,
      ...(subresource.group ? { group: subresource.group } : {}),
      ...(subresource.version ? { version: subresource.version } : {}),
      kind: subresource.kind,
      verbs: [...subresource.verbs],
    })),
  ]
}

/** As upstream derives it, for what it is worth (`discovery.StorageVersionHash`). */
function storageHash({ group, version, kind }: NonNullable<ServedResource['stored']>): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')
}
