import assert from 'node:assert/strict'
import { test } from 'node:test'
import { humanDuration, since } from './columns.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

test('a length of time is told as kubectl tells it', () => {
  const cases: [milliseconds: number, text: string][] = [
    [-3 * second, '<invalid>'],
    [-1.5 * second, '0s'],
    [0, '0s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [9 * minute + 5 * second, '9m5s'],
    [10 * minute + 5 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 59 * minute, '7h59m'],
    [47 * hour, '47h'],
    [2 * day + 3 * hour, '2d3h'],
    [8 * day + 3 * hour, '8d'],
    [729 * day, '729d'],
    [2 * 365 * day + 10 * day, '2y10d'],
    [9 * 365 * day, '9y'],
  ]
  for (const [milliseconds, text] of cases) assert.equal(humanDuration(milliseconds), text, String(milliseconds))
})

test('an object without a stamp has an unknown age', () => {
  assert.equal(since(undefined, 0), '<unknown>')
  assert.equal(since('2026-01-31T09:30:00Z', Date.parse('2026-01-31T09:31:30Z')), '90s')
})
