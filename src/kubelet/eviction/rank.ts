import { podRequests } from '../../api/core/pod/requests.ts'
import type { Pod } from '../pod.ts'
import { amountOf } from '../resources/linux.ts'

/** What a pod uses of the thing that is short, in bytes. */
export interface Usage {
  readonly pod: Pod
  readonly bytes: number
}

/** Pods that must stay whatever happens (`system-cluster-critical` and above). */
const critical = 2_000_000_000

/**
 * Pods in the order in which they are to go (`rankMemoryPressure`): first those that use more than they asked for,
 * then by priority, then by how far they are above what they asked for. Critical pods are not among them. Pure.
 */
export function rankForEviction(usages: readonly Usage[], resource: 'memory' | 'ephemeral-storage'): Pod[] {
  return usages
    .filter(({ pod }) => (pod.spec.priority ?? 0) < critical)
    .map(({ pod, bytes }) => ({ pod, excess: bytes - amountOf(podRequests(pod), resource) }))
    .sort(
      (a, b) =>
        Number(b.excess > 0) - Number(a.excess > 0) ||
        (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) ||
        b.excess - a.excess,
    )
    .map(({ pod }) => pod)
}
