import { leases } from '../../api/coordination/lease.ts'
import { nodes } from '../../api/core/node/resource.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { podTerminal } from '../../api/core/pod/readiness.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { controllerOf } from '../../api/meta/owners.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { keyOf } from '../../client/cache.ts'
import type { Client } from '../../client/client.ts'
import { type Controller, runController, watching } from '../../client/controller.ts'
import type { Informers } from '../../client/informer.ts'
import { formatMicroTime, formatTime } from '../../schema/scalars/time.ts'
import { workDuration } from './duration.ts'
import { nodeDraft, runningStatus, type SimulatedNodeOptions, succeededStatus } from './status.ts'

export interface SimulatedNodesDeps {
  readonly client: Client
  readonly informers: Informers
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

export interface SimulatedNodesOptions extends SimulatedNodeOptions {
  readonly names: readonly string[]
  /** Milliseconds from binding to Running. */
  readonly startDelay?: number
  /** Those of the names that have no node object yet; all by default. */
  readonly register?: readonly string[]
}

const leaseNamespace = 'kube-node-lease'
const leaseSeconds = 40
const renewEvery = 10_000

/**
 * Nodes without containers: they register, renew their leases, and drive the pods bound to them through their lives:
 * Running as soon as bound, Succeeded when a Job owns them and the `sleep` in their command is over, gone when deleted. Runs until the signal aborts.
 */
export async function runSimulatedNodes(deps: SimulatedNodesDeps, options: SimulatedNodesOptions): Promise<void> {
  const { client, informers, clock, log, signal } = deps
  const mine = new Map(options.names.map((name, index) => [name, { address: addressOf('10.254', index), index }]))
  const podInformer = informers.of(pods)
  const numbers = new Map<string, number>()
  let last = 0

  /** Addresses are made up, unique in the cluster, and the same for the life of a pod. */
  const podIp = (pod: Pod) => {
    if (pod.status.podIP) return pod.status.podIP
    const uid = pod.metadata.uid ?? ''
    const number = numbers.get(uid) ?? ++last
    numbers.set(uid, number)
    return `10.${128 + ((number >> 16) & 63)}.${(number >> 8) & 255}.${number & 255}`
  }

  const live = async (pod: Pod): Promise<{ again: number } | undefined> => {
    const { name = '', namespace = '', uid = '' } = pod.metadata
    const host = mine.get(pod.spec.nodeName ?? '')?.address ?? ''
    if (pod.metadata.deletionTimestamp) {
      await client.of(pods).delete(name, { namespace, gracePeriodSeconds: 0, preconditions: { uid } })
      return undefined
    }
    if (podTerminal(pod)) return undefined
    const stamp = formatTime(clock.now())
    if (pod.status.phase !== 'Running') {
      const bound = pod.status.conditions?.find(condition => condition.type === 'PodScheduled')?.lastTransitionTime
      const due = (bound ? Date.parse(bound) : clock.now()) + (options.startDelay ?? 0)
      if (options.startDelay && due > clock.now()) return { again: due - clock.now() }
      await client.of(pods).updateStatus({ ...pod, status: runningStatus(pod, podIp(pod), host, stamp) })
      return undefined
    }
    if (controllerOf(pod)?.kind !== 'Job') return undefined
    const due = Date.parse(pod.status.startTime ?? stamp) + workDuration(pod)
    if (due > clock.now()) return due === Number.POSITIVE_INFINITY ? undefined : { again: due - clock.now() }
    await client.of(pods).updateStatus({ ...pod, status: succeededStatus(pod, podIp(pod), host, stamp) })
    return undefined
  }

  const controller: Controller = {
    name: 'simulated-nodes',
    workers: 32,
    watches: [
      watching(podInformer, ({ type, object }) => {
        if (type === 'removed') numbers.delete(object.metadata.uid ?? '')
        return type !== 'removed' && mine.has(object.spec.nodeName ?? '') ? [keyOf(object)] : []
      }),
    ],
    async reconcile(key) {
      const pod = podInformer.cache.get(key)
      if (!pod) return undefined
      try {
        return await live(pod)
      } catch (error) {
        if (is(error, 'NotFound')) return undefined
        throw error
      }
    },
  }

  const register = async (name: string) => {
    const { address } = mine.get(name) ?? { address: '' }
    try {
      await client.of(nodes).create(nodeDraft(name, address, formatTime(clock.now()), options))
    } catch (error) {
      if (!is(error, 'AlreadyExists')) throw error
    }
    await renew(name)
  }
  const renew = async (name: string) => {
    const spec = { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime: formatMicroTime(clock.now()) }
    try {
      await client.of(leases).patch(name, 'merge', { spec }, { namespace: leaseNamespace })
    } catch (error) {
      if (!is(error, 'NotFound')) throw error
      await client.of(leases).create({ metadata: { name, namespace: leaseNamespace }, spec })
    }
  }
  const heartbeat = async () => {
    while (await sleep(clock, renewEvery, signal)) {
      const results = await Promise.allSettled(options.names.map(renew))
      const failed = results.find(result => result.status === 'rejected')
      if (failed && !signal.aborted) log.warn('leases of simulated nodes were not renewed', { error: failed.reason })
    }
  }

  await Promise.all((options.register ?? options.names).map(register))
  await Promise.all([runController(controller, { clock, log, signal }), heartbeat()])
}

const addressOf = (prefix: string, index: number) => `${prefix}.${(index >> 8) & 255}.${(index & 255) + 1}`
