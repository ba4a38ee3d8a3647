import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '../../api/core/node/node.ts'
import { allDisrupted, silentConditions, taintsOf } from './plan.ts'

const now = '2026-01-01T00:01:00Z'
const before = '2026-01-01T00:00:00Z'
const node = (statuses: Record<string, 'True' | 'False' | 'Unknown'>, spec: object = {}) =>
  ({
    metadata: { name: 'n', creationTimestamp: before },
    spec,
    status: {
      conditions: Object.entries(statuses).map(([type, status]) => ({
        type,
        status,
        reason: 'Said',
        message: 'so',
        lastHeartbeatTime: before,
        lastTransitionTime: before,
      })),
    },
  }) as unknown as Node

test('a node that falls silent is unknown in every respect, once', () => {
  const silent = silentConditions(node({ Ready: 'True', MemoryPressure: 'False', Own: 'True' }), now) ?? []
  const told = silent.map(({ type, status, reason }) => [type, status, reason])
  assert.deepEqual(told, [
    ['Own', 'True', 'Said'],
    ['Ready', 'Unknown', 'NodeStatusUnknown'],
    ['MemoryPressure', 'Unknown', 'NodeStatusUnknown'],
    ['DiskPressure', 'Unknown', 'NodeStatusNeverUpdated'],
    ['PIDPressure', 'Unknown', 'NodeStatusNeverUpdated'],
  ])
  const all = { Ready: 'Unknown', MemoryPressure: 'Unknown', DiskPressure: 'Unknown', PIDPressure: 'Unknown' } as const
  assert.equal(silentConditions(node(all), now), undefined)
})

const cases: readonly [what: string, of: Node, wanted: string[] | undefined][] = [
  ['nothing on a node that is well', node({ Ready: 'True' }), undefined],
  [
    'two on one that is not ready',
    node({ Ready: 'False' }),
    ['node.kubernetes.io/not-ready:NoSchedule', 'node.kubernetes.io/not-ready:NoExecute'],
  ],
  [
    'two on one that is silent',
    node({ Ready: 'Unknown' }),
    ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
  ],
  [
    'one under pressure',
    node({ Ready: 'True', DiskPressure: 'True' }),
    ['node.kubernetes.io/disk-pressure:NoSchedule'],
  ],
  [
    'one on a cordoned node',
    node({ Ready: 'True' }, { unschedulable: true }),
    ['node.kubernetes.io/unschedulable:NoSchedule'],
  ],
  [
    'only foreign ones once it is well',
    node(
      { Ready: 'True' },
      {
        taints: [
          { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
          { key: 'mine', effect: 'NoSchedule' },
        ],
      },
    ),
    ['mine:NoSchedule'],
  ],
  [
    'no change to a taint that is there',
    node(
      { Ready: 'True', DiskPressure: 'True' },
      { taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] },
    ),
    undefined,
  ],
]
for (const [what, of, wanted] of cases)
  test(`conditions put ${what}`, () =>
    assert.deepEqual(
      taintsOf(of, now, true)?.map(({ key, effect }) => `${key}:${effect}`),
      wanted,
    ))

test('nobody is driven away when every node that counts is lost', () => {
  const [well, lost, spare] = [node({ Ready: 'True' }), node({ Ready: 'Unknown' }), node({ Ready: 'True' })]
  const excluded = {
    ...spare,
    metadata: { ...spare.metadata, labels: { 'node.kubernetes.io/exclude-disruption': '' } },
  }
  const disrupted = [[], [well], [well, lost], [lost, lost], [lost, excluded], [node({})]].map(allDisrupted)
  assert.deepEqual(disrupted, [false, false, false, true, true, false])
  assert.deepEqual(
    taintsOf(lost, now, false)?.map(({ key, effect }) => `${key}:${effect}`),
    ['node.kubernetes.io/unreachable:NoSchedule'],
  )
})
