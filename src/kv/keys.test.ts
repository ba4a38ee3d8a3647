import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prefixEnd } from './contract.ts'
import { sortKey } from './keys.ts'

test('sort keys compare as the UTF-8 bytes of keys do', () => {
  const keys = ['', 'a', 'a/', 'ab', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}', '\u{10ffff}']
  for (const a of keys) {
    for (const b of keys) {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b))
      const [x, y] = [sortKey(a), sortKey(b)]
      assert.equal(x < y ? -1 : x === y ? 0 : 1, expected, JSON.stringify([a, b]))
    }
  }
})

test('the end of a prefix is the first key beyond it', () => {
  const cases: [string, string][] = [
    ['/pods/', '/pods0'],
    ['a\ud7ff', 'a\ue000'],
    ['a\uffff', 'a\u{10000}'],
    ['a\u{10ffff}', 'b'],
  ]
  for (const [prefix, end] of cases) assert.equal(prefixEnd(prefix), end)
})
