import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readGates } from './gates.ts'

test('gates are as asked for, by their names before all of their stage', () => {
  const cases: [settings: string[], on: boolean][] = [
    [[], false],
    [['CBORServingAndStorage=true'], true],
    [['CBORServingAndStorage=false'], false],
    [['AllAlpha=true'], true],
    [['CBORServingAndStorage=false', 'AllAlpha=true'], false],
  ]
  for (const [settings, on] of cases)
    assert.deepEqual(readGates(settings), { CBORServingAndStorage: on }, `${settings}`)
})

test('gates that are not there, and values that are no truth, are refused', () => {
  assert.throws(() => readGates(['Nothing=true']), /unrecognized feature gate: Nothing/)
  assert.throws(() => readGates(['CBORServingAndStorage']), /missing bool value for CBORServingAndStorage/)
  assert.throws(() => readGates(['CBORServingAndStorage=maybe']), /invalid value of CBORServingAndStorage=maybe/)
})
