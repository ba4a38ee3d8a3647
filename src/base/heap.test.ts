import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHeap } from './heap.ts'
import { integerBelow, seededRandom } from './random.ts'

interface Item {
  key: string
  rank: number
}
const make = () =>
  createHeap<string, Item>(
    item => item.key,
    (a, b) => a.rank < b.rank,
  )

test('items come out by rank; setting a key again moves it', () => {
  const heap = make()
  for (const [key, rank] of [
    ['a', 5],
    ['b', 3],
    ['c', 8],
    ['a', 9],
    ['c', 1],
  ] as const)
    heap.set({ key, rank })
  assert.equal(heap.size, 3)
  assert.deepEqual(heap.peek(), { key: 'c', rank: 1 })
  assert.deepEqual(
    [heap.pop(), heap.pop(), heap.pop(), heap.pop()],
    [{ key: 'c', rank: 1 }, { key: 'b', rank: 3 }, { key: 'a', rank: 9 }, undefined],
  )
})

test('a key can be found and taken out from anywhere', () => {
  const heap = make()
  for (let rank = 0; rank < 20; rank++) heap.set({ key: `k${rank}`, rank })
  assert.deepEqual(heap.delete('k7'), { key: 'k7', rank: 7 })
  assert.equal(heap.delete('k7'), undefined)
  assert.equal(heap.has('k7'), false)
  assert.deepEqual(heap.get('k19'), { key: 'k19', rank: 19 })
  heap.clear()
  assert.deepEqual([heap.size, heap.peek(), heap.get('k19')], [0, undefined, undefined])
})

test('random changes keep the order', () => {
  const random = seededRandom(42)
  const heap = make()
  const model = new Map<string, Item>()
  for (let step = 0; step < 5000; step++) {
    const key = `k${integerBelow(random, 60)}`
    if (random() < 0.6) {
      const item = { key, rank: random() }
      heap.set(item)
      model.set(key, item)
    } else if (random() < 0.5) {
      assert.equal(heap.delete(key), model.get(key))
      model.delete(key)
    } else {
      const least = [...model.values()].reduce<Item | undefined>((a, b) => (a && a.rank < b.rank ? a : b), undefined)
      assert.equal(heap.pop(), least)
      if (least) model.delete(least.key)
    }
    assert.equal(heap.size, model.size)
  }
})
