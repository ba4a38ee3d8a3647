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

/** Puts a condition in: same status and reason change nothing, same status keeps the time of the transition. */
export function withCondition(
  conditions: readonly DeploymentCondition[],
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
  now: number,
): DeploymentCondition[] {
  const before = conditions.find(condition => condition.type === type)
  if (before?.status === status && before.reason === reason) return [...conditions]
  const stamp = formatTime(now)
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : stamp
  return [
    ...conditions.filter(condition => condition !== before),
    { type, status, reason, message, lastUpdateTime: stamp, lastTransitionTime: lastTransitionTime || stamp },
  ]
}

/** The counts, without conditions other than Available. */
function counts(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const available = availableOf(sets)
  const total = sum(sets, set => set.spec.replicas ?? 1)
  const enough = available >= desired(deployment) - limits(deployment).unavailable
  const conditions = enough
    ? withCondition(
        deployment.status.conditions ?? [],
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
        now,
      )
    : withCondition(
        deployment.status.conditions ?? [],
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        now,
      )
  return {
    ...deployment.status,
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum(sets, set => set.status.replicas),
    updatedReplicas: fresh?.status.replicas ?? 0,
    readyReplicas: sum(sets, set => set.status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, total - available),
    conditions,
  }
}

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

function timedOut(deployment: Deployment, now: number): boolean {
  const condition = conditionOf(deployment.status, 'Progressing')
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false
  if (condition.reason === 'ProgressDeadlineExceeded') return true
  return parseTime(condition.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 < now
}

/** The status to write, and in how many milliseconds a rollout that stands still has to be looked at again. */
export function statusOf(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: number,
): { status: DeploymentStatus; again?: number } {
  const status = counts(deployment, sets, fresh, now)
  if (deployment.spec.paused)
    return { status: { ...status, conditions: withFailures(status.conditions ?? [], sets, fresh) } }
  let conditions = status.conditions ?? []
  if (hasDeadline(deployment)) {
    const what = fresh
      ? `ReplicaSet ${JSON.stringify(fresh.metadata.name)}`
      : `Deployment ${JSON.stringify(deployment.metadata.name)}`
    const before = conditionOf(deployment.status, 'Progressing')
    const finished = status.replicas === status.updatedReplicas && before?.reason === 'NewReplicaSetAvailable'
    if (!finished) {
      if (isComplete(deployment, status))
        conditions = withCondition(
          conditions,
          'Progressing',
          'True',
          'NewReplicaSetAvailable',
          `${what} has successfully progressed.`,
          now,
        )
      else if (progressed(deployment.status, status)) {
        const others = conditions.filter(condition => condition.type !== 'Progressing')
        const moved = withCondition(others, 'Progressing', 'True', 'ReplicaSetUpdated', `${what} is progressing.`, now)
        const since = before?.status === 'True' ? before.lastTransitionTime : undefined
        conditions = since
          ? moved.map(condition =>
              condition.type === 'Progressing' ? { ...condition, lastTransitionTime: since } : condition,
            )
          : moved
      } else if (timedOut(deployment, now))
        conditions = withCondition(
          conditions,
          'Progressing',
          'False',
          'ProgressDeadlineExceeded',
          `${what} has timed out progressing.`,
          now,
        )
    }
  }
  const result = { ...status, conditions: withFailures(conditions, sets, fresh) }
  return { status: result, ...waitOf(deployment, result, now) }
}

/** Failures of the sets show on the deployment, those of the new one first. */
function withFailures(
  conditions: readonly DeploymentCondition[],
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): DeploymentCondition[] {
  const others = conditions.filter(condition => condition.type !== 'ReplicaFailure')
  for (const set of fresh ? [fresh, ...sets] : sets) {
    const found = set.status.conditions?.find(condition => condition.type === 'ReplicaFailure')
    if (!found) continue
    const { lastTransitionTime, reason, message } = found
    const stamps = { lastTransitionTime: lastTransitionTime || '', lastUpdateTime: lastTransitionTime || '' }
    return [
      ...others,
      {
        type: 'ReplicaFailure',
        status: found.status,
        ...stamps,
        ...(reason ? { reason } : {}),
        ...(message ? { message } : {}),
      },
    ]
  }
  return others
}

function waitOf(deployment: Deployment, status: DeploymentStatus, now: number): { again?: number } {
  const condition = conditionOf(status, 'Progressing')
  if (
    !hasDeadline(deployment) ||
    !condition ||
    isComplete(deployment, status) ||
    condition.reason === 'ProgressDeadlineExceeded'
  )
    return {}
  const left = parseTime(condition.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - now
  return { again: Math.max(0, left) + 1000 }
}
