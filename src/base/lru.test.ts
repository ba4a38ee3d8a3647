import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLru } from './lru.ts'
import { createVirtualClock } from './virtualClock.ts'

test('what was used longest ago goes first', () => {
  const lru = createLru<string, number>({ capacity: 2 })
  lru.set('a', 1)
  lru.set('b', 2)
  assert.equal(lru.get('a'), 1)
  lru.set('c', 3)
  assert.deepEqual([lru.get('a'), lru.get('b'), lru.get('c'), lru.size], [1, undefined, 3, 2])
  lru.set('a', 9)
  lru.set('d', 4)
  assert.deepEqual([lru.get('a'), lru.get('c'), lru.get('d')], [9, undefined, 4])
  assert.deepEqual([lru.delete('a'), lru.delete('a'), lru.size], [true, false, 1])
  lru.clear()
  assert.equal(lru.size, 0)
})

test('entries are gone when they are too old, used or not', async () => {
  const clock = createVirtualClock(0)
  const lru = createLru<string, number>({ capacity: 2, maxAge: { clock, milliseconds: 100 } })
  lru.set('a', 1)
  await clock.advance(99)
  assert.equal(lru.get('a'), 1)
  await clock.advance(1)
  assert.deepEqual([lru.get('a'), lru.size], [undefined, 0])
})

test('a long life keeps exactly the most recently used', () => {
  const lru = createLru<number, number>({ capacity: 100 })
  const order: number[] = []
  for (let step = 0; step < 20_000; step++) {
    const key = (step * 7919) % 251
    if (step % 3 === 0) {
      if (lru.get(key) === undefined) continue
    } else {
      lru.set(key, step)
    }
    const place = order.indexOf(key)
    if (place >= 0) order.splice(place, 1)
    order.push(key)
    if (order.length > 100) order.shift()
    if (step === 10_000) {
      lru.clear()
      order.length = 0
    }
  }
  assert.equal(lru.size, 100)
  for (const key of order) assert.notEqual(lru.get(key), undefined)
})
