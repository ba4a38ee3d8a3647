import { nodeMatchesPod, nodeSelectorTermMatches } from '../../api/core/node/nodeSelector.ts'
import { fits, type SchedulerPlugin } from '../plugin.ts'

/** nodeSelector and required node affinity; preferred affinity as a score. */
export const nodeAffinity: SchedulerPlugin = {
  name: 'NodeAffinity',
  wakes: ['node-added', 'node-labels', 'pod-changed'],
  weight: 2,
  filter: ({ pod }, { node }) =>
    nodeMatchesPod(pod, node) ? fits : [{ reason: "node(s) didn't match Pod's node affinity/selector", final: true }],
  score({ pod }, { node }) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    return preferred.reduce(
      (sum, { weight, preference }) => sum + (nodeSelectorTermMatches(preference, node) ? weight : 0),
      0,
    )
  },
}
