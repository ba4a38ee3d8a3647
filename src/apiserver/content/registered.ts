import { oldScales } from '../../api/autoscaling/oldScale.ts'
import { resources } from '../../api/index.ts'

/** Kinds that every group version has. */
const everywhere = [
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'UpdateOptions',
  'WatchEvent',
]
/** Kinds of v1 that are no resources. */
const ofCore = ['APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions', 'List', 'PodStatusResult', 'Status']

function* all(): Generator<readonly [apiVersion: string, kind: string]> {
  for (const kind of ofCore) yield ['v1', kind]
  yield ['autoscaling/v1', 'Scale']
  for (const apiVersion of Object.keys(oldScales)) yield [apiVersion, 'Scale']
  for (const { apiVersion, kind, listKind = `${kind}List`, virtual, versions = [], subresources = {} } of resources) {
    const served = versions.map(each => [`${each.group}/${each.version}`, each.kind ?? kind] as const)
    for (const [version, name] of [[apiVersion, kind] as const, ...served]) {
      yield [version, name]
      if (!virtual) yield [version, listKind]
      for (const each of everywhere) yield [version, each]
    }
    for (const each of Object.values(subresources))
      if (each.form === 'action' && each.group) yield [`${each.group}/${each.version}`, each.kind]
  }
}

const registered: ReadonlySet<string> = new Set([...all()].map(([apiVersion, kind]) => `${apiVersion} ${kind}`))

/** Whether upstream's scheme knows a kind that is built in. */
export const isRegistered = (apiVersion: string, kind: string): boolean => registered.has(`${apiVersion} ${kind}`)
