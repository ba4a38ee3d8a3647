import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prefixEnd } from './contract.ts'
import { compareKeys } from './keys.ts'

test('keys compare as their UTF-8 bytes do', () => {
  const keys = ['', 'a', 'a/', 'ab', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}', '\u{10ffff}']
  for (const a of keys) {
    for (const b of keys) {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b))
      assert.equal(Math.sign(compareKeys(a, b)), expected, JSON.stringify([a, b]))
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
