import { bindings } from '../api/core/binding.ts'
import type { Node } from '../api/core/node/node.ts'
import { nodes } from '../api/core/node/resource.ts'
import type { Pod } from '../api/core/pod/pod.ts'
import { podTerminal } from '../api/core/pod/readiness.ts'
import { pods } from '../api/core/pod/resource.ts'
import { is } from '../api/meta/statusError.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { Client } from '../client/client.ts'
import { createEventRecorder } from '../client/events.ts'
import type { Informers } from '../client/informer.ts'
import { equal } from '../schema/derive/equal.ts'
import { formatTime } from '../schema/scalars/time.ts'
import type { NodeInfo } from './cache/nodeInfo.ts'
import { type PodInfo, podInfo } from './cache/podInfo.ts'
import { createSchedulerCache } from './cache/snapshot.ts'
import { type CycleResult, runCycle } from './cycle.ts'
import { failedMessage } from './message.ts'
import type { ClusterEvent, SchedulerPlugin } from './plugin.ts'
import { plugins as allPlugins } from './plugins/index.ts'
import { findVictims } from './preemption/preempt.ts'
import { createSchedulingQueue, type QueuedPod } from './queue/queue.ts'

export interface SchedulerDeps {
  readonly client: Client
  readonly informers: Informers
  readonly clock: Clock
  readonly log: Logger
  readonly random: Random
  readonly signal: AbortSignal
}

export interface SchedulerOptions {
  /** Pods of other schedulers are left alone. */
  readonly schedulerName?: string
  readonly plugins?: readonly SchedulerPlugin[]
  /** Bindings written at the same time. */
  readonly parallelBindings?: number
}

/**
 * Finds a node for every pod that has none: one pod after the other through the plugins, the bindings written beside.
 * Resolves when the signal aborted and the bindings under way are written. `k8s.io/kubernetes/pkg/scheduler`.
 */
