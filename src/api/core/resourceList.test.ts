import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addResources, maxResources, sameResources } from './resourceList.ts'

test('lists are added up by resource, and what stands in one only is kept', () => {
  assert.deepEqual(addResources({ cpu: '500m', memory: '1Gi' }, { cpu: '1', pods: '3' }), {
    cpu: '1500m',
    memory: '1Gi',
    pods: '3',
  })
  assert.deepEqual(addResources({ cpu: '1' }), { cpu: '1' })
})

test('the greater amounts are taken by resource', () => {
  assert.deepEqual(maxResources({ cpu: '500m', memory: '2Gi' }, { cpu: '1', memory: '1Gi' }), {
    cpu: '1',
    memory: '2Gi',
  })
})

test('lists are the same by amount, not by text', () => {
  assert.equal(sameResources({ cpu: '1' }, { cpu: '1000m' }), true)
  assert.equal(sameResources({ cpu: '1' }, { cpu: '1', memory: '0' }), false)
  assert.equal(sameResources(undefined, {}), true)
})
