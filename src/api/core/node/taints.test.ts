import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Toleration } from '../pod/placement.ts'
import type { Taint } from './node.ts'
import { tolerates, untoleratedTaint, withoutTaint, withTaint } from './taints.ts'

const taint: Taint = { key: 'disk', value: 'broken', effect: 'NoSchedule' }

const cases: [name: string, expected: boolean, toleration: Toleration, taint?: Taint][] = [
  ['the same key, value and effect', true, { key: 'disk', operator: 'Equal', value: 'broken', effect: 'NoSchedule' }],
  ['no operator means Equal', true, { key: 'disk', value: 'broken' }],
  ['another value', false, { key: 'disk', operator: 'Equal', value: 'slow' }],
  ['no value against a value', false, { key: 'disk' }],
  ['no value against none', true, { key: 'a' }, { key: 'a', effect: 'NoExecute' }],
  ['any value', true, { key: 'disk', operator: 'Exists' }],
  ['any key', true, { operator: 'Exists' }],
  ['another key', false, { key: 'cpu', operator: 'Exists' }],
  ['another effect', false, { key: 'disk', operator: 'Exists', effect: 'NoExecute' }],
  ['an operator that is not served', false, { key: 'disk', operator: 'Gt', value: '1' }],
]
for (const [name, expected, toleration, of = taint] of cases)
  test(`tolerated ${expected}: ${name}`, () => assert.equal(tolerates(toleration, of), expected))

test('the first taint of these effects without a toleration is found', () => {
  const soft: Taint = { key: 'soft', effect: 'PreferNoSchedule' }
  const hard: Taint = { key: 'hard', effect: 'NoExecute' }
  const effects = ['NoSchedule', 'NoExecute'] as const
  assert.equal(untoleratedTaint([soft, taint, hard], [{ key: 'disk', operator: 'Exists' }], effects), hard)
  assert.equal(untoleratedTaint([soft], undefined, effects), undefined)
  assert.equal(untoleratedTaint(undefined, undefined, effects), undefined)
})

test('a taint is put on once and taken off by key and effect', () => {
  const newer = { ...taint, value: 'worse' }
  assert.deepEqual(withTaint(undefined, taint), [taint])
  assert.deepEqual(withTaint([taint], newer), [newer])
  const other: Taint = { key: 'disk', effect: 'NoExecute' }
  assert.deepEqual(withTaint([taint], other), [taint, other])
  assert.deepEqual(withoutTaint([taint, other], { key: 'disk', effect: 'NoSchedule' }), [other])
})
