import { conditionOf } from '../../api/core/pod/conditions.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { podReady, podTerminal } from '../../api/core/pod/readiness.ts'
import { controllerOf } from '../../api/meta/owners.ts'
import { disruptionAllowed, withDisruptionAllowed } from '../../api/policy/disruption.ts'
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../api/policy/podDisruptionBudget.ts'
import { scaledValue } from '../../schema/scalars/intOrString.ts'
import { formatTime, parseTime } from '../../schema/scalars/time.ts'

/** An eviction that was granted must be seen within this time, or the pod counts again. Milliseconds. */
const deletionTimeout = 120_000

/** How many pods are wanted, by those who control them. */
export interface Wanted {
  readonly expected: number
  /** Pods that nobody controls. */
  readonly unmanaged: readonly Pod[]
}

export interface Plan {
  readonly status: PodDisruptionBudgetStatus
  /** Pods whose eviction was granted and that are still there. */
  readonly notDeleted: readonly Pod[]
  readonly again?: number
}

/** Whether the number of pods must be asked from those who control them. */
export const needsScale = ({ spec: { minAvailable, maxUnavailable } }: PodDisruptionBudget): boolean =>
  maxUnavailable !== undefined || typeof minAvailable === 'string'

/** The status of a budget. Of upstream's trySync and updatePdbStatus. */
export function plan(budget: PodDisruptionBudget, pods: readonly Pod[], wanted: Wanted, now: number): Plan {
  const { expected, desired } = counts(budget, pods, wanted)
  const disrupted: Record<string, string> = {}
  const notDeleted: Pod[] = []
  let again: number | undefined
  for (const pod of pods) {
    const time = budget.status.disruptedPods?.[pod.metadata.name ?? '']
    if (time === undefined || pod.metadata.deletionTimestamp) continue
    const end = parseTime(time) + deletionTimeout
    if (end < now) notDeleted.push(pod)
    else {
      disrupted[pod.metadata.name ?? ''] = time
      again = Math.min(again ?? Number.POSITIVE_INFINITY, end - now)
    }
  }
  const healthy = pods.filter(
    pod => !pod.metadata.deletionTimestamp && disrupted[pod.metadata.name ?? ''] === undefined && podReady(pod),
  ).length
  const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0
  const { conditions } = budget.status
  const { generation } = budget.metadata
  const next: PodDisruptionBudgetStatus = {
    ...(generation ? { observedGeneration: generation } : {}),
    ...(Object.keys(disrupted).length ? { disruptedPods: disrupted } : {}),
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    ...(conditions ? { conditions } : {}),
  }
  return {
    status: isTold(next) ? next : withDisruptionAllowed(next, formatTime(now)),
    notDeleted,
    ...(again === undefined ? {} : { again }),
  }
}

/** How many pods there should be, and how many of them must stay healthy. */
function counts({ spec }: PodDisruptionBudget, pods: readonly Pod[], { expected }: Wanted) {
  const { minAvailable, maxUnavailable } = spec
  if (maxUnavailable !== undefined)
    return { expected, desired: Math.max(0, expected - scaledValue(maxUnavailable, expected, true)) }
  if (minAvailable === undefined) return { expected: 0, desired: 0 }
  if (typeof minAvailable === 'number') return { expected: pods.length, desired: minAvailable }
  return { expected, desired: scaledValue(minAvailable, expected, true) }
}

/** Whether the condition says already what the counts say. */
function isTold({ conditions, disruptionsAllowed, observedGeneration = 0 }: PodDisruptionBudgetStatus): boolean {
  const condition = conditionOf(conditions, disruptionAllowed)
  return (
    condition !== undefined &&
    (condition.observedGeneration ?? 0) === observedGeneration &&
    (condition.status === 'True') === disruptionsAllowed > 0 &&
    condition.reason === (disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods')
  )
}

/** The pods of each controller, by its UID, and those that nobody controls. */
export function byController(pods: readonly Pod[]) {
  const owned = new Map<string, Pod>()
  const unmanaged: Pod[] = []
  for (const pod of pods) {
    const controller = controllerOf(pod)
    if (!controller) unmanaged.push(pod)
    else if (!owned.has(controller.uid)) owned.set(controller.uid, pod)
  }
  return { owned, unmanaged }
}

/**
 * In how many milliseconds a pod that was to be disrupted, and is still there, counts as spared; undefined when it is not
 * to be disrupted. What the kubelet says of its own pods stands.
 */
export function sparedIn({ metadata, status }: Pod, now: number): number | undefined {
  const condition = conditionOf(status.conditions, 'DisruptionTarget')
  if (metadata.deletionTimestamp || podTerminal({ metadata, status } as Pod)) return undefined
  if (condition?.status !== 'True' || condition.reason === 'TerminationByKubelet') return undefined
  const since = condition.lastTransitionTime ? parseTime(condition.lastTransitionTime) : 0
  return Math.max(0, since + deletionTimeout - now)
}
