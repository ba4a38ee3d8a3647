import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from './clock.ts'
import { createVirtualClock } from './virtualClock.ts'

test('timers fire in order, each at its own instant', async () => {
  const clock = createVirtualClock(1000)
  const seen: [string, number][] = []
  clock.after(30, () => seen.push(['c', clock.now()]))
  clock.after(10, () => seen.push(['a', clock.now()]))
  clock.after(10, () => seen.push(['b', clock.now()]))
  clock.after(31, () => seen.push(['late', clock.now()]))
  assert.deepEqual(clock.pending(), [1010, 1010, 1030, 1031])
  await clock.advance(30)
  assert.deepEqual(seen, [
    ['a', 1010],
    ['b', 1010],
    ['c', 1030],
  ])
  assert.deepEqual([clock.now(), clock.pending()], [1030, [1031]])
})

test('what promises set between timers fires within the same span', async () => {
  const clock = createVirtualClock(0)
  const seen: number[] = []
  const loop = (async () => {
    for (let i = 0; i < 4; i++) {
      await sleep(clock, 10)
      await Promise.resolve()
      seen.push(clock.now())
    }
  })()
  await clock.advance(35)
  assert.deepEqual(seen, [10, 20, 30])
  await clock.advance(5)
  await loop
  assert.deepEqual(seen, [10, 20, 30, 40])
})

test('a cancelled timer never fires', async () => {
  const clock = createVirtualClock(0)
  const timer = clock.after(5, () => assert.fail('fired'))
  timer.cancel()
  timer.cancel()
  assert.deepEqual(clock.pending(), [])
  await clock.advance(10)
})

test('advances queue up behind one another', async () => {
  const clock = createVirtualClock(0)
  const seen: number[] = []
  for (const at of [1, 2, 3]) clock.after(at, () => seen.push(clock.now()))
  await Promise.all([clock.advance(2), clock.advance(2)])
  assert.deepEqual([seen, clock.now()], [[1, 2, 3], 4])
})

test('settle fires what is due without moving time', async () => {
  const clock = createVirtualClock(50)
  let fired = 0
  clock.after(0, () => fired++)
  clock.after(1, () => fired++)
  await clock.settle()
  assert.deepEqual([fired, clock.now()], [1, 50])
})

test('sleep ends early, and says so, when its signal aborts', async () => {
  const clock = createVirtualClock(0)
  const controller = new AbortController()
  const slept = sleep(clock, 1000, controller.signal)
  controller.abort()
  assert.equal(await slept, false)
  assert.deepEqual(clock.pending(), [])
})
