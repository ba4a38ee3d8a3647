import type { Pod } from '../../api/core/pod/pod.ts'
import { podReady } from '../../api/core/pod/readiness.ts'
import { deployments, pods } from '../../api/index.ts'
import type { Client } from '../../client/client.ts'
import { isSince, waitUntil } from '../readiness.ts'

export interface Rollout {
  readonly namespace: string
  readonly name: string
  /** The value of its pods' label `k8s-app`. */
  readonly app: string
  /** Containers that started before, in milliseconds since the epoch, are no more: what is told of them is old. */
  readonly since: number
}

/** Waits until every pod that the Deployment asks for is ready, and resolves with them. */
export async function rolledOut(
  client: Client,
  { namespace, name, app, since }: Rollout,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<Pod[]> {
  let ready: Pod[] = []
  await waitUntil(client, signal, tell, (informers, changed) => {
    const deployment = informers.of(deployments, { namespace, fieldSelector: `metadata.name=${name}` })
    const podInformer = informers.of(pods, { namespace, labelSelector: `k8s-app=${app}` })
    for (const each of [deployment, podInformer]) each.on({ added: changed, changed, removed: changed })
    return () => {
      const found = deployment.cache.get(`${namespace}/${name}`)
      const wanted = found?.spec.replicas ?? 1
      const all = podInformer.cache.list().filter(pod => !pod.metadata.deletionTimestamp)
      ready = all.filter(pod => isReady(pod, since))
      const settled = found?.status.observedGeneration === found?.metadata.generation
      return {
        reached: !!found && settled && ready.length >= wanted && all.length === wanted,
        text: describePods(all, wanted, since),
      }
    }
  })
  return ready.sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
}

const isReady = (pod: Pod, since: number) =>
  podReady(pod) && (pod.status.containerStatuses ?? []).every(({ state }) => isSince(state?.running?.startedAt, since))

/** `1 of 3 pods ready, 1 starting, 1 waiting for a node`, and what holds a container up. */
export function describePods(all: readonly Pod[], wanted: number, since = 0): string {
  const ready = all.filter(pod => isReady(pod, since)).length
  const unbound = all.filter(pod => !pod.spec.nodeName).length
  const starting = all.length - ready - unbound
  const trouble = all.flatMap(troubleOf)[0]
  return [
    `${ready} of ${wanted} pods ready`,
    ...(starting > 0 ? [`${starting} starting`] : []),
    ...(unbound > 0 ? [`${unbound} waiting for a node`] : []),
    ...(trouble ? [trouble] : []),
  ].join(', ')
}

/** Reasons to wait that are part of every start. */
const usual = new Set(['ContainerCreating', 'PodInitializing'])

function troubleOf({ status, spec }: Pod): string[] {
  const unscheduled = status.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  if (unscheduled && !spec.nodeName) return unscheduled.message ? [unscheduled.message] : []
  return (status.containerStatuses ?? []).flatMap(({ state }) => {
    const { reason, message } = state?.waiting ?? {}
    return reason && !usual.has(reason) ? [message ? `${reason}: ${message}` : reason] : []
  })
}
