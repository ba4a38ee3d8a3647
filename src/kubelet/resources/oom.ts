import { computeQos } from '../../api/core/pod/qos.ts'
import { type Container, isSidecar, type Pod } from '../pod.ts'
import { amountOf } from './linux.ts'

const guaranteed = -997
const bestEffort = 1000
/** Pods with at least this priority are critical to the node (`system-node-critical`). */
const nodeCritical = 2_000_001_000

/**
 * How gladly the kernel kills a container when memory runs out (`qos.GetContainerOOMScoreAdjust`): the more it asked
 * for of the node's memory, the less.
 */
export function oomScoreAdjust(pod: Pod, container: Container, memoryCapacity: number): number {
  if ((pod.spec.priority ?? 0) >= nodeCritical) return guaranteed
  const qos = computeQos(pod.spec)
  if (qos === 'Guaranteed') return guaranteed
  if (qos === 'BestEffort') return bestEffort
  const spare = spareShare(pod)
  const score = (bytes: number) => 1000 - Math.floor((1000 * (bytes + spare)) / memoryCapacity)
  let adjust = score(amountOf(container.resources?.requests, 'memory'))
  if (isSidecar(container)) {
    const smallest = Math.min(...pod.spec.containers.map(each => amountOf(each.resources?.requests, 'memory')))
    adjust = Math.min(adjust, score(smallest))
  }
  if (adjust < 1000 + guaranteed) return 1000 + guaranteed
  return adjust === bestEffort ? bestEffort - 1 : adjust
}

/** What the pod as a whole asked for beyond its containers, shared out among them. */
function spareShare(pod: Pod): number {
  const whole = pod.spec.resources?.requests?.memory
  if (whole === undefined) return 0
  const running = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)]
  const asked = running.reduce((sum, each) => sum + amountOf(each.resources?.requests, 'memory'), 0)
  return Math.max(0, Math.floor((amountOf(pod.spec.resources?.requests, 'memory') - asked) / running.length))
}
