import assert from 'node:assert/strict'
import { test } from 'node:test'
import { abortable, aborted, anySignal, deadline, linkedSignal, onAbort, once } from './signals.ts'
import { createVirtualClock } from './virtualClock.ts'

test('onAbort acts on an abort, at once on a past one, and not after it was taken back', () => {
  const seen: string[] = []
  const controller = new AbortController()
  onAbort(controller.signal, () => seen.push('kept'))
  onAbort(controller.signal, () => seen.push('taken back'))()
  controller.abort()
  onAbort(controller.signal, () => seen.push('late'))
  assert.deepEqual(seen, ['kept', 'late'])
})

test('abortable gives the result, the failure, or the reason of the abort', async () => {
  const never = new AbortController()
  assert.equal(await abortable(Promise.resolve(1), never.signal), 1)
  await assert.rejects(abortable(Promise.reject(new Error('broken')), never.signal), { message: 'broken' })
  const stop = new AbortController()
  const waiting = abortable(new Promise(() => {}), stop.signal)
  stop.abort(new Error('enough'))
  await assert.rejects(waiting, { message: 'enough' })
  await aborted(stop.signal)
})

test('a linked signal aborts with any parent, for the same reason, unless released', () => {
  const a = new AbortController()
  const b = new AbortController()
  const linked = linkedSignal(a.signal, undefined, b.signal)
  const released = linkedSignal(a.signal)
  released.release()
  const any = anySignal(a.signal, undefined, b.signal)
  b.abort('b is done')
  a.abort('a is done')
  assert.deepEqual([linked.signal.reason, any.reason, released.signal.aborted], ['b is done', 'b is done', false])
  assert.equal(linkedSignal(a.signal, b.signal).signal.reason, 'a is done')
  const own = linkedSignal(new AbortController().signal)
  own.abort('by hand')
  assert.equal(own.signal.reason, 'by hand')
})

test('a deadline aborts when its time has passed, and leaves no timer when it is not needed', async () => {
  const clock = createVirtualClock(0)
  const parent = new AbortController()
  const late = deadline(clock, 50)
  const withParent = deadline(clock, 60, parent.signal)
  const released = deadline(clock, 70)
  parent.abort('parent')
  released.release()
  assert.deepEqual(clock.pending(), [50])
  await clock.advance(100)
  assert.equal(late.signal.reason.name, 'TimeoutError')
  assert.equal(withParent.signal.reason, 'parent')
  assert.equal(released.signal.aborted, false)
})

test('once carries out its act a single time', () => {
  let calls = 0
  const act = once(() => ++calls)
  assert.deepEqual([act(), act(), calls], [1, 1, 1])
})
