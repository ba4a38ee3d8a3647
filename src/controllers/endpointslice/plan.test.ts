import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '../../api/core/pod/pod.ts'
import type { Service } from '../../api/core/service.ts'
import type { EndpointSlice } from '../../api/discovery/endpointSlice.ts'
import { plan } from './plan.ts'

const service = (more: object = {}) =>
  ({
    metadata: { name: 'web', namespace: 'shop', uid: 's' },
    spec: { ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }], ...more },
    status: {},
  }) as unknown as Service
const pod = (index: number, ready = true, port = 8080, more: object = {}) =>
  ({
    metadata: { name: `p${index}`, namespace: 'shop', uid: `u${index}`, ...more },
    spec: {
      nodeName: 'n',
      containers: [{ name: 'c', ports: [{ name: 'web', containerPort: port, protocol: 'TCP' }] }],
    },
    status: { podIP: `10.0.0.${index}`, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }) as unknown as Pod
const noNode = () => undefined
/** What the plan writes, as slices that are then there. */
let serial = 0
const written = (slices: ReturnType<typeof plan>['create']) =>
  slices.map(slice => ({
    ...slice,
    metadata: { ...slice.metadata, name: `web-${++serial}` },
  })) as unknown as EndpointSlice[]
const names = (slice: { endpoints?: readonly unknown[] } | undefined) =>
  ((slice?.endpoints ?? []) as { targetRef: { name: string } }[]).map(each => each.targetRef.name)

test('a service without pods has one empty slice', () => {
  const todo = plan(service(), [], noNode, [])
  assert.deepEqual([todo.create.length, todo.create[0]?.endpoints], [1, []])
})

test('named ports are looked up in the pods; those with another number stand in a slice of their own', () => {
  const todo = plan(service(), [pod(1), pod(2), pod(3, true, 9090)], noNode, [])
  assert.deepEqual(
    todo.create.map(slice => [slice.ports?.[0]?.port, names(slice)]),
    [
      [8080, ['p1', 'p2']],
      [9090, ['p3']],
    ],
  )
})

test('what is as it should be is not written again', () => {
  const pods = [pod(1), pod(2)]
  const existing = written(plan(service(), pods, noNode, []).create)
  assert.deepEqual(plan(service(), pods, noNode, existing), { create: [], update: [], delete: [] })
})

test('a pod that changes changes its own slice only', () => {
  const pods = Array.from({ length: 5 }, (_, index) => pod(index))
  const existing = written(plan(service(), pods, noNode, [], 2).create)
  assert.equal(existing.length, 3)
  const todo = plan(service(), [...pods.slice(0, 4), pod(4, false)], noNode, existing, 2)
  assert.deepEqual([todo.create.length, todo.update.length, todo.delete.length], [0, 1, 0])
  assert.deepEqual(names(todo.update[0]), ['p4'])
})

test('new pods fill the slices there are', () => {
  const existing = written(plan(service(), [pod(1)], noNode, [], 2).create)
  const todo = plan(service(), [pod(1), pod(2)], noNode, existing, 2)
  assert.deepEqual([todo.create.length, names(todo.update[0])], [0, ['p1', 'p2']])
})

test('a slice that is left empty goes; an empty one without ports tells that there is nothing', () => {
  const existing = written(plan(service(), [pod(1), pod(2), pod(3)], noNode, [], 2).create)
  const todo = plan(service(), [pod(1), pod(2)], noNode, existing, 2)
  assert.deepEqual([todo.update.length, todo.delete.length], [0, 1])
  const none = plan(service(), [], noNode, written(plan(service(), [pod(1)], noNode, []).create))
  assert.deepEqual([none.create.map(slice => [slice.endpoints, slice.ports]), none.delete.length], [[[[], []]], 1])
  assert.deepEqual(plan(service(), [], noNode, written(none.create)), { create: [], update: [], delete: [] })
})

test('a pod that is going serves, but takes no new clients', () => {
  const todo = plan(service(), [pod(1, true, 8080, { deletionTimestamp: '2026-01-01T00:00:00Z' })], noNode, [])
  const [endpoint] = (todo.create[0]?.endpoints ?? []) as EndpointSlice['endpoints']
  assert.deepEqual(endpoint?.conditions, { ready: false, serving: true, terminating: true })
})
