import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { StatusBody } from '../../api/meta/statusError.ts'
import type { Clock } from '../../base/clock.ts'
import { toJson } from '../../schema/codec/json.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'
import { formatMicroTime } from '../../schema/scalars/time.ts'
import type { SentObject } from '../contract.ts'
import type { AuditRecord, RequestTrail } from '../metrics/index.ts'
import { isLongRunning } from '../metrics/index.ts'
import type { Served } from '../verbs/scope.ts'
import { toClient, toStorage, typeOf } from '../verbs/version.ts'
import type { Kept } from './backend.ts'
import { type Event, eventUser, newEvent, statusOf } from './event.ts'
import type { Verdict } from './match.ts'
import type { Level, Stage } from './policy.ts'

export interface RecordDeps {
  readonly clock: Clock
  /** Takes an event. A promise where the request has to wait; it rejects when the event must be kept and can't be. */
  emit(event: Kept): Promise<void> | undefined
  /** Throws what the request is refused with. */
  refuse(): never
}

const atLeast = (level: Level, least: 'Request' | 'RequestResponse') => level === 'RequestResponse' || level === least

/** The audit event of one request, from stage to stage. */
export function createRecord(deps: RecordDeps, trail: RequestTrail, verdict: Verdict): AuditRecord {
  const { level, omitStages, omitManagedFields } = verdict
  const { request, info } = trail
  const event: Event = newEvent(request, info, trail.user, { level, id: trail.id, now: deps.clock.now() })
  let sent = ''
  let answered = ''

  const emit = (stage: Stage): Promise<void> | undefined => {
    if (omitStages.has(stage)) return undefined
    event.stage = stage
    event.stageTimestamp = formatMicroTime(deps.clock.now())
    return deps.emit(joined(event, sent, answered))
  }
  const respond = (status: number) => {
    event.responseStatus = statusOf(status, trail.failure ?? successOf(trail))
    if (atLeast(level, 'RequestResponse') && !answered) answered = answerOf(trail, omitManagedFields)
  }

  return {
    received: emit('RequestReceived')?.catch(() => deps.refuse()),
    annotate(key, value, least) {
      if (least && !atLeast(level, least)) return
      event.annotations ??= {}
      event.annotations[key] ??= value
    },
    impersonated(user, constraint) {
      event.impersonatedUser = eventUser(user)
      if (constraint) event.authenticationMetadata = { impersonationConstraint: constraint }
    },
    sent(body) {
      const value = 'raw' in body ? body.raw : body.value
      nameFrom(event, value, 'raw' in body)
      if (!atLeast(level, 'Request')) return
      if ('raw' in body) sent = JSON.stringify(body.raw)
      else {
        const json = sentJson(body, trail.served)
        sent = JSON.stringify(omitManagedFields ? withoutManagedFields(json) : json)
      }
    },
    begun(status) {
      event.responseStatus = statusOf(status, trail.failure)
      if (isLongRunning(info)) settle(emit('ResponseStarted'))
    },
    ended(status) {
      // Nobody came to be known: the answer is all there is.
      if (!trail.user && status === 401) {
        respond(status)
        return settle(emit('ResponseStarted'))
      }
      respond(status || 200)
      if (status === 0)
        event.responseStatus = { metadata: {}, status: 'Success', message: 'Connection closed early', code: 200 }
      settle(emit(trail.panicked ? 'Panic' : 'ResponseComplete'))
    },
  }
}

/** The answer is given: whether its event can be kept does not change it any more; the backend counts what it loses. */
const settle = (writing: Promise<void> | undefined): void => {
  writing?.catch(() => {})
}

function joined(event: Event, sent: string, answered: string): Kept {
  const json = JSON.stringify(event)
  if (!sent && !answered) return { json }
  const more = [sent && `"requestObject":${sent}`, answered && `"responseObject":${answered}`].filter(Boolean)
  const annotations = { ...event.annotations, [truncated]: 'true' }
  return { json: `${json.slice(0, -1)},${more.join(',')}}`, shorter: () => JSON.stringify({ ...event, annotations }) }
}

const truncated = 'audit.k8s.io/truncated'

/** Deletions may answer with a Status of their own. */
function successOf({ answer }: RequestTrail): StatusBody | undefined {
  return answer?.form === 'object' && answer.kind === 'Status' ? (answer.object as StatusBody) : undefined
}

/** What was sent as upstream keeps it: decoded, with defaults. */
function sentJson({ type, value, apiVersion, kind }: SentObject, served: Served | undefined): unknown {
  const own = structuredClone(value) as KubeObject
  if (served && typeOf(served) === type) {
    const { apiVersion, kind } = served
    return { kind, apiVersion, ...(toJson(type, toClient(served, toStorage(served, own))) as object) }
  }
  applyDefaults(type, own)
  // Options of deletions have lost their version by the time that upstream keeps them.
  const version = kind === 'DeleteOptions' ? 'meta.k8s.io/__internal' : apiVersion
  return { kind, ...(toJson(type, own) as object), apiVersion: version }
}

/** What the path does not tell of the object, the body does. */
function nameFrom(event: Event, value: unknown, patch: boolean): void {
  const { objectRef } = event
  if (!objectRef || patch || typeof value !== 'object' || value === null) return
  const { metadata } = value as Partial<KubeObject>
  if (!metadata) return
  if (!objectRef.namespace && metadata.namespace) objectRef.namespace = metadata.namespace
  if (!objectRef.name && metadata.name) objectRef.name = metadata.name
  if (!objectRef.uid && metadata.uid) objectRef.uid = metadata.uid
  if (!objectRef.resourceVersion && metadata.resourceVersion) objectRef.resourceVersion = metadata.resourceVersion
}

function answerOf({ answer, failure }: RequestTrail, omitManagedFields: boolean): string {
  if (failure) return JSON.stringify(failure)
  if (answer?.form !== 'object') return ''
  const { type, apiVersion, kind, object, json } = answer
  if (json && !omitManagedFields) return Buffer.from(json()).toString()
  const printed = toJson(type, { ...(object as object), kind, apiVersion })
  return JSON.stringify(omitManagedFields ? withoutManagedFields(printed) : printed)
}

/** The object, or the items of the list, without metadata.managedFields. */
function withoutManagedFields(object: unknown): unknown {
  if (typeof object !== 'object' || object === null) return object
  const { metadata, items } = object as { metadata?: { managedFields?: unknown }; items?: unknown }
  const { managedFields: _fields, ...kept } = metadata ?? {}
  return {
    ...object,
    ...(metadata ? { metadata: kept } : {}),
    ...(Array.isArray(items) ? { items: items.map(withoutManagedFields) } : {}),
  }
}
