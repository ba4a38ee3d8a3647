import type { Node } from '../../api/core/node/node.ts'
import { type Amounts, accumulate, amountsOf } from './amounts.ts'
import type { HostPort, PodInfo } from './podInfo.ts'

/** A node with its pods, and sums kept up to date as pods come and go. */
export class NodeInfo {
  readonly name: string
  node: Node
  allocatable: Amounts
  /** Sizes of the images on the node, by every name they have. */
  images: ReadonlyMap<string, number>
  readonly pods = new Map<string, PodInfo>()
  readonly requested = new Map<string, number>()
  readonly scored = { cpu: 0, memory: 0 }

  constructor(node: Node) {
    this.name = node.metadata.name ?? ''
    this.node = node
    this.allocatable = amountsOf(node.status.allocatable ?? {})
    this.images = imagesOf(node)
  }

  replace(node: Node): void {
    this.node = node
    this.allocatable = amountsOf(node.status.allocatable ?? {})
    this.images = imagesOf(node)
  }

  add(pod: PodInfo): void {
    this.remove(pod.uid)
    this.pods.set(pod.uid, pod)
    this.#count(pod, 1)
  }

  remove(uid: string): void {
    const pod = this.pods.get(uid)
    if (!pod) return
    this.pods.delete(uid)
    this.#count(pod, -1)
  }

  /** Whether a host port is taken: the same port and protocol on the same address, or on all of them. */
  hasPort(wanted: HostPort): boolean {
    for (const pod of this.pods.values()) {
      for (const used of pod.hostPorts) {
        if (used.port !== wanted.port || used.protocol !== wanted.protocol) continue
        if (used.ip === wanted.ip || used.ip === '0.0.0.0' || wanted.ip === '0.0.0.0') return true
      }
    }
    return false
  }

  /** A copy to try things on: preemption takes pods away from it. */
  copy(): NodeInfo {
    const other = new NodeInfo(this.node)
    for (const pod of this.pods.values()) other.add(pod)
    return other
  }

  #count(pod: PodInfo, sign: 1 | -1): void {
    accumulate(this.requested, pod.requests, sign)
    this.scored.cpu += sign * pod.scored.cpu
    this.scored.memory += sign * pod.scored.memory
  }
}

const imagesOf = (node: Node): ReadonlyMap<string, number> =>
  new Map(
    (node.status.images ?? []).flatMap(image => (image.names ?? []).map(name => [name, image.sizeBytes ?? 0] as const)),
  )
