import { conditionOf } from '../core/pod/conditions.ts'
import type { Condition } from '../meta/condition.ts'
import type { PodDisruptionBudgetStatus } from './podDisruptionBudget.ts'

/** Condition of a budget: whether pods may be evicted now. */
export const disruptionAllowed = 'DisruptionAllowed'
/** Reason of the condition while the controller cannot tell. */
export const syncFailed = 'SyncFailed'

/** The conditions with this one; the time of its last change is kept while its status is the same. */
function withCondition(all: readonly Condition[] = [], next: Condition): Condition[] {
  const before = conditionOf(all, next.type)
  if (!before) return [...all, next]
  const kept = before.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next
  return all.map(one => (one === before ? kept : one))
}

/** The status with the condition that follows from `disruptionsAllowed`. `timestamp`: now, as RFC 3339. */
export function withDisruptionAllowed(
  status: PodDisruptionBudgetStatus,
  timestamp: string,
  failure?: string,
): PodDisruptionBudgetStatus {
  const allowed = failure === undefined && status.disruptionsAllowed > 0
  const { observedGeneration } = status
  const condition: Condition = {
    type: disruptionAllowed,
    status: allowed ? 'True' : 'False',
    reason: failure !== undefined ? syncFailed : allowed ? 'SufficientPods' : 'InsufficientPods',
    message: failure ?? '',
    lastTransitionTime: timestamp,
    ...(observedGeneration ? { observedGeneration } : {}),
  }
  return { ...status, conditions: withCondition(status.conditions, condition) }
}
