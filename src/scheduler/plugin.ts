import type { Pod } from '../api/core/pod/pod.ts'
import type { NodeInfo } from './cache/nodeInfo.ts'
import type { PodInfo } from './cache/podInfo.ts'
import type { Snapshot } from './cache/snapshot.ts'

/**
 * Why a pod cannot run on a node, in upstream's words. `final`: removing other pods would not help, so preemption need
 * not look at the node.
 */
export interface Rejection {
  readonly reason: string
  readonly final?: true
}

/** What may make room: a plugin names the events that could overturn its rejections, and only those wake its pods. */
export type ClusterEvent =
  | 'node-added'
  | 'node-allocatable'
  | 'node-labels'
  | 'node-taints'
  | 'node-unschedulable'
  | 'pod-removed'
  | 'pod-bound'
  | 'pod-changed'
  | 'volume'

/**
 * The contract of a scheduler plugin; `plugins/index.ts` lists all, in the order in which they are asked. Plugins keep
 * no state: what they need is in the snapshot, which does not change during a cycle.
 */
export interface SchedulerPlugin {
  readonly name: string
  readonly wakes: readonly ClusterEvent[]
  /** Whether the pod may be tried at all; a reason keeps it out of the queue until the pod changes. */
  gate?(pod: Pod): string | undefined
  /** Looks at the pod once per cycle; the result is handed to `filter` and `score`. */
  prepare?(pod: PodInfo, snapshot: Snapshot): unknown
  /** Whether the pod fits on the node; all reasons why not. */
  filter?(pod: PodInfo, node: NodeInfo, prepared: unknown): readonly Rejection[]
  /** How good the node is, higher is better, in any unit: scaled to 0..100 over the nodes unless `scaled`. */
  score?(pod: PodInfo, node: NodeInfo, prepared: unknown): number
  readonly weight?: number
  /** Scores are already 0..100. */
  readonly scaled?: true
  /** A lower score is better. */
  readonly reverse?: true
}

export const fits: readonly Rejection[] = []
