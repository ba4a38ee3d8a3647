import { pods } from '../../api/core/pod/resource.ts'
import { is } from '../../api/meta/statusError.ts'
import { backoffDelay } from '../../base/backoff.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Client } from '../../client/client.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { Pod, PodStatus } from '../pod.ts'
import { ownConditions } from './conditions.ts'

export interface StatusWriterDeps {
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Brings pod statuses to the API server: one request at a time for each pod, and only the newest status of those that wait. */
export interface StatusWriter {
  /** The status set last; undefined for a pod that none was set for. */
  last(uid: string): PodStatus | undefined
  /** Sends the status soon, if it says anything new. */
  set(pod: Pod, status: PodStatus): void
  /** Resolves when what was set for the pod is written, or the pod is gone. */
  written(uid: string): Promise<void>
  forget(uid: string): void
}

interface Entry {
  pod: Pod
  wanted: PodStatus
  /** What the API server has, as far as known. */
  known: PodStatus
  /** Somebody is bringing it up, who will see what is set meanwhile. */
  busy: boolean
  running: Promise<void>
}

const retry = { baseMilliseconds: 200, capMilliseconds: 30_000 }

export function createStatusWriter(deps: StatusWriterDeps): StatusWriter {
  const { client, clock, log, signal } = deps
  const entries = new Map<string, Entry>()

  async function write(entry: Entry): Promise<void> {
    entry.busy = true
    try {
      await bringUp(entry)
    } finally {
      entry.busy = false
    }
  }
  async function bringUp(entry: Entry): Promise<void> {
    const { name = '', namespace = '', uid = '' } = entry.pod.metadata
    for (let failures = 0; !signal.aborted && entries.get(uid) === entry; ) {
      const patch = statusPatch(entry.known, entry.wanted)
      if (!patch) return
      const sent = entry.wanted
      try {
        const options = { namespace, subresource: 'status' }
        // The uid makes the server refuse it for a later pod of the same name.
        await client.of(pods).patch(name, 'strategic', { metadata: { uid }, status: patch }, options)
        entry.known = sent
        failures = 0
      } catch (error) {
        // The pod is gone, or another has its name: nobody is left to be told.
        if (is(error, 'NotFound') || is(error, 'Conflict')) return
        log.warn('a pod status could not be written; trying again', { pod: `${namespace}/${name}`, error })
        await sleep(clock, backoffDelay(retry, failures++), signal)
      }
    }
  }
  return {
    last: uid => entries.get(uid)?.wanted,
    set(pod, status) {
      const uid = pod.metadata.uid ?? ''
      let entry = entries.get(uid)
      if (!entry) {
        entry = { pod, wanted: status, known: pod.status, busy: false, running: Promise.resolve() }
        entries.set(uid, entry)
      }
      entry.pod = pod
      entry.wanted = status
      if (!entry.busy) entry.running = write(entry)
    },
    async written(uid) {
      for (let entry = entries.get(uid); entry?.busy; entry = entries.get(uid)) await entry.running
    },
    forget: uid => void entries.delete(uid),
  }
}

const fieldsOfKubelet = [
  'observedGeneration',
  'phase',
  'message',
  'reason',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'startTime',
  'initContainerStatuses',
  'containerStatuses',
  'qosClass',
  'ephemeralContainerStatuses',
] as const

/** The strategic merge patch from one status to another; undefined when nothing of the kubelet's differs. */
export function statusPatch(from: PodStatus, to: PodStatus): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {}
  for (const name of fieldsOfKubelet) {
    if (equal(from[name], to[name])) continue
    const value = to[name]
    // Lists of addresses would be merged by address: what is no longer there must go.
    const whole = name === 'podIPs' || name === 'hostIPs'
    patch[name] = value === undefined ? null : whole ? [...(value as unknown[]), { $patch: 'replace' }] : value
  }
  const changed = (to.conditions ?? []).filter(condition => {
    const before = from.conditions?.find(({ type }) => type === condition.type)
    return ownConditions.has(condition.type) && !(before && sameCondition(before, condition))
  })
  // Fields that a condition no longer has must be taken away by name.
  if (changed.length > 0) {
    patch.conditions = changed.map(({ lastProbeTime: _, ...condition }) => ({
      ...condition,
      reason: condition.reason ?? null,
      message: condition.message ?? null,
    }))
  }
  return Object.keys(patch).length > 0 ? patch : undefined
}

type Condition = NonNullable<PodStatus['conditions']>[number]

const sameCondition = (a: Condition, b: Condition) =>
  a.status === b.status &&
  a.reason === b.reason &&
  a.message === b.message &&
  a.lastTransitionTime === b.lastTransitionTime &&
  a.observedGeneration === b.observedGeneration
