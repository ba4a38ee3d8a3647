import type { Pod } from '../../api/core/pod/pod.ts'
import { backoffDelay } from '../../base/backoff.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { createHeap } from '../../base/heap.ts'
import type { ClusterEvent } from '../plugin.ts'

/** A pod that wants a node. */
export interface QueuedPod {
  readonly pod: Pod
  readonly uid: string
  /** When it came, for fairness: older first within a priority. Kept over tries. */
  readonly since: number
  readonly attempts: number
  /** Events that may help after the last try; empty: any. */
  readonly wakes: ReadonlySet<ClusterEvent>
}

/**
 * Pods waiting for a node, in three rooms as in `k8s.io/kubernetes/pkg/scheduler/backend/queue`: active (by priority,
 * then age), backing off (1 s doubling to 10 s after each failed try), and unschedulable (until an event that could help
 * its rejection, or five minutes).
 */
export interface SchedulingQueue {
  readonly size: number
  add(pod: Pod): void
  update(pod: Pod): void
  remove(uid: string): void
  /** The next pod, waiting for one; undefined when stopped. It counts as in flight until `done` or `failed`. */
  next(): Promise<QueuedPod | undefined>
  done(uid: string): void
  /** Not schedulable now. `wakes`: what may help; events since the try began count too. */
  failed(entry: QueuedPod, wakes: Iterable<ClusterEvent>): void
  /** The try broke off for a reason that is not the pod's (a write failed): tried again after back-off. */
  retry(entry: QueuedPod): void
  /** Something changed in the cluster. */
  wake(event: ClusterEvent): void
}

const initial = 1000
const most = 10_000
const longest = 300_000

interface Waiting {
  readonly entry: QueuedPod
  readonly due: number
}

export function createSchedulingQueue(clock: Clock, signal: AbortSignal): SchedulingQueue {
  const priority = (entry: QueuedPod) => entry.pod.spec.priority ?? 0
  const active = createHeap<string, QueuedPod>(
    entry => entry.uid,
    (a, b) => priority(a) > priority(b) || (priority(a) === priority(b) && a.since < b.since),
  )
  const backingOff = createHeap<string, Waiting>(
    waiting => waiting.entry.uid,
    (a, b) => a.due < b.due,
  )
  /** `due`: when it is tried again whatever happens. `ready`: not before. */
  const unschedulable = new Map<string, { entry: QueuedPod; ready: number; due: number }>()
  /** In flight: events seen since the try began, and the pod as updated meanwhile. */
  const flying = new Map<string, { seen: Set<ClusterEvent>; changed?: Pod; removed?: true }>()
  const takers: ((entry: QueuedPod | undefined) => void)[] = []
  let timer: { due: number; timer: Timer } | undefined

  const take = (entry: QueuedPod): QueuedPod => {
    flying.set(entry.uid, { seen: new Set() })
    return { ...entry, attempts: entry.attempts + 1 }
  }
  const activate = (entry: QueuedPod) => {
    const taker = takers.shift()
    if (taker) taker(take(entry))
    else active.set(entry)
  }
  const ripen = () => {
    timer = undefined
    const now = clock.now()
    for (let first = backingOff.peek(); first && first.due <= now; first = backingOff.peek()) {
      backingOff.pop()
      activate(first.entry)
    }
    for (const [uid, { entry, due }] of unschedulable) {
      if (due > now) continue
      unschedulable.delete(uid)
      activate(entry)
    }
    arm()
  }
  const arm = () => {
    const soonest = Math.min(
      backingOff.peek()?.due ?? Infinity,
      ...[...unschedulable.values()].slice(0, 1).map(each => each.due),
    )
    if (soonest === Infinity || (timer && timer.due <= soonest) || signal.aborted) return
    timer?.timer.cancel()
    timer = { due: soonest, timer: clock.after(soonest - clock.now(), ripen) }
  }
  const waitUntil = (entry: QueuedPod, due: number) => {
    if (due <= clock.now()) return activate(entry)
    backingOff.set({ entry, due })
    arm()
  }
  const readyAt = (entry: QueuedPod) =>
    clock.now() + backoffDelay({ baseMilliseconds: initial, capMilliseconds: most }, entry.attempts - 1)
  const helps = (entry: QueuedPod, event: ClusterEvent) => entry.wakes.size === 0 || entry.wakes.has(event)
  const land = (entry: QueuedPod) => {
    const flight = flying.get(entry.uid)
    flying.delete(entry.uid)
    return {
      removed: flight?.removed,
      seen: flight?.seen ?? new Set<ClusterEvent>(),
      entry: flight?.changed ? { ...entry, pod: flight.changed } : entry,
      changed: flight?.changed !== undefined,
    }
  }
  const stop = () => {
    timer?.timer.cancel()
    for (const taker of takers.splice(0)) taker(undefined)
  }
  signal.addEventListener('abort', stop, { once: true })

  return {
    get size() {
      return active.size + backingOff.size + unschedulable.size
    },
    add(pod) {
      const uid = pod.metadata.uid ?? ''
      if (flying.has(uid) || active.get(uid) || backingOff.get(uid) || unschedulable.has(uid)) return this.update(pod)
      activate({ pod, uid, since: clock.now(), attempts: 0, wakes: new Set() })
    },
    update(pod) {
      const uid = pod.metadata.uid ?? ''
      const flight = flying.get(uid)
      if (flight) {
        flight.changed = pod
        return
      }
      const known = active.get(uid)
      if (known) return active.set({ ...known, pod })
      const waiting = backingOff.get(uid)
      if (waiting) return backingOff.set({ ...waiting, entry: { ...waiting.entry, pod } })
      const parked = unschedulable.get(uid)
      if (!parked) return this.add(pod)
      unschedulable.delete(uid)
      waitUntil({ ...parked.entry, pod }, parked.ready)
    },
    remove(uid) {
      const flight = flying.get(uid)
      if (flight) flight.removed = true
      active.delete(uid)
      backingOff.delete(uid)
      unschedulable.delete(uid)
    },
    next() {
      if (signal.aborted) return Promise.resolve(undefined)
      const entry = active.pop()
      return entry ? Promise.resolve(take(entry)) : new Promise(resolve => takers.push(resolve))
    },
    done: uid => void flying.delete(uid),
    failed(tried, wakes) {
      const { entry, seen, removed, changed } = land(tried)
      if (removed) return
      const parked = { ...entry, wakes: new Set(wakes) }
      if (changed || [...seen].some(event => helps(parked, event))) return waitUntil(parked, readyAt(parked))
      unschedulable.set(entry.uid, { entry: parked, ready: readyAt(parked), due: clock.now() + longest })
      arm()
    },
    retry(tried) {
      const { entry, removed } = land(tried)
      if (!removed) waitUntil(entry, readyAt(entry))
    },
    wake(event) {
      for (const flight of flying.values()) flight.seen.add(event)
      for (const [uid, { entry, ready }] of unschedulable) {
        if (!helps(entry, event)) continue
        unschedulable.delete(uid)
        waitUntil(entry, ready)
      }
    },
  }
}
