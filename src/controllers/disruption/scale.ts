import { deployments } from '../../api/apps/deployment.ts'
import { replicaSets } from '../../api/apps/replicaSet.ts'
import { statefulSets } from '../../api/apps/statefulSet.ts'
import { replicationControllers } from '../../api/core/replicationController.ts'
import { resources } from '../../api/index.ts'
import type { KubeObject, OwnerReference } from '../../api/meta/objectMeta.ts'
import { controllerOf } from '../../api/meta/owners.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Client } from '../../client/client.ts'
import { discoverOthers } from '../../client/discovery.ts'
import type { Informers } from '../../client/informer.ts'

/** Who controls pods, and how many it wants. */
export interface Scale {
  readonly uid: string
  readonly replicas: number
}

/** Finds who wants pods: undefined when it is gone. Throws when it is of a kind that cannot be scaled. */
export type ScaleOf = (controller: OwnerReference, namespace: string) => Promise<Scale | undefined>

/** Asks the caches for the workloads that are built in, and the server for the scale of others. */
export function createScaleOf(client: Client, informers: Informers): ScaleOf {
  const sets = informers.of(replicaSets)
  const rollouts = informers.of(deployments)
  const caches = {
    ReplicationController: informers.of(replicationControllers),
    StatefulSet: informers.of(statefulSets),
  }
  type Scaled = KubeObject & { spec: { replicas?: number } }
  const scale = (object: Scaled | undefined, uid: string): Scale | undefined =>
    object?.metadata.uid === uid ? { uid, replicas: object.spec.replicas ?? 1 } : undefined

  return async ({ apiVersion, kind, name, uid }, namespace) => {
    const key = `${namespace}/${name}`
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
    if (kind === 'ReplicaSet' && (group === 'apps' || group === 'extensions')) {
      const set = sets.cache.get(key)
      const owner = set?.metadata.uid === uid ? controllerOf(set) : undefined
      if (owner?.kind === 'Deployment') return scale(rollouts.cache.get(`${namespace}/${owner.name}`), owner.uid)
      return scale(set, uid)
    }
    if (kind === 'ReplicationController' && group === '') return scale(caches.ReplicationController.cache.get(key), uid)
    if (kind === 'StatefulSet' && group === 'apps') return scale(caches.StatefulSet.cache.get(key), uid)
    return askScale(client, { apiVersion, kind, name, uid }, namespace)
  }
}

async function askScale(
  client: Client,
  { apiVersion, kind, name, uid }: OwnerReference,
  namespace: string,
): Promise<Scale | undefined> {
  const isKind = (one: { readonly group: string; readonly kind: string }) =>
    one.kind === kind && one.group === (apiVersion.includes('/') ? apiVersion.split('/')[0] : '')
  const known = resources.find(isKind) ?? (await discoverOthers(client, resources)).resources.find(isKind)
  if (!known) throw new Error(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`)
  const path = `${known.root}/namespaces/${namespace}/${known.plural}`
  try {
    const { object } = await client.transport.request({ method: 'GET', path: `${path}/${name}/scale` })
    const { metadata, spec } = object as KubeObject & { spec?: { replicas?: number } }
    return metadata.uid === uid ? { uid, replicas: spec?.replicas ?? 0 } : undefined
  } catch (error) {
    if (!is(error, 'NotFound')) throw error
    // The object is gone, or its kind has no scale.
    const list = (await client.transport.request({ method: 'GET', path: known.root })).object
    const { resources: served = [] } = list as { resources?: { name: string }[] }
    if (served.some(one => one.name === `${known.plural}/scale`)) return undefined
    throw new Error(`${known.qualified} does not implement the scale subresource`, { cause: error })
  }
}
