import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, nameAlphabet, nameSuffix, safeName, seededRandom, shuffled } from './random.ts'

test('the same seed gives the same numbers, another seed others', () => {
  const take = (seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: 5 }, random)
  }
  assert.deepEqual(take(1), take(1))
  assert.notDeepEqual(take(1), take(2))
})

test('numbers are spread evenly from 0 to just under 1', () => {
  const random = seededRandom(7)
  const buckets = Array<number>(10).fill(0)
  for (let i = 0; i < 10_000; i++) {
    const bucket = integerBelow(random, 10)
    buckets[bucket] = (buckets[bucket] ?? 0) + 1
  }
  for (const count of buckets) assert.ok(count > 900 && count < 1100, `a bucket holds ${count} of 10000`)
})

test('shuffled keeps every item and leaves the list alone', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8]
  const result = shuffled(seededRandom(3), items)
  assert.notDeepEqual(result, items)
  assert.deepEqual(
    result.sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8],
  )
})

test('a name suffix is five characters of the alphabet', () => {
  const random = seededRandom(11)
  for (let i = 0; i < 100; i++) assert.match(nameSuffix(random), new RegExp(`^[${nameAlphabet}]{5}$`))
})

test('safeName respells each character by its code', () => {
  assert.equal(safeName('0123456789'), '456789bcdf')
  assert.equal(safeName(''), '')
})
