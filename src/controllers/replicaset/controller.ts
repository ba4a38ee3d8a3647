import type { Pod } from '../../api/core/pod/pod.ts'
import { pods } from '../../api/core/pod/resource.ts'
import type { PodTemplateSpec } from '../../api/core/podTemplate.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { controllerOf } from '../../api/meta/owners.ts'
import type { LabelSelector } from '../../api/meta/selectors.ts'
import { labelSelectorMatches } from '../../api/meta/selectors.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { semanticEqual } from '../../schema/derive/equal.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Type } from '../../schema/types.ts'
import type { ControllerContext } from '../controller.ts'
import { claim } from '../kit/adopt.ts'
import { slowStart } from '../kit/batch.ts'
import { createExpectations } from '../kit/expectations.ts'
import { createPod, namespaceIsGoing } from '../kit/pods.ts'
import { crowdOf } from '../kit/rank.ts'
import { count, failureConditions, plan, type ReplicaStatus } from './plan.ts'

/** The one thing in which ReplicaSet and ReplicationController differ: where their facts stand. */
export interface ReplicaKind<T extends KubeObject> {
  readonly name: string
  readonly resource: Resource<T>
  replicas(owner: T): number
  minReadySeconds(owner: T): number
  selector(owner: T): LabelSelector
  template(owner: T): PodTemplateSpec
  status(owner: T): ReplicaStatus
  readonly statusType: Type<ReplicaStatus>
  /** Whether the status counts pods that are being deleted. */
  readonly countsGoing: boolean
}

/**
 * Keeps as many pods of one template as asked for: `k8s.io/kubernetes/pkg/controller/replicaset`. A pod that finishes,
 * fails or is deleted is replaced; of too many, those go first whose loss costs least.
 */
export function replicaController<T extends KubeObject>(
  kind: ReplicaKind<T>,
  { client, informers, events, clock }: ControllerContext,
): Controller {
  const owners = informers.of(kind.resource)
  const podInformer = informers.of(pods)
  const expectations = createExpectations(podInformer, clock)
  podInformer.cache.index('controller', pod => [controllerOf(pod)?.uid ?? ''])
  owners.cache.index('controller', owner => [controllerOf(owner)?.uid ?? ''])

  const ownersOf = (pod: Pod): string[] => {
    const controller = controllerOf(pod)
    if (controller)
      return controller.kind === kind.resource.kind ? [`${pod.metadata.namespace}/${controller.name}`] : []
    if (pod.metadata.deletionTimestamp) return []
    return owners.cache
      .list(pod.metadata.namespace ?? '')
      .filter(owner => labelSelectorMatches(kind.selector(owner), pod.metadata.labels ?? {}))
      .map(keyOf)
  }

  const candidates = (owner: T) => {
    const namespace = owner.metadata.namespace ?? ''
    const orphans = podInformer.cache.by('controller', '').filter(pod => pod.metadata.namespace === namespace)
    return [...podInformer.cache.by('controller', owner.metadata.uid ?? ''), ...orphans]
  }

  /** Pods of this owner and of its siblings: a rollout's old and new pods count together when a node looks crowded. */
  const related = (owner: T, mine: readonly Pod[]) => {
    const parent = controllerOf(owner)?.uid
    const siblings = parent ? owners.cache.by('controller', parent).filter(each => each !== owner) : []
    return crowdOf([...mine, ...siblings.flatMap(each => podInformer.cache.by('controller', each.metadata.uid ?? ''))])
  }

  const grow = async (owner: T, key: string, missing: number) => {
    const { error } = await slowStart(missing, async () => {
      expectations.created(key, await createPod({ client, events }, kind.resource, owner, kind.template(owner)))
    })
    // Nothing can be made in a namespace that is going: no failure of the owner's.
    if (error === undefined || namespaceIsGoing(error)) return undefined
    return { error, reason: 'FailedCreate' as const }
  }

  const shrink = async (owner: T, key: string, surplus: readonly Pod[]) => {
    const results = await Promise.allSettled(
      surplus.map(async pod => {
        try {
          await client.of(pods).delete(pod.metadata.name ?? '', {
            namespace: pod.metadata.namespace ?? '',
            preconditions: { uid: pod.metadata.uid ?? '' },
          })
        } catch (error) {
          // Gone, or another pod has its name by now.
          if (is(error, 'NotFound') || is(error, 'Conflict')) return
          events.record(owner, 'Warning', 'FailedDelete', `Error deleting: ${(error as Error).message}`)
          throw error
        }
        expectations.deleted(key, pod)
        events.record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
      }),
    )
    const failed = results.find(result => result.status === 'rejected')
    return failed ? { error: failed.reason, reason: 'FailedDelete' as const } : undefined
  }

  const writeStatus = async (owner: T, status: ReplicaStatus) => {
    const current = kind.status(owner)
    const next = { ...current, ...status, observedGeneration: owner.metadata.generation ?? 0 }
    if (semanticEqual(kind.statusType, current, next)) return
    await client.of(kind.resource).updateStatus({ ...owner, status: next } as never)
  }

  return {
    name: kind.name,
    workers: 5,
    watches: [
      watching(owners, ({ object }) => [keyOf(object)]),
      watching(podInformer, ({ object, before }) => [...ownersOf(object), ...(before ? ownersOf(before) : [])]),
    ],
    async reconcile(key) {
      const owner = owners.cache.get(key)
      if (!owner) {
        expectations.forget(key)
        return undefined
      }
      const selector = kind.selector(owner)
      const mine = await claim({
        client,
        ownerResource: kind.resource,
        owner,
        resource: pods,
        candidates: candidates(owner),
        selects: pod => labelSelectorMatches(selector, pod.metadata.labels ?? {}),
      })
      const wanted = {
        replicas: kind.replicas(owner),
        minReadySeconds: kind.minReadySeconds(owner),
        templateLabels: kind.template(owner).metadata?.labels ?? {},
      }
      let failed: Awaited<ReturnType<typeof grow>> | Awaited<ReturnType<typeof shrink>>
      // While the cache does not show what was written it would be written twice; the status is told all the same.
      if (!owner.metadata.deletionTimestamp && expectations.met(key)) {
        const todo = plan(wanted, mine, related(owner, mine), clock.now())
        failed = todo.create ? await grow(owner, key, todo.create) : await shrink(owner, key, todo.delete)
      }
      const { status, again } = count(wanted, mine, clock.now(), kind.countsGoing)
      const failure = failed && {
        reason: failed.reason,
        message: failed.error instanceof Error ? failed.error.message : String(failed.error),
      }
      const conditions = failureConditions(kind.status(owner).conditions ?? [], failure, formatTime(clock.now()))
      await writeStatus(owner, { ...status, conditions })
      if (failed) throw failed.error
      return again === undefined ? undefined : { again }
    },
  }
}
