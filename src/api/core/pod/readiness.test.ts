import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rawPod } from './pod.test-suite.ts'
import { podActive, podAvailable, podReady, podTerminal, readySince } from './readiness.ts'

const readyAt = (lastTransitionTime: string | undefined, status = 'True') =>
  rawPod({}, { conditions: [{ type: 'Ready', status, ...(lastTransitionTime ? { lastTransitionTime } : {}) }] })
const noon = '2026-01-01T12:00:00Z'
const noonMs = Date.parse(noon)

test('a pod ends in Succeeded and Failed only', () => {
  const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']
  assert.deepEqual(
    phases.filter(phase => podTerminal(rawPod({}, { phase }))),
    ['Succeeded', 'Failed'],
  )
})

test('a pod is active until it ends or is deleted', () => {
  assert.equal(podActive(rawPod({}, { phase: 'Running' })), true)
  assert.equal(podActive(rawPod({}, { phase: 'Failed' })), false)
  assert.equal(podActive(rawPod({}, { phase: 'Running' }, { deletionTimestamp: noon })), false)
})

test('readiness is the Ready condition and its time', () => {
  assert.deepEqual([podReady(rawPod()), readySince(rawPod())], [false, undefined])
  assert.deepEqual([podReady(readyAt(noon)), readySince(readyAt(noon))], [true, noonMs])
  assert.deepEqual([podReady(readyAt(noon, 'False')), readySince(readyAt(noon, 'False'))], [false, undefined])
  assert.equal(readySince(readyAt(undefined)), undefined)
})

const available: [name: string, expected: boolean, pod: ReturnType<typeof rawPod>, seconds: number, now: number][] = [
  ['not ready', false, readyAt(noon, 'False'), 0, noonMs + 1e6],
  ['ready, no wait', true, readyAt(noon), 0, noonMs],
  ['ready, no wait, no time', true, readyAt(undefined), 0, noonMs],
  ['just before the wait is over', false, readyAt(noon), 10, noonMs + 9_999],
  ['when the wait is over', true, readyAt(noon), 10, noonMs + 10_000],
  ['a wait without a time never ends', false, readyAt(undefined), 10, noonMs + 1e9],
]
for (const [name, expected, pod, seconds, now] of available)
  test(`available ${expected}: ${name}`, () => assert.equal(podAvailable(pod, seconds, now), expected))
