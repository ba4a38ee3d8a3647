import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { describeError } from '../../schema/rules/errors.ts'
import { Event, events } from './event.ts'

type Json = Record<string, unknown>

const now = Date.parse('2026-01-01T12:00:00Z')
const eventOf = (more: Json): Event =>
  fromJson(Event, {
    metadata: { name: 'web.1', namespace: 'default' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'web', fieldPath: 'spec.containers{main}' },
    reason: 'Pulled',
    message: ' Image is there \n',
    type: 'Normal',
    ...more,
  })
const row = (more: Json) => events.columns?.map(column => column.cell(eventOf(more), now))

const rows: [name: string, expected: unknown[], more: Json][] = [
  [
    'an event that happened again',
    ['60s', 'Normal', 'Pulled', 'pod/web', 'spec.containers{main}', 'kubelet, n1', 'Image is there', '2m', 3, 'web.1'],
    {
      source: { component: 'kubelet', host: 'n1' },
      firstTimestamp: '2026-01-01T11:58:00Z',
      lastTimestamp: '2026-01-01T11:59:00Z',
      count: 3,
    },
  ],
  [
    'a new event, which tells who reports it',
    ['30s', 'Normal', 'Pulled', 'pod/web', 'spec.containers{main}', 'scheduler', 'Image is there', '30s', 1, 'web.1'],
    { eventTime: '2026-01-01T11:59:30.000000Z', reportingComponent: 'scheduler' },
  ],
  [
    'a series',
    ['5s', 'Normal', 'Pulled', 'pod/web', 'spec.containers{main}', '', 'Image is there', '30s', 7, 'web.1'],
    {
      eventTime: '2026-01-01T11:59:30.000000Z',
      series: { count: 7, lastObservedTime: '2026-01-01T11:59:55.000000Z' },
    },
  ],
]
for (const [name, expected, more] of rows) test(`row of ${name}`, () => assert.deepEqual(row(more), expected))

const full = {
  eventTime: '2026-01-01T11:59:30.000000Z',
  reportingComponent: 'example.com/controller',
  reportingInstance: 'a',
  action: 'Pull',
}
const rules: [name: string, expected: string[], more: Json][] = [
  ['an old event', [], {}],
  ['a new event', [], full],
  [
    'an object of another namespace',
    ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
    { involvedObject: { kind: 'Pod', namespace: 'other', name: 'web' } },
  ],
  ['an object of the cluster, told in default', [], { involvedObject: { kind: 'Node', name: 'n1' } }],
  [
    'a new event that does not tell who acted',
    [
      'reportingComponent: Required value',
      'reportingComponent: Invalid value: "": name part must be non-empty',
      "reportingComponent: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'reportingInstance: Required value',
      'action: Required value',
    ],
    { eventTime: full.eventTime },
  ],
  [
    'a new event that says too much',
    ['message: Invalid value: "": can have at most 1024 characters'],
    { ...full, message: 'x'.repeat(1025) },
  ],
]
for (const [name, expected, more] of rules)
  test(`rules: ${name}`, () => assert.deepEqual(events.rules?.(eventOf(more), undefined).map(describeError), expected))

test('events are selected by what they are about and who tells of them', () => {
  const event = eventOf({ reportingComponent: 'scheduler' })
  assert.equal(events.select?.['involvedObject.name']?.(event), 'web')
  assert.equal(events.select?.source?.(event), 'scheduler')
})
