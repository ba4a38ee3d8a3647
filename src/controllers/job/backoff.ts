import { conditionOf } from '../../api/core/pod/conditions.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { isSidecar } from '../../api/core/pod/requests.ts'
import { parseTime } from '../../schema/scalars/time.ts'

/** How often pods of a job failed since one succeeded, and when the last did. Kept in memory, as upstream. */
export interface Backoff {
  readonly failures: number
  /** Milliseconds since the epoch. */
  readonly lastFailure?: number
}

export const noBackoff: Backoff = { failures: 0 }

const first = 10_000
const most = 600_000

/** In how many milliseconds a failed pod may be replaced: ten seconds, twice as long each time, at most ten minutes. */
export function remaining({ failures, lastFailure = 0 }: Backoff, now: number): number {
  if (failures === 0) return 0
  return Math.max(0, Math.min(first * 2 ** (failures - 1), most) - (now - lastFailure))
}

/** The state after these pods ended: a success forgets what failed before it. */
export function afterPods(before: Backoff, succeeded: readonly Pod[], failed: readonly Pod[]): Backoff {
  const failures = failed.map(finishedAt)
  if (succeeded.length === 0)
    return failures.length
      ? { failures: before.failures + failures.length, lastFailure: Math.max(...failures) }
      : before
  const success = Math.max(...succeeded.map(finishedAt))
  const later = failures.filter(time => time > success)
  return later.length ? { failures: later.length, lastFailure: Math.max(...later) } : noBackoff
}

/** When a pod ended: by its containers, its readiness, or its deletion. Of upstream's getFinishedTime. */
export function finishedAt(pod: Pod): number {
  const { metadata, status, spec } = pod
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name))
  const containers = [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ]
  const ends = containers.map(({ state }) => state?.terminated?.finishedAt ?? '')
  if (ends.length > 0 && ends.every(end => end !== '')) return Math.max(...ends.map(parseTime))
  const ready = conditionOf(status.conditions, 'Ready')
  if (ready?.status === 'False' && ready.lastTransitionTime) return parseTime(ready.lastTransitionTime)
  if (metadata.deletionTimestamp)
    return parseTime(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000
  return metadata.creationTimestamp ? parseTime(metadata.creationTimestamp) : 0
}
