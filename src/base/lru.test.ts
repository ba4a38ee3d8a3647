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
