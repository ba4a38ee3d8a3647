import type { Pod } from '../../api/core/pod/pod.ts'
import { sleep } from '../../base/clock.ts'
import { referenceTo } from '../../client/events.ts'
import type { Informer } from '../../client/informer.ts'
import { followEvents, type RuntimeEvent } from '../cri/events.ts'
import { type Channel, errorText } from '../cri/grpc.ts'
import { containerState } from '../cri/messages/container.ts'
import { sandboxState } from '../cri/messages/sandbox.ts'
import { admit, type NodeCapacity } from './admit.ts'
import type { Kit } from './kit.ts'
import { label, restorePod } from './labels.ts'
import { PodWorker } from './worker.ts'

/** How often everything is looked at, in case an event was missed. Milliseconds. */
const relistPeriod = 30_000

export interface PodsDeps {
  readonly kit: Kit
  readonly channel: Channel
  /** The pods of this node. */
  readonly informer: Informer<Pod>
  /** What pods need from the first on is there. */
  readonly ready: Promise<void>
  readonly capacity: () => NodeCapacity
}

/** All pods of the node: those the API has for it, and those that are still to be ended. */
export interface PodRegistry {
  get(uid: string): PodWorker | undefined
  find(namespace: string, name: string): PodWorker | undefined
  list(): readonly PodWorker[]
  /** Resolves when the signal aborted and every worker has ended. */
  readonly done: Promise<void>
}

/** Runs a worker for each pod, and brings them what happens: in the API, in the runtime, in objects they name. */
export function createPods({ kit, channel, informer, ready, capacity }: PodsDeps): PodRegistry {
  const { clock, log, runtime, signal } = kit
  const workers = new Map<string, PodWorker>()
  let relistSoon: Promise<void> | undefined

  function work(pod: Pod, forgotten = false): PodWorker {
    const worker = new PodWorker(kit, pod, forgotten)
    workers.set(worker.uid, worker)
    worker.done.then(() => {
      if (!signal.aborted && workers.get(worker.uid) === worker) workers.delete(worker.uid)
    })
    return worker
  }

  function take(pod: Pod): void {
    const uid = pod.metadata.uid ?? ''
    const known = workers.get(uid)
    if (known) {
      known.update(pod)
      return
    }
    const others = [...workers.values()].filter(({ active }) => active).map(({ description }) => description)
    const worker = work(pod)
    // A pod that has been here before was let in then.
    if (pod.status.startTime || pod.metadata.deletionTimestamp) return
    const verdict = admit(pod, others, capacity())
    if (!verdict) return
    kit.events.record(referenceTo(pod), 'Warning', verdict.reason, verdict.message.replace('Pod was rejected: ', ''))
    worker.end(verdict)
  }

  function onEvent(event: RuntimeEvent): void {
    if (event.type === 'again') return void relist()
    if (event.type === 'started') return
    const owner = [...workers.values()].find(({ runtimeState: { containers, sandboxes } }) =>
      [...containers, ...sandboxes].some(({ id }) => id === event.id),
    )
    if (owner && event.type === 'ended') owner.containerEnded(event.id)
  }

  /** Looks at everything the runtime has, and wakes those whose picture of it is wrong. */
  function relist(): Promise<void> {
    relistSoon ??= compare()
      .catch(error => log.warn('the containers could not be listed', { error: errorText(error) }))
      .finally(() => {
        relistSoon = undefined
      })
    return relistSoon
  }

  async function compare(): Promise<void> {
    const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()])
    const unknown = new Set<string>()
    for (const { id, labels, state } of containers) {
      const uid = labels[label.podUid]
      if (uid === undefined) continue
      const worker = workers.get(uid)
      if (!worker) unknown.add(uid)
      const known = worker?.runtimeState.containers.find(each => each.id === id)
      if (known && (known.phase === 'running') !== (state === containerState.running)) worker?.wake()
    }
    for (const { id, labels, state } of sandboxes) {
      const uid = labels[label.podUid]
      if (uid === undefined) continue
      const worker = workers.get(uid)
      if (!worker) unknown.add(uid)
      const known = worker?.runtimeState.sandboxes.find(each => each.id === id)
      if (known && known.ready !== (state === sandboxState.ready)) worker?.wake()
    }
    if (!informer.synced) return
    for (const uid of unknown) {
      const own = containers.filter(({ labels }) => labels[label.podUid] === uid)
      const labels = sandboxes.find(each => each.labels[label.podUid] === uid)?.labels ?? own[0]?.labels ?? {}
      log.info('ending a pod that the API does not know', {
        pod: `${labels[label.podNamespace]}/${labels[label.podName]}`,
        uid,
      })
      work(restorePod(labels, own), true)
    }
  }

  /** Gives back what pods left behind that ended while no kubelet ran. */
  async function removeRemains(): Promise<void> {
    const uids = new Set([...(await kit.volumes.uids()), ...(await kit.cgroups.uids())])
    for (const uid of uids) {
      if (workers.has(uid)) continue
      await kit.volumes.remove(uid)
      await kit.cgroups.remove(uid)
    }
  }

  async function run(): Promise<void> {
    try {
      await Promise.all([informer.whenSynced(), ready])
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
    const leave = informer.on({
      added: take,
      changed(pod, before) {
        // A pod of the same name may have come in the other's place.
        if (before.metadata.uid !== pod.metadata.uid) workers.get(before.metadata.uid ?? '')?.forget()
        take(pod)
      },
      removed: pod => workers.get(pod.metadata.uid ?? '')?.forget(),
    })
    const events = followEvents({ channel, clock, log, signal }, onEvent)
    await relist()
    await removeRemains().catch(error => log.warn('remains of earlier pods could not be removed', { error }))
    while (await sleep(clock, relistPeriod, signal)) await relist()
    leave()
    await events
    await Promise.all([...workers.values()].map(({ done }) => done))
  }

  return {
    get: uid => workers.get(uid),
    find: (namespace, name) =>
      [...workers.values()].findLast(
        ({ description: { metadata } }) => metadata.namespace === namespace && metadata.name === name,
      ),
    list: () => [...workers.values()],
    done: run(),
  }
}
