import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '../../api/core/pod/pod.ts'
import { plan } from './plan.ts'

const pod = (name: string, phase: string, more: { nodeName?: string; deleted?: true; at?: number } = {}) =>
  ({
    metadata: {
      name,
      creationTimestamp: `2026-01-0${more.at ?? 1}T00:00:00Z`,
      ...(more.deleted ? { deletionTimestamp: '2026-01-09T00:00:00Z' } : {}),
    },
    spec: { containers: [], ...(more.nodeName ? { nodeName: more.nodeName } : {}) },
    status: { phase },
  }) as unknown as Pod
const told = (pods: readonly Pod[], keepTerminated: number) =>
  plan(pods, name => name === 'gone', { keepTerminated }).map(({ pod: each, reason }) => [each.metadata.name, reason])

test('of finished pods the oldest above the limit go', () => {
  const pods = [
    pod('new', 'Succeeded', { at: 3 }),
    pod('old', 'Failed', { at: 1 }),
    pod('middle', 'Succeeded', { at: 2 }),
    pod('live', 'Running'),
  ]
  assert.deepEqual(told(pods, 1), [
    ['old', 'terminated'],
    ['middle', 'terminated'],
  ])
})

test('pods of a node that is no more go, others stay', () => {
  assert.deepEqual(told([pod('a', 'Running', { nodeName: 'gone' }), pod('b', 'Running', { nodeName: 'there' })], 10), [
    ['a', 'orphaned'],
  ])
})

test('a pod deleted before it had a node goes', () => {
  assert.deepEqual(
    told([pod('a', 'Pending', { deleted: true }), pod('b', 'Running', { deleted: true, nodeName: 'there' })], 10),
    [['a', 'unscheduled']],
  )
})
