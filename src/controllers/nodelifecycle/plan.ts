import type { Lease } from '../../api/coordination/lease.ts'
import type { Node, NodeCondition, Taint } from '../../api/core/node/node.ts'

/** How long a node may be silent before it counts as lost, and how long a new one has to speak first. Milliseconds. */
export const gracePeriod = 50_000
export const startupGracePeriod = 60_000

const watched = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

/** Taints that mirror conditions; only these are this controller's to put on and take off. */
const taintOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: 'node.kubernetes.io/not-ready', Unknown: 'node.kubernetes.io/unreachable' },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
}
const unschedulable = 'node.kubernetes.io/unschedulable'
const ownKeys = new Set([unschedulable, ...Object.values(taintOf).flatMap(each => Object.values(each))])
const evicting = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'])

export const conditionOf = (node: Node, type: string): NodeCondition | undefined =>
  node.status.conditions?.find(condition => condition.type === type)
export const readyStatus = (node: Node): string => conditionOf(node, 'Ready')?.status ?? 'Unknown'

/** What shows that a node lives: its last status and its last lease. Another text means that it was heard from. */
export const signOfLife = (node: Node, lease: Lease | undefined): string =>
  JSON.stringify([lease?.spec.renewTime ?? '', conditionOf(node, 'Ready')?.lastHeartbeatTime ?? ''])

/** The conditions of a node that fell silent: Unknown, with the reason; undefined when nothing changes. */
export function silentConditions(node: Node, timestamp: string): NodeCondition[] | undefined {
  const before = node.status.conditions ?? []
  const result: NodeCondition[] = before.filter(condition => !(watched as readonly string[]).includes(condition.type))
  let changed = false
  for (const type of watched) {
    const known = before.find(condition => condition.type === type)
    if (known?.status === 'Unknown') {
      result.push(known)
      continue
    }
    changed = true
    const [reason, message] = known
      ? ['NodeStatusUnknown', 'Kubelet stopped posting node status.']
      : ['NodeStatusNeverUpdated', 'Kubelet never posted node status.']
    result.push({
      ...known,
      type,
      status: 'Unknown',
      reason,
      message,
      lastTransitionTime: timestamp,
      lastHeartbeatTime: known?.lastHeartbeatTime ?? node.metadata.creationTimestamp ?? timestamp,
    })
  }
  return changed ? result : undefined
}

/**
 * Whether every node that counts is not ready. Then it is rather the control plane that is cut off, and nobody is driven
 * away.
 */
export function allDisrupted(nodes: readonly Node[]): boolean {
  const counted = nodes.filter(
    node => conditionOf(node, 'Ready') && node.metadata.labels?.['node.kubernetes.io/exclude-disruption'] === undefined,
  )
  return counted.length > 0 && counted.every(node => readyStatus(node) !== 'True')
}

/**
 * The node's taints as its conditions ask for; foreign ones stay. Undefined when nothing changes. `evict`: whether those
 * that drive pods away are among them.
 */
export function taintsOf(node: Node, timestamp: string, evict: boolean): Taint[] | undefined {
  const wanted: { key: string; effect: 'NoSchedule' | 'NoExecute' }[] = []
  for (const [type, byStatus] of Object.entries(taintOf)) {
    const key = byStatus[conditionOf(node, type)?.status ?? '']
    if (key === undefined) continue
    wanted.push({ key, effect: 'NoSchedule' })
    if (evict && evicting.has(key)) wanted.push({ key, effect: 'NoExecute' })
  }
  if (node.spec.unschedulable) wanted.push({ key: unschedulable, effect: 'NoSchedule' })
  const before = node.spec.taints ?? []
  const has = (list: readonly { key: string; effect: string }[], taint: { key: string; effect: string }) =>
    list.some(each => each.key === taint.key && each.effect === taint.effect)
  const kept = before.filter(taint => !ownKeys.has(taint.key) || has(wanted, taint))
  const added = wanted.filter(taint => !has(before, taint)).map(taint => ({ ...taint, timeAdded: timestamp }))
  return kept.length === before.length && added.length === 0 ? undefined : [...kept, ...added]
}
