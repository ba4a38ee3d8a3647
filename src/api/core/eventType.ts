import { fields, int32, list, microTime, object, one, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { ObjectReference } from './references.ts'

const eventSource = fields({
  /** Program that tells of it. */
  component: string(1),
  /** Node it runs on. */
  host: string(2),
})
export interface EventSource extends Shape<typeof eventSource> {}
export const EventSource: Type<EventSource> = object('io.k8s.api.core.v1.EventSource', eventSource)

const eventSeries = fields({
  /** How often it happened, up to `lastObservedTime`. */
  count: int32(1),
  /** When it happened last. */
  lastObservedTime: microTime(2, { always: true }),
})
export interface EventSeries extends Shape<typeof eventSeries> {}
export const EventSeries: Type<EventSeries> = object('io.k8s.api.core.v1.EventSeries', eventSeries)

const event = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true, required: true }),
  /** Object the event is about. */
  involvedObject: one(2, ObjectReference, { always: true, required: true }),
  /** Why, as one word. */
  reason: string(3),
  /** What happened, for people. */
  message: string(4),
  /** Who told of it. */
  source: one(5, EventSource, { always: true }),
  /** When it happened first. */
  firstTimestamp: time(6, { always: true }),
  /** When it happened last. */
  lastTimestamp: time(7, { always: true }),
  /** How often it happened. */
  count: int32(8),
  /** Normal or Warning. */
  type: string(9),
  /** When it happened first, to the microsecond. */
  eventTime: microTime(10, { always: true }),
  /** How often it happened, when it goes on. */
  series: one(11, EventSeries, { pointer: true }),
  /** What was done or failed. */
  action: string(12),
  /** Another object that has to do with it. */
  related: one(13, ObjectReference, { pointer: true }),
  /** Controller that told of it: `kubernetes.io/kubelet`. */
  reportingComponent: string(14, { always: true, required: false }),
  /** Which instance of the controller. */
  reportingInstance: string(15, { always: true, required: false }),
})
export interface Event extends RootShape<typeof event> {}
export const Event: Type<Event> = root('io.k8s.api.core.v1.Event', event)

const eventList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Event, { always: true }),
})
export interface EventList extends RootShape<typeof eventList> {}
export const EventList: Type<EventList> = root('io.k8s.api.core.v1.EventList', eventList)
