import type { Node } from '../../api/core/node/node.ts'
import { tolerates } from '../../api/core/node/taints.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { parseTime } from '../../schema/scalars/time.ts'

/** When a pod must leave its node because of NoExecute taints: a time in milliseconds, at once (0), or never. */
export function leaveAt(pod: Pod, node: Node, now: number): number | undefined {
  const taints = (node.spec.taints ?? []).filter(taint => taint.effect === 'NoExecute')
  let soonest: number | undefined
  for (const taint of taints) {
    const matching = (pod.spec.tolerations ?? []).filter(toleration => tolerates(toleration, taint))
    if (matching.length === 0) return 0
    // Of several tolerations for one taint the shortest counts; one without a limit does not prolong it.
    const limits = matching.flatMap(toleration =>
      toleration.tolerationSeconds === undefined ? [] : [Math.max(0, toleration.tolerationSeconds)],
    )
    if (limits.length === 0) continue
    const since = taint.timeAdded ? parseTime(taint.timeAdded) : now
    const until = since + Math.min(...limits) * 1000
    soonest = Math.min(soonest ?? until, until)
  }
  return soonest
}
