import { type Event, events } from '../api/core/event.ts'
import type { KubeObject } from '../api/meta/objectMeta.ts'
import { is } from '../api/meta/statusError.ts'
import type { Clock } from '../base/clock.ts'
import { fnv1a32 } from '../base/hash.ts'
import type { Logger } from '../base/log.ts'
import { createLru } from '../base/lru.ts'
import { formatTime } from '../schema/scalars/time.ts'
import type { Client } from './client.ts'

/** What an event is about; any object, or a part of one by `fieldPath` (`spec.containers{nginx}`). */
export interface Reference {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly fieldPath?: string
}

/** The reference to a whole object. Its apiVersion and kind must be set, as those of every object read are. */
export function referenceTo(object: KubeObject, fieldPath?: string): Reference {
  const { apiVersion = '', kind = '', metadata } = object
  const { name = '', namespace, uid, resourceVersion } = metadata
  return {
    apiVersion,
    kind,
    name,
    ...(namespace ? { namespace } : {}),
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
    ...(fieldPath ? { fieldPath } : {}),
  }
}

/** Tells users what happened to an object. Never waits and never fails: an event that can't be written is logged. */
export interface EventRecorder {
  record(about: Reference | KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void
  /** Resolves when what was recorded so far is written or given up. */
  flush(): Promise<void>
}

export interface EventRecorderDeps {
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  /** `deployment-controller`, `kubelet`, `default-scheduler`. */
  readonly component: string
  readonly host?: string
}

const similarWithin = 600_000
const combineFrom = 10
const burst = 25
const refillMilliseconds = 300_000

/**
 * A recorder with the habits of `k8s.io/client-go/tools/record`: the same event again raises the count of the first one;
 * ten that differ in message only within ten minutes become one combined event; and an object gets at most 25 at once,
 * then one every five minutes.
 */
export function createEventRecorder(deps: EventRecorderDeps): EventRecorder {
  const { client, clock, log, component, host } = deps
  const written = createLru<string, Event>({ capacity: 4096 })
  const groups = createLru<string, { messages: Set<string>; since: number }>({ capacity: 4096 })
  const budgets = createLru<string, { left: number; at: number }>({ capacity: 4096 })
  let tail: Promise<void> = Promise.resolve()
  // Recorders share the clock, and on a virtual one the very instant: names must differ all the same.
  let serial = fnv1a32(`${component}/${host ?? ''}`) % 1_000_000

  const allowed = (object: string): boolean => {
    const now = clock.now()
    const budget = budgets.get(object) ?? { left: burst, at: now }
    const left = Math.min(burst, budget.left + (now - budget.at) / refillMilliseconds)
    budgets.set(object, { left: left >= 1 ? left - 1 : left, at: now })
    return left >= 1
  }

  const combined = (group: string, message: string): boolean => {
    const now = clock.now()
    const known = groups.get(group)
    const entry = known && now - known.since < similarWithin ? known : { messages: new Set<string>(), since: now }
    entry.since = now
    if (entry.messages.size < combineFrom) entry.messages.add(message)
    groups.set(group, entry)
    return entry.messages.size >= combineFrom
  }

  const write = async (about: Reference, type: string, reason: string, text: string): Promise<void> => {
    const object = [about.kind, about.namespace, about.name, about.uid, about.fieldPath].join('\0')
    if (!allowed(object)) return
    const group = [object, type, reason].join('\0')
    const isCombined = combined(group, text)
    const message = isCombined ? `(combined from similar events): ${text}` : text
    const same = isCombined ? group : `${group}\0${text}`
    const stamp = formatTime(clock.now())
    const namespace = about.namespace || 'default'
    const before = written.get(same)
    if (before) {
      const count = (before.count ?? 1) + 1
      try {
        written.set(
          same,
          await client
            .of(events)
            .patch(before.metadata.name ?? '', 'strategic', { count, lastTimestamp: stamp, message }, { namespace }),
        )
        return
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
      }
    }
    const name = `${about.name}.${(clock.now() * 1_000_000 + (serial++ % 1_000_000)).toString(16)}`
    written.set(
      same,
      await client.of(events).create({
        metadata: { name, namespace },
        involvedObject: about,
        reason,
        message,
        type,
        source: { component, ...(host ? { host } : {}) },
        reportingComponent: component,
        ...(host ? { reportingInstance: host } : {}),
        firstTimestamp: stamp,
        lastTimestamp: stamp,
        count: 1,
      }),
    )
  }

  return {
    record(about, type, reason, message) {
      const reference = 'metadata' in about ? referenceTo(about) : about
      tail = tail
        .then(() => write(reference, type, reason, message))
        .catch(error => {
          const level = is(error, 'Forbidden') || is(error, 'NotFound') ? 'debug' : 'warn'
          log[level]('event was not written', {
            reason,
            about: `${reference.kind} ${reference.namespace}/${reference.name}`,
            error,
          })
        })
    },
    flush: () => tail,
  }
}
