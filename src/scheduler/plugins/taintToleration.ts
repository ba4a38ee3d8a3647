import type { Taint } from '../../api/core/node/node.ts'
import { tolerates } from '../../api/core/node/taints.ts'
import type { Toleration } from '../../api/core/pod/pod.ts'
import { fits, type SchedulerPlugin } from '../plugin.ts'

const tolerated = (tolerations: readonly Toleration[], taint: Taint) =>
  tolerations.some(toleration => tolerates(toleration, taint))

/** Taints keep pods away that do not tolerate them; those of PreferNoSchedule only make the node less wanted. */
export const taintToleration: SchedulerPlugin = {
  name: 'TaintToleration',
  wakes: ['node-added', 'node-taints', 'pod-changed'],
  weight: 3,
  reverse: true,
  filter({ pod }, { node }) {
    const forbidding = (node.spec.taints ?? []).filter(
      taint => taint.effect === 'NoSchedule' || taint.effect === 'NoExecute',
    )
    if (forbidding.every(taint => tolerated(pod.spec.tolerations ?? [], taint))) return fits
    return [{ reason: 'node(s) had untolerated taint(s)', final: true }]
  },
  score({ pod }, { node }) {
    const tolerations = (pod.spec.tolerations ?? []).filter(
      toleration => !toleration.effect || toleration.effect === 'PreferNoSchedule',
    )
    return (node.spec.taints ?? []).filter(
      taint => taint.effect === 'PreferNoSchedule' && !tolerated(tolerations, taint),
    ).length
  },
}
