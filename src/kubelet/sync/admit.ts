import { podRequests } from '../../api/core/pod/requests.ts'
import type { Allocatable } from '../container/fieldRef.ts'
import type { Pod } from '../pod.ts'
import { amountOf, milliOf } from '../resources/linux.ts'
import type { Verdict } from './worker.ts'

export interface NodeCapacity {
  readonly allocatable: Allocatable
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Whether the node can take a pod beside those it has; a verdict when it can't. The scheduler has asked the same, but
 * pods may be bound without it, and it may not have seen all.
 */
export function admit(pod: Pod, others: readonly Pod[], node: NodeCapacity): Verdict | undefined {
  const rejected = (reason: string, why: string): Verdict => ({ reason, message: `Pod was rejected: ${why}` })
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) {
    if (node.labels[key] !== value) {
      return rejected(
        'NodeAffinity',
        "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
      )
    }
  }
  const lacking = (name: string, requested: number, used: number, capacity: number) =>
    rejected(
      `OutOf${name}`,
      `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
    )
  const capacity = amountOf(node.allocatable, 'pods')
  if (others.length + 1 > capacity) return lacking('pods', 1, others.length, capacity)
  const requests = podRequests(pod)
  for (const name of Object.keys(requests)) {
    const measure = name === 'cpu' ? milliOf : amountOf
    const requested = measure(requests, name)
    if (requested === 0) continue
    const used = others.reduce((sum, other) => sum + measure(podRequests(other), name), 0)
    const available = measure(node.allocatable, name)
    if (requested + used > available) return lacking(name, requested, used, available)
  }
  return undefined
}