export async function runScheduler(deps: SchedulerDeps, options: SchedulerOptions = {}): Promise<void> {
  const { client, informers, clock, log, random, signal } = deps
  const name = options.schedulerName ?? 'default-scheduler'
  const plugins = options.plugins ?? allPlugins
  const events = createEventRecorder({ client, clock, log, component: name })
  const cache = createSchedulerCache()
  const queue = createSchedulingQueue(clock, signal)
  const underway = new Set<Promise<void>>()
  let offset = 0

  const podInformer = informers.of(pods)
  const nodeInformer = informers.of(nodes)
  const mine = (pod: Pod) => (pod.spec.schedulerName || 'default-scheduler') === name
  const gate = (pod: Pod) => plugins.map(plugin => plugin.gate?.(pod)).find(reason => reason !== undefined)

  const patchStatus = async (pod: Pod, status: object) => {
    try {
      await client
        .of(pods)
        .patch(
          pod.metadata.name ?? '',
          'strategic',
          { metadata: { uid: pod.metadata.uid }, status },
          { namespace: pod.metadata.namespace ?? '', subresource: 'status' },
        )
    } catch (error) {
      if (!is(error, 'NotFound') && !is(error, 'Conflict'))
        log.warn('status of an unscheduled pod was not written', { pod: pod.metadata.name, error })
    }
  }
  const unscheduledCondition = (reason: string, message: string) => {
    const stamp = formatTime(clock.now())
    return { type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime: stamp }
  }
  const notePending = async (pod: Pod, reason: string, message: string, nominatedNodeName?: string) => {
    const before = pod.status.conditions?.find(condition => condition.type === 'PodScheduled')
    const same = before?.status === 'False' && before.reason === reason && before.message === message
    if (same && nominatedNodeName === undefined) return
    await patchStatus(pod, {
      conditions: [unscheduledCondition(reason, message)],
      ...(nominatedNodeName === undefined ? {} : { nominatedNodeName }),
    })
  }

  const enqueue = (pod: Pod) => {
    const reason = gate(pod)
    if (reason === undefined) return queue.add(pod)
    track(notePending(pod, 'SchedulingGated', reason))
  }
  const track = (work: Promise<void>) => {
    underway.add(work)
    work.catch(error => log.error('scheduling work failed', { error })).finally(() => underway.delete(work))
  }

  const onPod = (pod: Pod, before: Pod | undefined) => {
    const uid = pod.metadata.uid ?? ''
    if (podTerminal(pod)) return offPod(pod)
    if (pod.spec.nodeName) {
      queue.remove(uid)
      cache.setPod(pod)
      if (!before?.spec.nodeName) queue.wake('pod-bound')
      else if (!equal(before.spec, pod.spec) || !equal(before.metadata.labels, pod.metadata.labels))
        queue.wake('pod-changed')
    } else if (mine(pod) && !cache.isAssumed(uid) && !pod.metadata.deletionTimestamp) {
      // Its own status is no reason to try again.
      if (!before) enqueue(pod)
      else if (!equal(before.spec, pod.spec) || !equal(before.metadata.labels, pod.metadata.labels))
        gate(pod) === undefined ? queue.update(pod) : enqueue(pod)
    } else if (pod.metadata.deletionTimestamp) queue.remove(uid)
  }
  const offPod = (pod: Pod) => {
    const uid = pod.metadata.uid ?? ''
    queue.remove(uid)
    cache.removePod(uid)
    if (pod.spec.nodeName) queue.wake('pod-removed')
  }
  const onNode = (node: Node, before: Node | undefined) => {
    cache.setNode(node)
    for (const event of nodeChanges(node, before)) queue.wake(event)
  }

  const bind = async (entry: QueuedPod, info: PodInfo, node: NodeInfo) => {
    const { name: podName = '', namespace = '', uid = '' } = info.pod.metadata
    try {
      await client.of(pods).post(
        podName,
        'binding',
        {
          apiVersion: bindings.apiVersion,
          kind: bindings.kind,
          metadata: { name: podName, namespace, uid },
          target: { kind: 'Node', name: node.name },
        },
        { namespace },
      )
      queue.done(uid)
      events.record(info.pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${podName} to ${node.name}`)
    } catch (error) {
      cache.forget(uid)
      queue.wake('pod-removed')
      if (is(error, 'NotFound') || is(error, 'Conflict')) queue.done(uid)
      else {
        log.warn('binding failed; the pod is tried again', { pod: info.key, node: node.name, error })
        queue.retry(entry)
      }
    }
  }

  const reportFailure = async (entry: QueuedPod, info: PodInfo, result: CycleResult & { outcome: 'none' }) => {
    const reasons = [...result.rejections.values()].flat().map(each => each.reason)
    const preemption = cache.nodes.length === 0 ? undefined : findVictims(plugins, info, cache, result.rejections)
    const told = preemption?.outcome === 'none' ? `no new claims to deallocate, ${preemption.message}` : ''
    const message =
      cache.nodes.length === 0
        ? 'no nodes available to schedule pods'
        : failedMessage(cache.nodes.length, reasons, told)
    queue.failed(
      entry,
      result.rejectedBy.flatMap(plugin => plugin.wakes),
    )
    events.record(info.pod, 'Warning', 'FailedScheduling', message)
    if (preemption?.outcome === 'victims') await preempt(info, preemption.node, preemption.victims)
    await notePending(
      info.pod,
      'Unschedulable',
      message,
      preemption?.outcome === 'victims' ? preemption.node.name : undefined,
    )
  }

  const preempt = async (info: PodInfo, node: NodeInfo, victims: readonly PodInfo[]) => {
    await Promise.all(
      victims.map(async ({ pod }) => {
        if (pod.metadata.deletionTimestamp) return
        const message = `${name}: preempting to accommodate a higher priority pod`
        await patchStatus(pod, {
          conditions: [
            {
              type: 'DisruptionTarget',
              status: 'True',
              reason: 'PreemptionByScheduler',
              message,
              lastTransitionTime: formatTime(clock.now()),
            },
          ],
        })
        try {
          await client.of(pods).delete(pod.metadata.name ?? '', {
            namespace: pod.metadata.namespace ?? '',
            preconditions: { uid: pod.metadata.uid ?? '' },
          })
          events.record(pod, 'Normal', 'Preempted', `Preempted by pod ${info.uid} on node ${node.name}`)
        } catch (error) {
          if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
        }
      }),
    )
  }

  podInformer.on({ added: pod => onPod(pod, undefined), changed: onPod, removed: offPod })
  nodeInformer.on({
    added: node => onNode(node, undefined),
    changed: onNode,
    removed: node => cache.removeNode(node.metadata.name ?? ''),
  })
  try {
    await Promise.all([podInformer.whenSynced(), nodeInformer.whenSynced()])
  } catch (error) {
    if (signal.aborted) return
    throw error
  }

  const mostBindings = options.parallelBindings ?? 64
  for (let entry = await queue.next(); entry; entry = await queue.next()) {
    const info = podInfo(entry.pod)
    const result = runCycle(plugins, info, cache, offset++, random)
    if (result.outcome === 'node') {
      cache.assume(info, result.node.name)
      track(bind(entry, info, result.node))
      if (underway.size >= mostBindings) await Promise.race(underway)
    } else track(reportFailure(entry, info, result))
  }
  await Promise.allSettled([...underway])
  await events.flush()
}

/** What a node's change may have made possible. */
function nodeChanges(node: Node, before: Node | undefined): ClusterEvent[] {
  if (!before) return ['node-added']
  const changes: ClusterEvent[] = []
  if (!equal(before.status.allocatable, node.status.allocatable)) changes.push('node-allocatable')
  if (!equal(before.metadata.labels, node.metadata.labels)) changes.push('node-labels')
  if (!equal(before.spec.taints, node.spec.taints)) changes.push('node-taints')
  if (before.spec.unschedulable && !node.spec.unschedulable) changes.push('node-unschedulable')
  return changes
}
