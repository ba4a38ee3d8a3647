import type { Node, Taint } from '../../api/core/node/node.ts'
import { tolerates } from '../../api/core/node/taints.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { parseTime } from '../../schema/scalars/time.ts'

/** The taints that drive pods away. */
export const evictingTaints = (node: Node): readonly Taint[] =>
  (node.spec.taints ?? []).filter(taint => taint.effect === 'NoExecute')

/** When the pod came to its node: before that no taint was its concern. */
function placedAt(pod: Pod): number {
  const scheduled = pod.status.conditions?.find(each => each.type === 'PodScheduled' && each.status === 'True')
  const stamp = scheduled?.lastTransitionTime || pod.metadata.creationTimestamp
  return stamp ? parseTime(stamp) : 0
}

/**
 * When a pod must leave its node because of NoExecute taints: a time in milliseconds, at once (0), or never. The first
 * toleration that fits a taint speaks for it; one without a limit does not prolong the others. Taints that do not say
 * since when count from `seen`.
 */
export function leaveAt(pod: Pod, node: Node, seen: number): number | undefined {
  let soonest: number | undefined
  for (const taint of evictingTaints(node)) {
    const toleration = pod.spec.tolerations?.find(each => tolerates(each, taint))
    if (!toleration) return 0
    if (toleration.tolerationSeconds === undefined) continue
    if (toleration.tolerationSeconds <= 0) return 0
    const since = Math.max(taint.timeAdded ? parseTime(taint.timeAdded) : seen, placedAt(pod))
    soonest = Math.min(soonest ?? Infinity, since + toleration.tolerationSeconds * 1000)
  }
  return soonest
}
