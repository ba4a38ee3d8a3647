import type { Pod } from '../../api/core/pod/pod.ts'
import { podActive, podAvailable, podReady, podTerminal, readySince } from '../../api/core/pod/readiness.ts'
import { byDeletionRank } from '../kit/rank.ts'

const podTerminating = (pod: Pod) => pod.metadata.deletionTimestamp !== undefined && !podTerminal(pod)

/** A condition as ReplicaSet and ReplicationController both have it. */
export interface ReplicaCondition {
  type: string
  status: string
  lastTransitionTime?: string
  reason?: string
  message?: string
}

export interface ReplicaStatus {
  replicas: number
  fullyLabeledReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  terminatingReplicas?: number
  observedGeneration?: number
  conditions?: ReplicaCondition[]
}

/** What is wanted, of either kind. */
export interface Wanted {
  readonly replicas: number
  readonly minReadySeconds: number
  readonly templateLabels: Readonly<Record<string, string>>
}

/** At most so many creations or deletions in one go. */
export const burst = 500

export interface Plan {
  readonly create: number
  readonly delete: readonly Pod[]
}

/** How many pods to make, or which to delete. `pods` are those claimed; `crowd` counts related active pods on a node. */
export function plan(wanted: Wanted, pods: readonly Pod[], crowd: (node: string) => number, now: number): Plan {
  const active = pods.filter(podActive)
  const missing = wanted.replicas - active.length
  if (missing >= 0) return { create: Math.min(missing, burst), delete: [] }
  const surplus = Math.min(-missing, burst)
  const going = surplus === active.length ? active : byDeletionRank(active, crowd, now).slice(0, surplus)
  return { create: 0, delete: going }
}

/** In how many milliseconds the next of the ready pods becomes available by mere passing of time. */
function nextAvailable(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  const waits = pods.flatMap(pod => {
    const since = readySince(pod)
    const left = since === undefined ? 0 : since + minReadySeconds * 1000 - now
    return left > 0 ? [left] : []
  })
  return waits.length > 0 ? Math.min(...waits) : undefined
}

/**
 * What the claimed pods amount to, and in how many milliseconds that changes by mere passing of time. `countGoing`:
 * whether pods that are being deleted are counted, which ReplicationControllers do not.
 */
export function count(
  wanted: Wanted,
  pods: readonly Pod[],
  now: number,
  countGoing: boolean,
): { status: ReplicaStatus; again?: number } {
  const active = pods.filter(podActive)
  const labels = Object.entries(wanted.templateLabels)
  const ready = active.filter(podReady)
  const available = ready.filter(pod => podAvailable(pod, wanted.minReadySeconds, now))
  const status = {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(pod => labels.every(([name, value]) => pod.metadata.labels?.[name] === value))
      .length,
    readyReplicas: ready.length,
    availableReplicas: available.length,
    ...(countGoing ? { terminatingReplicas: pods.filter(podTerminating).length } : {}),
  }
  if (ready.length === available.length) return { status }
  // A ready pod that does not say since when is looked at again after the whole time.
  return { status, again: nextAvailable(ready, wanted.minReadySeconds, now) ?? wanted.minReadySeconds * 1000 }
}

/**
 * The conditions after a sync: ReplicaFailure is there while pods cannot be made or deleted, with what was said first,
 * and gone once they can.
 */
export function failureConditions(
  before: readonly ReplicaCondition[],
  failure: { reason: 'FailedCreate' | 'FailedDelete'; message: string } | undefined,
  timestamp: string,
): ReplicaCondition[] {
  if (!failure) return before.filter(condition => condition.type !== 'ReplicaFailure')
  if (before.some(condition => condition.type === 'ReplicaFailure')) return [...before]
  return [...before, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: timestamp, ...failure }]
}
