import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVirtualClock } from './virtualClock.ts'
import { createWorkQueue } from './workqueue.ts'

function make() {
  const clock = createVirtualClock(0)
  const stop = new AbortController()
  return { clock, stop, queue: createWorkQueue<string>({ clock, signal: stop.signal }) }
}

test('keys come out in the order they went in, each once', async () => {
  const { queue } = make()
  for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key)
  assert.equal(queue.length, 3)
  assert.deepEqual([await queue.get(), await queue.get(), await queue.get()], ['a', 'b', 'c'])
})

test('a key added while a worker has it comes again after done, once and at the end', async () => {
  const { queue } = make()
  queue.add('a')
  await queue.get()
  queue.add('a')
  queue.add('a')
  queue.add('b')
  assert.equal(queue.length, 1)
  queue.done('a')
  assert.deepEqual([await queue.get(), await queue.get(), queue.length], ['b', 'a', 0])
})

test('no key is with two workers at a time, and every late add is worked on', async () => {
  const { queue, stop } = make()
  const busy = new Set<string>()
  const worked = new Map<string, number>()
  const running = queue.run(4, async key => {
    assert.ok(!busy.has(key), `${key} is with two workers`)
    busy.add(key)
    await new Promise(resolve => setImmediate(resolve))
    busy.delete(key)
    const times = (worked.get(key) ?? 0) + 1
    worked.set(key, times)
    if (times < 20) {
      queue.add(key)
      queue.add(key)
    }
  })
  for (const key of ['a', 'b', 'c']) queue.add(key)
  await queue.idle()
  assert.deepEqual(Object.fromEntries(worked), { a: 20, b: 20, c: 20 })
  stop.abort()
  await running
})

test('workers that wait are served first come, first served', async () => {
  const { queue } = make()
  const takers = [queue.get(), queue.get()]
  queue.add('a')
  queue.add('b')
  assert.deepEqual(await Promise.all(takers), ['a', 'b'])
})

test('a delayed key comes at its time; of several times the soonest counts', async () => {
  const { queue, clock } = make()
  queue.addAfter('a', 100)
  queue.addAfter('b', 50)
  queue.addAfter('a', 20)
  queue.addAfter('b', 70)
  queue.addAfter('now', 0)
  assert.deepEqual([queue.length, queue.delayed, clock.pending()], [1, 2, [20]])
  await clock.advance(20)
  assert.deepEqual([await queue.get(), await queue.get()], ['now', 'a'])
  await clock.advance(29)
  assert.equal(queue.length, 0)
  await clock.advance(1)
  assert.deepEqual([await queue.get(), queue.delayed, clock.pending()], ['b', 0, []])
})

test('rate-limited adds back off by key until it is forgotten', async () => {
  const { queue, clock } = make()
  assert.deepEqual([queue.addRateLimited('a'), queue.addRateLimited('a'), queue.addRateLimited('b')], [5, 10, 5])
  assert.equal(queue.failures('a'), 2)
  queue.forget('a')
  assert.deepEqual([queue.failures('a'), queue.addRateLimited('a')], [0, 5])
  for (let i = 0; i < 40; i++) queue.addRateLimited('b')
  assert.equal(queue.addRateLimited('b'), 1_000_000)
  await clock.advance(5)
  assert.deepEqual([await queue.get(), await queue.get(), queue.length], ['a', 'b', 0])
})

test('shutting down drops what waits, frees the workers and leaves no timer', async () => {
  const { queue, clock, stop } = make()
  let finish = () => {}
  const running = queue.run(2, () => new Promise<void>(resolve => (finish = resolve)))
  queue.add('a')
  await clock.settle()
  queue.add('a')
  queue.addAfter('b', 10)
  stop.abort()
  queue.add('c')
  queue.addAfter('d', 10)
  assert.deepEqual([queue.length, queue.delayed, clock.pending()], [0, 0, []])
  let ended = false
  const end = running.then(() => (ended = true))
  await clock.settle()
  assert.equal(ended, false, 'a worker was still busy')
  finish()
  await end
  await queue.idle()
  assert.equal(await queue.get(), undefined)
})

test('a worker that throws rejects the run', async () => {
  const { queue, stop } = make()
  const running = queue.run(1, async key => {
    throw new Error(`cannot do ${key}`)
  })
  queue.add('a')
  await assert.rejects(running, { message: 'cannot do a' })
  await queue.idle()
  stop.abort()
})
