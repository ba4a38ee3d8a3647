import type { NodeInfo } from '../cache/nodeInfo.ts'
import type { PodInfo } from '../cache/podInfo.ts'
import type { Snapshot } from '../cache/snapshot.ts'
import { prepareAll, reject } from '../cycle.ts'
import { failedMessage } from '../message.ts'
import type { Rejection, SchedulerPlugin } from '../plugin.ts'

/** Pods to take away from a node so that a more important one fits; or why there are none, as the user is told. */
export type Preemption =
  | { readonly outcome: 'victims'; readonly node: NodeInfo; readonly victims: readonly PodInfo[] }
  | { readonly outcome: 'none'; readonly message: string }

const startedAt = (pod: PodInfo) => pod.pod.status.startTime ?? pod.pod.metadata.creationTimestamp ?? ''
/** Most important first: higher priority, then longer running. */
const byImportance = (a: PodInfo, b: PodInfo) => b.priority - a.priority || startedAt(a).localeCompare(startedAt(b))

/**
 * Looks for the node where the least has to go: the highest victim as low as possible, then the sum of priorities, then
 * their number, then the latest start. `k8s.io/kubernetes/pkg/scheduler/framework/preemption`.
 */
export function findVictims(
  plugins: readonly SchedulerPlugin[],
  pod: PodInfo,
  snapshot: Snapshot,
  rejections: ReadonlyMap<NodeInfo, readonly Rejection[]>,
): Preemption {
  if (pod.pod.spec.preemptionPolicy === 'Never')
    return { outcome: 'none', message: 'preemption: not eligible due to preemptionPolicy=Never.' }
  const nominated = snapshot.get(pod.pod.status.nominatedNodeName ?? '')
  const leaving =
    nominated &&
    [...nominated.pods.values()].some(other => other.pod.metadata.deletionTimestamp && other.priority < pod.priority)
  if (leaving)
    return { outcome: 'none', message: 'preemption: not eligible due to a terminating pod on the nominated node.' }
  const candidates: { node: NodeInfo; victims: readonly PodInfo[] }[] = []
  const why: string[] = []
  for (const [node, reasons] of rejections) {
    if (reasons.some(reason => reason.final)) {
      why.push('Preemption is not helpful for scheduling')
      continue
    }
    const found = victimsOn(plugins, pod, node, snapshot)
    if ('victims' in found) candidates.push({ node, victims: found.victims })
    else why.push(...found.refused.map(each => each.reason))
  }
  candidates.sort(
    (a, b) =>
      highest(a.victims) - highest(b.victims) ||
      total(a.victims) - total(b.victims) ||
      a.victims.length - b.victims.length ||
      latest(b.victims).localeCompare(latest(a.victims)),
  )
  const [chosen] = candidates
  return chosen
    ? { outcome: 'victims', ...chosen }
    : { outcome: 'none', message: `preemption: ${failedMessage(snapshot.nodes.length, why, '')}` }
}

const highest = (victims: readonly PodInfo[]) => Math.max(...victims.map(victim => victim.priority))
const total = (victims: readonly PodInfo[]) => victims.reduce((sum, victim) => sum + victim.priority + 2 ** 31, 0)
const latest = (victims: readonly PodInfo[]) => victims.map(startedAt).sort()[0] ?? ''

/** The fewest pods of lower priority that make room: all are taken away, then given back from the most important on. */
function victimsOn(
  plugins: readonly SchedulerPlugin[],
  pod: PodInfo,
  real: NodeInfo,
  snapshot: Snapshot,
): { readonly victims: readonly PodInfo[] } | { readonly refused: readonly Rejection[] } {
  const lower = [...real.pods.values()].filter(other => other.priority < pod.priority).sort(byImportance)
  if (lower.length === 0) return { refused: [{ reason: 'No preemption victims found for incoming pod' }] }
  const node = real.copy()
  const trial: Snapshot = {
    nodes: snapshot.nodes.map(other => (other === real ? node : other)),
    get: name => (name === real.name ? node : snapshot.get(name)),
  }
  const refusal = () => reject(plugins, pod, node, prepareAll(plugins, pod, trial))
  for (const victim of lower) node.remove(victim.uid)
  const still = refusal()
  if (still) return { refused: still.reasons }
  const victims: PodInfo[] = []
  for (const victim of lower) {
    node.add(victim)
    if (!refusal()) continue
    node.remove(victim.uid)
    victims.push(victim)
  }
  return { victims }
}
