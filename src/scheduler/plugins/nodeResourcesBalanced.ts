import type { SchedulerPlugin } from '../plugin.ts'

/** Prefers nodes on which CPU and memory would be used to the same degree. */
export const nodeResourcesBalanced: SchedulerPlugin = {
  name: 'NodeResourcesBalancedAllocation',
  wakes: [],
  weight: 1,
  scaled: true,
  score(pod, node) {
    const share = (name: 'cpu' | 'memory') => {
      const capacity = node.allocatable.get(name) ?? 0
      return capacity === 0
        ? 0
        : Math.min(1, ((node.requested.get(name) ?? 0) + (pod.requests.get(name) ?? 0)) / capacity)
    }
    // Of two values the standard deviation is half their distance.
    return Math.floor((1 - Math.abs(share('cpu') - share('memory')) / 2) * 100)
  },
}
