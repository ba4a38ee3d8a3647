import type { NodeInfo } from '../cache/nodeInfo.ts'
import type { PodInfo } from '../cache/podInfo.ts'
import type { Rejection, SchedulerPlugin } from '../plugin.ts'

/** The free part of a resource after the pod, 0 to 100. */
function freeShare(node: NodeInfo, pod: PodInfo, name: 'cpu' | 'memory'): number {
  const capacity = node.allocatable.get(name) ?? 0
  const used = node.scored[name] + pod.scored[name]
  return capacity === 0 || used > capacity ? 0 : Math.floor(((capacity - used) * 100) / capacity)
}

/** Requests must fit beside what is there; of the nodes where they do, the least used are preferred (LeastAllocated). */
export const nodeResourcesFit: SchedulerPlugin = {
  name: 'NodeResourcesFit',
  wakes: ['node-added', 'node-allocatable', 'pod-removed', 'pod-changed'],
  weight: 1,
  scaled: true,
  filter(pod, node) {
    const rejections: Rejection[] = []
    if (node.pods.size + 1 > (node.allocatable.get('pods') ?? 0)) rejections.push({ reason: 'Too many pods' })
    for (const [name, wanted] of pod.requests) {
      if (wanted === 0 || name === 'pods') continue
      const capacity = node.allocatable.get(name) ?? 0
      if (wanted <= capacity - (node.requested.get(name) ?? 0)) continue
      // More than the whole node has: no pod that goes could make room.
      rejections.push(
        wanted > capacity ? { reason: `Insufficient ${name}`, final: true } : { reason: `Insufficient ${name}` },
      )
    }
    return rejections
  },
  score: (pod, node) => Math.floor((freeShare(node, pod, 'cpu') + freeShare(node, pod, 'memory')) / 2),
}
