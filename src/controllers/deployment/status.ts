import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../api/apps/deployment.ts'
import type { ReplicaSet } from '../../api/apps/replicaSet.ts'
import { formatTime, parseTime } from '../../schema/scalars/time.ts'
import { availableOf, desired, limits } from './sets.ts'

/** A deadline of the largest int32 means none: what extensions/v1beta1 defaults to. */
const none = 2147483647

export const hasDeadline = (deployment: Deployment): boolean =>
  (deployment.spec.progressDeadlineSeconds ?? none) !== none

const sum = (sets: readonly ReplicaSet[], read: (set: ReplicaSet) => number | undefined) =>
  sets.reduce((total, set) => total + (read(set) ?? 0), 0)

export const conditionOf = (status: DeploymentStatus, type: string): DeploymentCondition | undefined =>
  status.conditions?.find(condition => condition.type === type)

type Conditions = readonly DeploymentCondition[]
const without = (conditions: Conditions, type: string) => conditions.filter(condition => condition.type !== type)

/** Puts a condition in: same status and reason change nothing, same status keeps the time of the transition. */
export function withCondition(
  conditions: Conditions,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  now: number,
): DeploymentCondition[] {
  const before = conditions.find(condition => condition.type === type)
  if (before?.status === status && before.reason === reason) return [...conditions]
  const stamp = formatTime(now)
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : stamp
  return [
    ...without(conditions, type),
    { type, status, reason, message, lastUpdateTime: stamp, lastTransitionTime: lastTransitionTime || stamp },
  ]
}

/** Pods on their way out; unknown while a set that was looked at does not tell. */
function terminating(sets: readonly ReplicaSet[]): { terminatingReplicas?: number } {
  const seen = sets.filter(set => set.status.observedGeneration || set.status.terminatingReplicas !== undefined)
  if (seen.some(set => set.status.terminatingReplicas === undefined)) return {}
  return { terminatingReplicas: sum(seen, set => set.status.terminatingReplicas) }
}

/** The counts, and of the conditions Available alone: what is told of a deployment that is paused, scaled or going. */
export function countsOf(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const available = availableOf(sets)
  const total = sum(sets, set => set.spec.replicas ?? 1)
  const enough = available >= desired(deployment) - limits(deployment).unavailable
  const [status, reason, message] = enough
    ? (['True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'] as const)
    : (['False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'] as const)
  const { terminatingReplicas: _, ...before } = deployment.status
  return {
    ...before,
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum(sets, set => set.status.replicas),
    updatedReplicas: fresh?.status.replicas ?? 0,
    readyReplicas: sum(sets, set => set.status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, total - available),
    ...terminating(sets),
    conditions: withCondition(before.conditions ?? [], 'Available', status, reason, message, now),
  }
}

/** Whether all pods are of the newest template, available, and no others are left. */
export const isComplete = (deployment: Deployment, status: DeploymentStatus): boolean =>
  status.updatedReplicas === desired(deployment) &&
  status.replicas === desired(deployment) &&
  status.availableReplicas === desired(deployment) &&
  (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)

const progressed = (before: DeploymentStatus, after: DeploymentStatus): boolean => {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0)
  const grew = (field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
    (after[field] ?? 0) > (before[field] ?? 0)
  return grew('updatedReplicas') || grew('readyReplicas') || grew('availableReplicas') || old(after) < old(before)
}

const deadlineOf = (deployment: Deployment, since: string | undefined): number =>
  parseTime(since ?? '') + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000

function timedOut(deployment: Deployment, now: number): boolean {
  const condition = conditionOf(deployment.status, 'Progressing')
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false
  return condition.reason === 'ProgressDeadlineExceeded' || deadlineOf(deployment, condition.lastUpdateTime) < now
}

/** The status of a rollout, and in how many milliseconds one that stands still has to be looked at again. */
export function statusOf(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: number,
): { status: DeploymentStatus; again?: number } {
  const counts = countsOf(deployment, sets, fresh, now)
  const conditions = withFailures(withProgress(deployment, counts, fresh, now), sets, fresh)
  const status = { ...counts, conditions }
  return { status, ...waitOf(deployment, status, now) }
}

/** The Progressing condition: done, moving, or out of time; none without a deadline. */
function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  fresh: ReplicaSet | undefined,
  now: number,
): Conditions {
  const conditions = status.conditions ?? []
  if (!hasDeadline(deployment)) return without(conditions, 'Progressing')
  const before = conditionOf(deployment.status, 'Progressing')
  // A rollout that has ended stays so: pods that come and go later are no rollout.
  if (status.replicas === status.updatedReplicas && before?.reason === 'NewReplicaSetAvailable') return conditions
  const what = fresh
    ? `ReplicaSet ${JSON.stringify(fresh.metadata.name)}`
    : `Deployment ${JSON.stringify(deployment.metadata.name)}`
  const say = (to: Conditions, told: 'True' | 'False', reason: string, words: string) =>
    withCondition(to, 'Progressing', told, reason, `${what} ${words}`, now)
  if (isComplete(deployment, status))
    return say(conditions, 'True', 'NewReplicaSetAvailable', 'has successfully progressed.')
  if (progressed(deployment.status, status)) {
    // Put in anew, so that the time of the last progress is noted also when nothing else changes.
    const moved = say(without(conditions, 'Progressing'), 'True', 'ReplicaSetUpdated', 'is progressing.')
    const since = before?.status === 'True' ? before.lastTransitionTime : undefined
    if (!since) return moved
    return moved.map(each => (each.type === 'Progressing' ? { ...each, lastTransitionTime: since } : each))
  }
  if (timedOut(deployment, now))
    return say(conditions, 'False', 'ProgressDeadlineExceeded', 'has timed out progressing.')
  return conditions
}

/** Failures of the sets show on the deployment, those of the new one first. */
function withFailures(
  conditions: Conditions,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): DeploymentCondition[] {
  const found = (fresh ? [fresh, ...sets] : sets)
    .flatMap(set => set.status.conditions ?? [])
    .find(condition => condition.type === 'ReplicaFailure')
  if (!found) return without(conditions, 'ReplicaFailure')
  const { type, status, lastTransitionTime = '', reason, message } = found
  const before = conditions.find(condition => condition.type === type)
  if (before?.status === status && before.reason === reason) return [...conditions]
  return [
    ...without(conditions, type),
    {
      type,
      status,
      lastTransitionTime,
      lastUpdateTime: lastTransitionTime,
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
    },
  ]
}

function waitOf(deployment: Deployment, status: DeploymentStatus, now: number): { again?: number } {
  const condition = conditionOf(status, 'Progressing')
  if (!hasDeadline(deployment) || !condition || isComplete(deployment, status)) return {}
  if (condition.reason === 'ProgressDeadlineExceeded') return {}
  return { again: Math.max(0, deadlineOf(deployment, condition.lastUpdateTime) - now) + 1000 }
}
