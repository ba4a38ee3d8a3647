import { defined } from '../../base/defined.ts'
import { fields, int32, list, microTime, object, one, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import type { Event } from '../core/eventType.ts'
import { EventSource } from '../core/eventType.ts'
import { ObjectReference } from '../core/references.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion } from '../versions.ts'

const eventSeriesV1 = fields({
  /** How often it happened so far. */
  count: int32(1, { always: true }),
  /** When it happened last. */
  lastObservedTime: microTime(2, { always: true }),
})
export interface EventSeriesV1 extends Shape<typeof eventSeriesV1> {}
export const EventSeriesV1: Type<EventSeriesV1> = object('io.k8s.api.events.v1.EventSeries', eventSeriesV1)

const eventV1 = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** When it first happened. */
  eventTime: microTime(2, { always: true }),
  /** How often it happened since. */
  series: one(3, EventSeriesV1, { pointer: true }),
  /** Name of the controller that reports it. */
  reportingController: string(4),
  /** Which instance of the controller. */
  reportingInstance: string(5),
  /** What was done or failed. */
  action: string(6),
  /** Why it was done, as one word. */
  reason: string(7),
  /** Object the event is about. */
  regarding: one(8, ObjectReference, { always: true }),
  /** Second object involved. */
  related: one(9, ObjectReference, { pointer: true }),
  /** What happened, for people. */
  note: string(10),
  /** Normal or Warning. */
  type: string(11),
  /** Source, of the core version. */
  deprecatedSource: one(12, EventSource, { always: true }),
  /** First time, of the core version. */
  deprecatedFirstTimestamp: time(13, { always: true }),
  /** Last time, of the core version. */
  deprecatedLastTimestamp: time(14, { always: true }),
  /** Count, of the core version. */
  deprecatedCount: int32(15),
})
export interface EventV1 extends RootShape<typeof eventV1> {}
export const EventV1: Type<EventV1> = root('io.k8s.api.events.v1.Event', eventV1)

export const EventV1beta1: Type<EventV1> = root('io.k8s.api.events.v1beta1.Event', eventV1)

const eventListV1 = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, EventV1, { always: true }),
})
export interface EventListV1 extends RootShape<typeof eventListV1> {}
export const EventListV1: Type<EventListV1> = root('io.k8s.api.events.v1.EventList', eventListV1)

function up(old: EventV1): Event {
  return defined<Event>({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: old.metadata,
    involvedObject: old.regarding,
    reason: old.reason,
    message: old.note,
    source: old.deprecatedSource,
    firstTimestamp: old.deprecatedFirstTimestamp,
    lastTimestamp: old.deprecatedLastTimestamp,
    count: old.deprecatedCount,
    type: old.type,
    eventTime: old.eventTime,
    series: old.series,
    action: old.action,
    related: old.related,
    reportingComponent: old.reportingController ?? '',
    reportingInstance: old.reportingInstance ?? '',
  })
}

function down(stored: Event): EventV1 {
  return defined<EventV1>({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: stored.metadata,
    eventTime: stored.eventTime,
    series: stored.series && { ...stored.series, count: stored.series.count ?? 0 },
    reportingController: stored.reportingComponent || undefined,
    reportingInstance: stored.reportingInstance || undefined,
    action: stored.action,
    reason: stored.reason,
    regarding: stored.involvedObject,
    related: stored.related,
    note: stored.message,
    type: stored.type,
    deprecatedSource: stored.source,
    deprecatedFirstTimestamp: stored.firstTimestamp,
    deprecatedLastTimestamp: stored.lastTimestamp,
    deprecatedCount: stored.count,
  })
}

/** Events of the core group under their newer names; the store holds the core form. */
const newer = (version: string, type: Type<EventV1>): ServedVersion<Event> => ({
  group: 'events.k8s.io',
  version,
  type,
  up: old => up(old as EventV1),
  down: stored => ({ ...down(stored), apiVersion: `events.k8s.io/${version}` }),
  fields: {
    ...Object.fromEntries(
      ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(name => [
        `regarding.${name}`,
        `involvedObject.${name}`,
      ]),
    ),
    reportingController: 'reportingComponent',
    reason: 'reason',
    type: 'type',
  },
})

export const eventsV1 = newer('v1', EventV1)

/** The form of events.k8s.io/v1 under its first name. */
export const eventsV1beta1: ServedVersion<Event> = {
  ...newer('v1beta1', EventV1beta1),
  deprecation: removedVersion('events.k8s.io/v1beta1', 'Event', '1.22', '1.25'),
}
