import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffDelay, createBackoff, createKeyedBackoff } from './backoff.ts'
import { createVirtualClock } from './virtualClock.ts'

test('delays double up to the cap', () => {
  const options = { baseMilliseconds: 10, capMilliseconds: 100 }
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 5000].map(failures => backoffDelay(options, failures)),
    [10, 20, 40, 80, 100, 100, 100],
  )
})

test('factor and jitter shape the delay', () => {
  const options = { baseMilliseconds: 10, capMilliseconds: 100, factor: 3, jitter: 0.5, random: () => 0.5 }
  assert.deepEqual(
    [0, 1, 2, 3].map(failures => backoffDelay(options, failures)),
    [12.5, 37.5, 112.5, 125],
  )
})

test('a backoff begins again after a reset', () => {
  const backoff = createBackoff({ baseMilliseconds: 1, capMilliseconds: 8 })
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next()], [1, 2, 4])
  backoff.reset()
  assert.equal(backoff.next(), 1)
})

test('keys back off apart and are forgotten after twice the cap', async () => {
  const clock = createVirtualClock(1_000_000)
  const backoff = createKeyedBackoff<string>(clock, { baseMilliseconds: 10_000, capMilliseconds: 300_000 })
  assert.deepEqual([backoff.current('a'), backoff.until('a')], [0, 0])
  assert.deepEqual([backoff.next('a'), backoff.next('a'), backoff.next('b')], [10_000, 20_000, 10_000])
  assert.deepEqual([backoff.current('a'), backoff.until('a')], [20_000, 1_020_000])
  await clock.advance(600_000)
  assert.equal(backoff.next('a'), 40_000)
  await clock.advance(600_001)
  backoff.sweep()
  assert.equal(backoff.until('b'), 0)
  assert.equal(backoff.next('a'), 10_000)
  backoff.reset('a')
  assert.equal(backoff.next('a'), 10_000)
})
