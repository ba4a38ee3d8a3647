import type { Node } from '../../api/core/node/node.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { NodeInfo } from './nodeInfo.ts'
import { type PodInfo, podInfo } from './podInfo.ts'

/** What a cycle reads. One thread runs cycles, so the live cache is the snapshot: nothing changes under a cycle. */
export interface Snapshot {
  readonly nodes: readonly NodeInfo[]
  get(name: string): NodeInfo | undefined
}

/**
 * The cluster as the scheduler believes it to be: nodes and the pods on them, with the pods it has just placed counted
 * before the API server says so. Only what changed is touched.
 */
export interface SchedulerCache extends Snapshot {
  setNode(node: Node): void
  removeNode(name: string): void
  /** A pod that is bound to a node and not finished. */
  setPod(pod: Pod): void
  removePod(uid: string): void
  /** Counts a pod on a node while its binding is written. */
  assume(pod: PodInfo, node: string): void
  /** The binding failed. */
  forget(uid: string): void
  isAssumed(uid: string): boolean
}

export function createSchedulerCache(): SchedulerCache {
  const nodes = new Map<string, NodeInfo>()
  /** Pods on nodes that are not known (yet). */
  const homeless = new Map<string, Map<string, PodInfo>>()
  const placed = new Map<string, string>()
  const assumed = new Set<string>()
  let list: readonly NodeInfo[] | undefined

  const put = (info: PodInfo, name: string) => {
    take(info.uid)
    placed.set(info.uid, name)
    const node = nodes.get(name)
    if (node) node.add(info)
    else homeless.set(name, (homeless.get(name) ?? new Map<string, PodInfo>()).set(info.uid, info))
  }
  const take = (uid: string) => {
    const name = placed.get(uid)
    if (name === undefined) return
    placed.delete(uid)
    nodes.get(name)?.remove(uid)
    const waiting = homeless.get(name)
    if (waiting?.delete(uid) && waiting.size === 0) homeless.delete(name)
  }

  return {
    get nodes() {
      list ??= [...nodes.values()]
      return list
    },
    get: name => nodes.get(name),
    setNode(node) {
      const name = node.metadata.name ?? ''
      const known = nodes.get(name)
      if (known) return known.replace(node)
      const info = new NodeInfo(node)
      for (const pod of homeless.get(name)?.values() ?? []) info.add(pod)
      homeless.delete(name)
      nodes.set(name, info)
      list = undefined
    },
    removeNode(name) {
      const node = nodes.get(name)
      if (!node) return
      nodes.delete(name)
      if (node.pods.size > 0) homeless.set(name, new Map(node.pods))
      list = undefined
    },
    setPod(pod) {
      const uid = pod.metadata.uid ?? ''
      assumed.delete(uid)
      put(podInfo(pod), pod.spec.nodeName ?? '')
    },
    removePod(uid) {
      assumed.delete(uid)
      take(uid)
    },
    assume(pod, node) {
      assumed.add(pod.uid)
      put(pod, node)
    },
    forget(uid) {
      if (assumed.delete(uid)) take(uid)
    },
    isAssumed: uid => assumed.has(uid),
  }
}
