import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecent } from './recent.ts'

test('values are kept until there are too many bytes, the oldest going first', () => {
  const recent = createRecent(100)
  for (const revision of [2, 3, 4]) recent.set(revision, new Uint8Array(40))
  const kept = () => [2, 3, 4, 5, 6].filter(revision => recent.get(revision))
  assert.deepEqual(kept(), [3, 4])
  recent.delete(3)
  recent.delete(3)
  recent.set(5, new Uint8Array(60))
  assert.deepEqual(kept(), [4, 5])
  recent.set(6, new Uint8Array(101))
  assert.deepEqual(kept(), [])
})
