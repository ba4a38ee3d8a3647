import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Deployment } from '../../api/apps/deployment.ts'
import type { ReplicaSet } from '../../api/apps/replicaSet.ts'
import { annotationsOf, templateHash } from './sets.ts'
import { proportionalSizes, type Resize, recreateStep, rollingStep } from './sizes.ts'

const deployment = (
  replicas: number,
  maxSurge: number | string,
  maxUnavailable: number | string,
  type: 'RollingUpdate' | 'Recreate' = 'RollingUpdate',
) =>
  ({
    metadata: { name: 'd' },
    spec: { replicas, strategy: { type, rollingUpdate: { maxSurge, maxUnavailable } } },
    status: {},
  }) as unknown as Deployment
const set = (name: string, size: number, available = size, max?: number) =>
  ({
    metadata: {
      name,
      creationTimestamp: `2026-01-0${name.charCodeAt(0) - 96}T00:00:00Z`,
      annotations: max === undefined ? {} : { 'deployment.kubernetes.io/max-replicas': String(max) },
    },
    spec: { replicas: size },
    status: { replicas: size, availableReplicas: available },
  }) as unknown as ReplicaSet
const told = (steps: readonly Resize[]) =>
  Object.fromEntries(steps.map(({ set: each, size }) => [each.metadata.name, size]))

const rolling: readonly [
  what: string,
  of: Deployment,
  fresh: ReplicaSet,
  old: readonly ReplicaSet[],
  wanted: Record<string, number>,
][] = [
  ['up by the surge first', deployment(10, 3, 2), set('b', 0), [set('a', 10)], { b: 3 }],
  ['then down by what may be missing', deployment(10, 3, 2), set('b', 3, 0), [set('a', 10)], { a: 8 }],
  ['waits while nothing new is available', deployment(10, 3, 2), set('b', 5, 0), [set('a', 8)], {}],
  ['goes on as new ones become available', deployment(10, 3, 2), set('b', 5, 5), [set('a', 8)], { a: 3 }],
  ['takes away what is not available at once', deployment(10, 3, 2), set('b', 3, 0), [set('a', 10, 6)], { a: 8 }],
  [
    'percentages round the surge up and the rest down',
    deployment(3, '25%', '25%'),
    set('b', 0),
    [set('a', 3)],
    { b: 1 },
  ],
  ['ends with all of them new', deployment(3, 1, 0), set('b', 3, 3), [set('a', 1)], { a: 0 }],
  ['shrinks the new one when too much was asked', deployment(2, 1, 0), set('b', 5, 5), [], { b: 2 }],
]
for (const [what, of, fresh, old, wanted] of rolling)
  test(`a rolling update ${what}`, () => assert.deepEqual(told(rollingStep(of, fresh, old)), wanted))

test('recreating ends the old ones first, and begins when they are gone', () => {
  const of = deployment(3, 0, 0, 'Recreate')
  assert.deepEqual(told(recreateStep(of, set('b', 0), [set('a', 3)], true)), { a: 0 })
  assert.deepEqual(told(recreateStep(of, set('b', 0), [set('a', 0)], true)), {})
  assert.deepEqual(told(recreateStep(of, set('b', 0), [set('a', 0)], false)), { b: 3 })
})

test('a scaling in the middle of a rollout is shared in proportion', () => {
  assert.deepEqual(told(proportionalSizes(deployment(20, 0, 0), set('b', 5, 5, 10), [set('a', 5, 5, 10)])), {
    a: 10,
    b: 10,
  })
  assert.deepEqual(told(proportionalSizes(deployment(5, 0, 0), set('b', 5, 5, 10), [set('a', 5, 5, 10)])), {
    a: 2,
    b: 3,
  })
  assert.deepEqual(told(proportionalSizes(deployment(7, 0, 0), set('b', 5), [])), { b: 7 })
})

test('a set that comes back keeps the revisions it had', () => {
  const before = {
    ...set('a', 1),
    metadata: { annotations: { 'deployment.kubernetes.io/revision': '1' } },
  } as unknown as ReplicaSet
  assert.deepEqual(annotationsOf(deployment(1, 0, 0), before, 3), {
    'deployment.kubernetes.io/revision': '3',
    'deployment.kubernetes.io/revision-history': '1',
  })
})

test('templates that differ, or collided, have different names', () => {
  const template = { metadata: {}, spec: { containers: [] } }
  const names = [
    templateHash(template, undefined),
    templateHash(template, 1),
    templateHash({ ...template, metadata: { labels: { a: 'b' } } }, undefined),
  ]
  assert.equal(new Set(names).size, 3)
  assert.ok(names.every(name => /^[bcdfghjklmnpqrstvwxz2456789]+$/.test(name)))
})
