import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fnv1a32 } from './hash.ts'

test('FNV-1a of known texts', () => {
  const cases: [string, number][] = [
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ]
  for (const [text, hash] of cases) assert.equal(fnv1a32(text), hash, text)
  assert.equal(fnv1a32('ü'), fnv1a32(Uint8Array.of(0xc3, 0xbc)))
})
