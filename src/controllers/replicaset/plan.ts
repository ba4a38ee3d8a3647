import type { Pod } from '../../api/core/pod/pod.ts'
import { podActive, podAvailable, podReady } from '../../api/core/pod/readiness.ts'
import { byDeletionRank } from '../kit/rank.ts'

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

/** How many pods to make, or which to delete. `pods` are those claimed; `crowd` counts related pods on a node. */
export function plan(wanted: Wanted, pods: readonly Pod[], crowd: (node: string) => number, now: number): Plan {
  const active = pods.filter(podActive)
  const missing = wanted.replicas - active.length
  if (missing >= 0) return { create: Math.min(missing, burst), delete: [] }
  const surplus = Math.min(-missing, burst)
  const going = surplus === active.length ? active : byDeletionRank(active, crowd, now).slice(0, surplus)
  return { create: 0, delete: going }
}

/** What the pods amount to, and in how many milliseconds a ready pod becomes available by mere passing of time. */
export function count(wanted: Wanted, pods: readonly Pod[], now: number): { status: ReplicaStatus; again?: number } {
  const active = pods.filter(podActive)
  const labels = Object.entries(wanted.templateLabels)
  const status = {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(pod => labels.every(([name, value]) => pod.metadata.labels?.[name] === value))
      .length,
    readyReplicas: active.filter(podReady).length,
    availableReplicas: active.filter(pod => podAvailable(pod, wanted.minReadySeconds, now)).length,
  }
  const again = status.readyReplicas > status.availableReplicas ? { again: wanted.minReadySeconds * 1000 } : {}
  return { status, ...again }
}

/** The ReplicaFailure condition after a sync: there while pods could not be made or deleted, gone once they can. */
export function failureConditions(
  before: readonly ReplicaCondition[],
  failure: { reason: 'FailedCreate' | 'FailedDelete'; message: string } | undefined,
  timestamp: string,
): ReplicaCondition[] {
  const others = before.filter(condition => condition.type !== 'ReplicaFailure')
  if (!failure) return others
  const known = before.find(condition => condition.type === 'ReplicaFailure')
  if (known?.reason === failure.reason) return [...before]
  return [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: timestamp, ...failure }]
}
