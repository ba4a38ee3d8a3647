import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testContext, write } from '../../testing/writes.ts'
import { type Namespace, namespaces } from './namespace.ts'

test('a new namespace is active, finalized by the cluster and labelled with its name', () => {
  const { object, errors } = write(namespaces, {
    metadata: { name: 'a', labels: { x: 'y' } },
    status: { phase: 'Terminating' },
  })
  assert.deepEqual(errors, [])
  assert.deepEqual(
    [object.metadata.labels, object.spec, object.status],
    [{ x: 'y', 'kubernetes.io/metadata.name': 'a' }, { finalizers: ['kubernetes'] }, { phase: 'Active' }],
  )
})

test('an update touches neither finalizers nor status, and finalize touches only finalizers', () => {
  const old: Namespace = write(namespaces, { metadata: { name: 'a' } }).object
  const { object } = write(
    namespaces,
    { metadata: { name: 'a', resourceVersion: '1' }, spec: {}, status: { phase: 'Terminating' } },
    old,
  )
  assert.deepEqual([object.spec, object.status], [{ finalizers: ['kubernetes'] }, { phase: 'Active' }])
  const finalize = namespaces.subresources?.finalize
  assert.ok(finalize?.form === 'view')
  const draft: Namespace = { metadata: old.metadata, spec: {}, status: { phase: 'Terminating' } }
  finalize.update?.(draft, old, testContext)
  assert.deepEqual([draft.spec, draft.status], [{}, { phase: 'Active' }])
})

test('the phase follows from the deletion', () => {
  const status = namespaces.subresources?.status
  assert.ok(status?.form === 'view')
  const cases: [deleted: boolean, phase: 'Active' | 'Terminating', errors: number][] = [
    [false, 'Active', 0],
    [false, 'Terminating', 1],
    [true, 'Terminating', 0],
    [true, 'Active', 1],
  ]
  for (const [deleted, phase, errors] of cases) {
    const object: Namespace = {
      metadata: deleted ? { deletionTimestamp: testContext.timestamp } : {},
      spec: {},
      status: { phase },
    }
    assert.equal(status.rules?.(object, undefined).length, errors, `${deleted} ${phase}`)
  }
})
