import type { NodeInfo } from './cache/nodeInfo.ts'
import type { PodInfo } from './cache/podInfo.ts'
import type { Snapshot } from './cache/snapshot.ts'
import type { Rejection, SchedulerPlugin } from './plugin.ts'

/** What a cycle found: a node, or why every node was rejected and which plugins did it. */
export type CycleResult =
  | { readonly outcome: 'node'; readonly node: NodeInfo }
  | {
      readonly outcome: 'none'
      readonly rejections: ReadonlyMap<NodeInfo, readonly Rejection[]>
      readonly rejectedBy: readonly SchedulerPlugin[]
    }

/** What the plugins worked out about a pod before looking at nodes. */
export type Prepared = ReadonlyMap<SchedulerPlugin, unknown>

export const prepareAll = (plugins: readonly SchedulerPlugin[], pod: PodInfo, snapshot: Snapshot): Prepared =>
  new Map(plugins.filter(plugin => plugin.prepare).map(plugin => [plugin, plugin.prepare?.(pod, snapshot)]))

/** The first plugin that rejects the node, with its reasons; undefined when the pod fits. */
export function reject(
  plugins: readonly SchedulerPlugin[],
  pod: PodInfo,
  node: NodeInfo,
  prepared: Prepared,
): { plugin: SchedulerPlugin; reasons: readonly Rejection[] } | undefined {
  for (const plugin of plugins) {
    const reasons = plugin.filter?.(pod, node, prepared.get(plugin))
    if (reasons && reasons.length > 0) return { plugin, reasons }
  }
  return undefined
}

/**
 * How many fitting nodes are enough: all of up to 100, of more a share that shrinks to 5 %
 * (`schedulePod.numFeasibleNodesToFind`).
 */
function enough(nodes: number): number {
  if (nodes < 100) return nodes
  return Math.max(100, Math.floor((nodes * Math.max(5, 50 - Math.floor(nodes / 125))) / 100))
}

/** Finds the best node for a pod. `offset`: where among the nodes to begin, so that large clusters are used evenly. */
export function runCycle(
  plugins: readonly SchedulerPlugin[],
  pod: PodInfo,
  snapshot: Snapshot,
  offset: number,
  tieBreak: () => number,
): CycleResult {
  const { nodes } = snapshot
  const prepared = prepareAll(plugins, pod, snapshot)
  const wanted = enough(nodes.length)
  const feasible: NodeInfo[] = []
  const rejections = new Map<NodeInfo, readonly Rejection[]>()
  const rejectedBy = new Set<SchedulerPlugin>()
  for (let step = 0; step < nodes.length && feasible.length < wanted; step++) {
    const node = nodes[(offset + step) % nodes.length] as NodeInfo
    const rejected = reject(plugins, pod, node, prepared)
    if (rejected) {
      rejections.set(node, rejected.reasons)
      rejectedBy.add(rejected.plugin)
    } else feasible.push(node)
  }
  const [only] = feasible
  if (!only) return { outcome: 'none', rejections, rejectedBy: [...rejectedBy] }
  return { outcome: 'node', node: feasible.length === 1 ? only : best(plugins, pod, feasible, prepared, tieBreak) }
}

/** The node with the highest weighted sum of scores; among equals one by chance. */
function best(
  plugins: readonly SchedulerPlugin[],
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  prepared: Prepared,
  tieBreak: () => number,
): NodeInfo {
  const totals = new Float64Array(nodes.length)
  for (const plugin of plugins) {
    if (!plugin.score) continue
    const raw = nodes.map(node => plugin.score?.(pod, node, prepared.get(plugin)) ?? 0)
    const scores = plugin.scaled ? raw : scale(raw, plugin.reverse ?? false)
    for (const [index, score] of scores.entries()) totals[index] = (totals[index] ?? 0) + score * (plugin.weight ?? 1)
  }
  const highest = Math.max(...totals)
  const winners = nodes.filter((_, index) => totals[index] === highest)
  return winners[Math.floor(tieBreak() * winners.length)] as NodeInfo
}

/** Brings scores to 0..100 over the nodes; all equal means they say nothing. */
function scale(raw: readonly number[], reverse: boolean): number[] {
  const lowest = Math.min(...raw)
  const range = Math.max(...raw) - lowest
  if (range === 0) return raw.map(() => (reverse ? 100 : 0))
  return raw.map(score => {
    const scaled = ((score - lowest) * 100) / range
    return Math.floor(reverse ? 100 - scaled : scaled)
  })
}
