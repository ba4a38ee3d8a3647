import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Condition, conditionOf, withCondition } from './conditions.ts'

const ready = (status: Condition['status'], lastTransitionTime: string, reason = 'Because'): Condition => ({
  type: 'Ready',
  status,
  reason,
  lastTransitionTime,
})
const other: Condition = { type: 'Initialized', status: 'True', lastTransitionTime: 'then' }

test('a condition that is not there is added', () => {
  assert.deepEqual(withCondition([other], ready('True', 'now')), [other, ready('True', 'now')])
  assert.deepEqual(withCondition(undefined, other), [other])
})

test('a new status takes the new time', () => {
  const after = withCondition([ready('False', 'then'), other], ready('True', 'now'))
  assert.deepEqual(after, [ready('True', 'now'), other])
})

test('the same status keeps its time, with a new reason', () => {
  const after = withCondition([ready('True', 'then')], ready('True', 'now', 'Other'))
  assert.deepEqual(after, [ready('True', 'then', 'Other')])
})

test('the same array comes back when nothing changes, empty and absent alike', () => {
  const before = [ready('True', 'then'), other]
  assert.equal(withCondition(before, ready('True', 'now')), before)
  assert.equal(withCondition(before, { ...other, reason: '', message: '' }), before)
})

test('conditions are found by type', () => {
  assert.equal(conditionOf([other], 'Initialized'), other)
  assert.equal(conditionOf([other], 'Ready'), undefined)
  assert.equal(conditionOf(undefined, 'Ready'), undefined)
})
