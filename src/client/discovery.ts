import type { KubeObject } from '../api/meta/objectMeta.ts'
import { type Resource, resource } from '../api/resource.ts'
import type { Type } from '../schema/types.ts'
import type { Client } from './client.ts'

interface ResourceEntry {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

/** Objects of kinds nobody declared here are handled as plain data. */
const anything: Type<KubeObject> = { form: 'object', name: '', fields: {}, root: true, atomic: false, rules: [] }

/**
 * Every kind the server serves beside those in `known`, in the preferred version of its group: custom resources and
 * aggregated APIs. Groups that fail to answer are left out and named in `failed`.
 */
export async function discoverOthers(
  client: Client,
  known: readonly Resource[],
): Promise<{ resources: Resource[]; failed: string[] }> {
  const get = async (path: string) => (await client.transport.request({ method: 'GET', path })).object
  const groups = ((await get('/apis')) as { groups: { name: string; preferredVersion: { groupVersion: string } }[] })
    .groups
  const served = new Set(known.flatMap(each => [each.group, ...(each.versions ?? []).map(version => version.group)]))
  const resources: Resource[] = []
  const failed: string[] = []
  for (const { name, preferredVersion } of groups) {
    if (served.has(name)) continue
    try {
      const list = ((await get(`/apis/${preferredVersion.groupVersion}`)) as { resources: ResourceEntry[] }).resources
      for (const entry of list)
        if (!entry.name.includes('/')) resources.push(from(name, preferredVersion.groupVersion, entry))
    } catch {
      failed.push(preferredVersion.groupVersion)
    }
  }
  return { resources, failed }
}

const from = (group: string, groupVersion: string, { name, kind, namespaced, verbs }: ResourceEntry): Resource =>
  resource({ group, version: groupVersion.split('/')[1] ?? '', kind, plural: name, namespaced, verbs, type: anything })
