import { tolerates, unschedulableTaint } from '../../api/core/node/taints.ts'
import { fits, type SchedulerPlugin } from '../plugin.ts'

const taint = { key: unschedulableTaint, effect: 'NoSchedule' } as const

/** A cordoned node takes no pods, but those that tolerate the taint of being cordoned. */
export const nodeUnschedulable: SchedulerPlugin = {
  name: 'NodeUnschedulable',
  wakes: ['node-added', 'node-unschedulable', 'pod-changed'],
  filter({ pod }, { node }) {
    if (!node.spec.unschedulable || (pod.spec.tolerations ?? []).some(toleration => tolerates(toleration, taint)))
      return fits
    return [{ reason: 'node(s) were unschedulable', final: true }]
  },
}
