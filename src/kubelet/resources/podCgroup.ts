import { computeQos } from '../../api/core/pod/qos.ts'
import { podLimits, podRequests } from '../../api/core/pod/requests.ts'
import { allContainers, type Pod } from '../pod.ts'
import type { CgroupLimits, Cgroups } from './cgroup.ts'
import { amountOf, cpuPeriod, cpuQuota, cpuShares, milliOf } from './linux.ts'

/** The groups of a node's pods: `<root>/kubepods[/burstable|/besteffort]/pod<uid>`. */
export interface PodCgroups {
  /** Makes the groups that hold the pods, once at start. */
  prepare(): Promise<void>
  /** The parent for a pod's containers, as the runtime wants it. */
  pathOf(pod: Pod): string
  create(pod: Pod): Promise<void>
  /** By uid, whatever class the pod was of. Rejects while a process is left. */
  remove(uid: string): Promise<void>
  /** Uids that have a group. */
  uids(): Promise<string[]>
}

const classes = ['', 'burstable', 'besteffort']

/** `root`: the node's own part of the tree, `/` for the only node of a machine. */
export function createPodCgroups(cgroups: Cgroups, root: string): PodCgroups {
  const top = `${root === '/' ? '' : root}/kubepods`
  const under = (name: string) => (name ? `${top}/${name}` : top)
  const classOf = (pod: Pod) => {
    const qos = computeQos(pod.spec)
    return qos === 'Guaranteed' ? '' : qos.toLowerCase()
  }
  const pathOf = (pod: Pod) => `${under(classOf(pod))}/pod${pod.metadata.uid}`
  return {
    pathOf,
    async prepare() {
      await cgroups.create(top, {})
      await cgroups.create(under('burstable'), {})
      await cgroups.create(under('besteffort'), { cpuShares: 2 })
    },
    create: pod => cgroups.create(pathOf(pod), podCgroupLimits(pod)),
    async remove(uid) {
      for (const name of classes) await cgroups.remove(`${under(name)}/pod${uid}`)
    },
    async uids() {
      const lists = await Promise.all(classes.map(name => cgroups.children(under(name))))
      return lists.flat().flatMap(name => (name.startsWith('pod') ? [name.slice(3)] : []))
    },
  }
}

/** Limits of a pod as a whole (`cm.ResourceConfigForPod`): limits count only where every container has one. */
export function podCgroupLimits(pod: Pod): CgroupLimits {
  const qos = computeQos(pod.spec)
  if (qos === 'BestEffort') return { cpuShares: 2 }
  const limits = podLimits(pod)
  const everyLimited = (name: string) =>
    pod.spec.resources?.limits?.[name] !== undefined ||
    allContainers(pod).every(container => container.resources?.limits?.[name] !== undefined)
  return {
    cpuShares: cpuShares(milliOf(podRequests(pod), 'cpu')),
    ...(everyLimited('cpu') ? { cpuQuota: cpuQuota(milliOf(limits, 'cpu')), cpuPeriod } : {}),
    ...(everyLimited('memory') ? { memoryBytes: amountOf(limits, 'memory') } : {}),
  }
}
