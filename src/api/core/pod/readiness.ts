import { parseTime } from '../../../schema/scalars/time.ts'
import { conditionOf } from './conditions.ts'
import type { Pod } from './pod.ts'

/** The pod ended and will not run again. */
export const podTerminal = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed'

/** The pod counts as a replica: it has not ended and nobody has asked it to. */
export const podActive = (pod: Pod): boolean => !podTerminal(pod) && !pod.metadata.deletionTimestamp

/** The Ready condition holds. */
export const podReady = (pod: Pod): boolean => conditionOf(pod.status.conditions, 'Ready')?.status === 'True'

/** Milliseconds since the epoch from which on the pod has been ready; undefined when it is not, or nobody noted when. */
export function readySince(pod: Pod): number | undefined {
  const ready = conditionOf(pod.status.conditions, 'Ready')
  return ready?.status === 'True' && ready.lastTransitionTime ? parseTime(ready.lastTransitionTime) : undefined
}

/**
 * The pod has been ready for `minReadySeconds`. `now` in milliseconds. Upstream's podutil.IsPodAvailable.
 */
export function podAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  if (!podReady(pod)) return false
  if (minReadySeconds === 0) return true
  const since = readySince(pod)
  return since !== undefined && since + minReadySeconds * 1000 <= now
}
