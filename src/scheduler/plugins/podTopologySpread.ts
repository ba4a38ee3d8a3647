import { nodeMatchesPod } from '../../api/core/node/nodeSelector.ts'
import type { Pod, TopologySpreadConstraint } from '../../api/core/pod/pod.ts'
import { labelSelectorMatches } from '../../api/meta/selectors.ts'
import type { NodeInfo } from '../cache/nodeInfo.ts'
import type { Snapshot } from '../cache/snapshot.ts'
import { fits, type SchedulerPlugin } from '../plugin.ts'
import { taintToleration } from './taintToleration.ts'

interface Spread {
  readonly constraint: TopologySpreadConstraint
  /** Matching pods per value of the topology key, over the nodes that count. */
  readonly counts: ReadonlyMap<string, number>
  readonly least: number
  readonly self: number
}

/** The labels that count: the selector, and the pod's own values of `matchLabelKeys`. */
function counts(constraint: TopologySpreadConstraint, pod: Pod, other: Pod): boolean {
  if (
    other.metadata.namespace !== pod.metadata.namespace ||
    other.metadata.deletionTimestamp ||
    !constraint.labelSelector
  )
    return false
  const labels = other.metadata.labels ?? {}
  const same = (constraint.matchLabelKeys ?? []).every(
    key => pod.metadata.labels?.[key] === undefined || labels[key] === pod.metadata.labels[key],
  )
  return same && labelSelectorMatches(constraint.labelSelector, labels)
}

function spread(
  constraint: TopologySpreadConstraint,
  pod: Pod,
  snapshot: Snapshot,
  eligible: (node: NodeInfo) => boolean,
): Spread {
  const tally = new Map<string, number>()
  for (const node of snapshot.nodes) {
    const value = node.node.metadata.labels?.[constraint.topologyKey]
    if (value === undefined || !eligible(node)) continue
    let matching = 0
    for (const other of node.pods.values()) if (counts(constraint, pod, other.pod)) matching++
    tally.set(value, (tally.get(value) ?? 0) + matching)
  }
  const domains = tally.size
  const least = domains < (constraint.minDomains ?? 1) ? 0 : Math.min(...tally.values())
  return { constraint, counts: tally, least: domains === 0 ? 0 : least, self: counts(constraint, pod, pod) ? 1 : 0 }
}

/** Keeps matching pods evenly over the values of a node label. */
export const podTopologySpread: SchedulerPlugin = {
  name: 'PodTopologySpread',
  wakes: ['node-added', 'node-labels', 'node-taints', 'pod-removed', 'pod-bound', 'pod-changed'],
  weight: 2,
  reverse: true,
  prepare(info, snapshot) {
    const { pod } = info
    return (pod.spec.topologySpreadConstraints ?? []).map(constraint =>
      spread(constraint, pod, snapshot, node => {
        if (constraint.nodeAffinityPolicy !== 'Ignore' && !nodeMatchesPod(pod, node.node)) return false
        return constraint.nodeTaintsPolicy !== 'Honor' || taintToleration.filter?.(info, node, undefined).length === 0
      }),
    )
  },
  filter(_pod, { node }, prepared) {
    for (const { constraint, counts, least, self } of prepared as readonly Spread[]) {
      if (constraint.whenUnsatisfiable === 'ScheduleAnyway') continue
      const value = node.metadata.labels?.[constraint.topologyKey]
      if (value === undefined)
        return [
          { reason: "node(s) didn't match pod topology spread constraints (missing required label)", final: true },
        ]
      if ((counts.get(value) ?? 0) + self - least > constraint.maxSkew)
        return [{ reason: "node(s) didn't match pod topology spread constraints" }]
    }
    return fits
  },
  score(_pod, { node }, prepared) {
    let sum = 0
    for (const { constraint, counts } of prepared as readonly Spread[]) {
      if (constraint.whenUnsatisfiable !== 'ScheduleAnyway') continue
      const value = node.metadata.labels?.[constraint.topologyKey]
      sum += value === undefined ? 1000 : (counts.get(value) ?? 0) * Math.log(counts.size + 2) + constraint.maxSkew - 1
    }
    return Math.round(sum * 1000)
  },
}
