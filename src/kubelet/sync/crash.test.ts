import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CrashEntry, crashDelay, goSeconds, nextCrash } from './crash.ts'

test('restarts are held back 10 s, doubling up to 5 minutes, and forgiven after a long run', () => {
  let entry: CrashEntry | undefined
  let now = 1_000_000
  const delays: number[] = []
  for (let times = 0; times < 8; times++) {
    const ended = now
    const delay = crashDelay(entry, ended)
    delays.push(delay)
    now = ended + delay
    entry = nextCrash(entry, ended, now)
    now += 1000
  }
  assert.deepEqual(delays, [0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000])
  now += 11 * 60_000
  assert.equal(crashDelay(entry, now), 0)
  assert.equal(nextCrash(entry, now, now).delay, 10_000)
})

test('delays are told as Go does', () => {
  assert.deepEqual([10_000, 40_000, 80_000, 300_000].map(goSeconds), ['10s', '40s', '1m20s', '5m0s'])
})
