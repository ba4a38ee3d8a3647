import type { Pod } from '../../api/core/pod/pod.ts'
import { podReady, readySince } from '../../api/core/pod/readiness.ts'
import { parseTime } from '../../schema/scalars/time.ts'

const deletionCost = (pod: Pod) =>
  Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0
const phaseRank: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 }
const restarts = (pod: Pod) =>
  Math.max(0, ...(pod.status.containerStatuses ?? []).map(status => status.restartCount ?? 0))
/** Times are compared by their order of magnitude: small differences in age say nothing. */
const magnitude = (milliseconds: number) => Math.floor(Math.log2(Math.max(1, milliseconds / 1000)))

/**
 * Orders pods by how little is lost when they go, the first to go first: not placed, pending, not ready, cheap, crowded
 * on a node, ready for a short time, restarted often, young. The order of
 * `k8s.io/kubernetes/pkg/controller.ActivePodsWithRanks`. `crowd` counts the owner's pods on a node.
 */
export function byDeletionRank(pods: readonly Pod[], crowd: (node: string) => number, now: number): Pod[] {
  const keys = new Map(
    pods.map(pod => {
      const ready = podReady(pod)
      const since = ready ? readySince(pod) : undefined
      return [
        pod,
        [
          pod.spec.nodeName ? 1 : 0,
          phaseRank[pod.status.phase ?? ''] ?? 1,
          ready ? 1 : 0,
          deletionCost(pod),
          -crowd(pod.spec.nodeName ?? ''),
          since === undefined ? 0 : magnitude(now - since),
          -restarts(pod),
          magnitude(now - parseTime(pod.metadata.creationTimestamp ?? '')),
        ],
      ]
    }),
  )
  return [...pods].sort((a, b) => {
    const [left = [], right = []] = [keys.get(a), keys.get(b)]
    const place = left.findIndex((value, index) => value !== right[index])
    return place < 0
      ? (a.metadata.uid ?? '').localeCompare(b.metadata.uid ?? '')
      : (left[place] ?? 0) - (right[place] ?? 0)
  })
}
