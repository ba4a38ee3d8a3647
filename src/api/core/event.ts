import { invalid, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain, qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { eventsV1, eventsV1beta1 } from '../events/event.ts'
import { nameColumn, since } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { Event } from './eventType.ts'

export { Event, EventList, EventSeries, EventSource } from './eventType.ts'

const longest = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const

/** Rules of upstream's legacyValidateEvent: old events have no `eventTime`, new ones must tell who acted. */
function rules(event: Event): readonly FieldError[] {
  const { namespace = '' } = event.metadata
  const about = event.involvedObject.namespace ?? ''
  const elsewhere = invalid(at('involvedObject', 'namespace'), about, 'does not match event.namespace')
  const errors: FieldError[] = []
  if (!event.eventTime) {
    if (about ? namespace !== about : namespace !== '' && namespace !== 'default') errors.push(elsewhere)
  } else {
    if (!about && namespace !== 'default' && namespace !== 'kube-system') errors.push(elsewhere)
    const controller = at('reportingComponent')
    if (!event.reportingComponent) errors.push(required(controller))
    for (const detail of qualifiedName(event.reportingComponent))
      errors.push(invalid(controller, event.reportingComponent, detail))
    for (const name of ['reportingInstance', 'action', 'reason'] as const)
      if (!event[name]) errors.push(required(at(name)))
    for (const [name, most] of Object.entries(longest) as [keyof typeof longest, number][])
      if (new TextEncoder().encode(event[name] ?? '').length > most)
        errors.push(invalid(at(name), '', `can have at most ${most} characters`))
  }
  for (const detail of dnsSubdomain(namespace)) errors.push(invalid(at('namespace'), namespace, detail))
  return errors
}

const text = (name: string, description: string, cell: Column<Event>['cell'], priority = 0): Column<Event> => ({
  name,
  type: 'string',
  description,
  ...(priority ? { priority } : {}),
  cell,
})

const firstSeen = (event: Event, now: number) => since(event.firstTimestamp || event.eventTime || undefined, now)

function lastSeen(event: Event, now: number): string {
  if (event.series) return since(event.series.lastObservedTime || undefined, now)
  return event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now)
}

function target({ involvedObject: { kind = '', name } }: Event): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()
}

function source({ source: { component, host }, reportingComponent, reportingInstance }: Event): string {
  const instance = host || reportingInstance
  return `${component || reportingComponent}${instance ? `, ${instance}` : ''}`
}

/** What happened to an object. Kept for an hour after it was written last. */
export const events = resource<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  short: ['ev'],
  namespaced: true,
  type: Event,
  rules,
  columns: [
    text('Last Seen', 'When it happened last.', lastSeen),
    text('Type', 'Normal or Warning.', event => event.type ?? ''),
    text('Reason', 'Why, as one word.', event => event.reason ?? ''),
    text('Object', 'Object the event is about.', target),
    text('Subobject', 'Part of the object.', event => event.involvedObject.fieldPath ?? '', 1),
    text('Source', 'Who told of it.', source, 1),
    text('Message', 'What happened, for people.', event => (event.message ?? '').trim()),
    text('First Seen', 'When it happened first.', firstSeen, 1),
    text('Count', 'How often it happened.', event => event.series?.count ?? (event.count || 1), 1),
    { ...nameColumn, priority: 1 },
  ],
  select: {
    'involvedObject.kind': event => event.involvedObject.kind ?? '',
    'involvedObject.namespace': event => event.involvedObject.namespace ?? '',
    'involvedObject.name': event => event.involvedObject.name ?? '',
    'involvedObject.uid': event => event.involvedObject.uid ?? '',
    'involvedObject.apiVersion': event => event.involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': event => event.involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': event => event.involvedObject.fieldPath ?? '',
    reason: event => event.reason ?? '',
    reportingComponent: event => event.reportingComponent,
    source: event => event.source.component || event.reportingComponent,
    type: event => event.type ?? '',
  },
  createOnUpdate: true,
  ttlSeconds: 3600,
  versions: [eventsV1, eventsV1beta1],
})
