import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expand, lookupIn } from './expand.ts'

test('references are replaced once, unknown ones and escapes stay', () => {
  const values = new Map([
    ['A', 'a'],
    ['NESTED', '$(A)'],
    ['EMPTY', ''],
  ])
  const cases: [string, string][] = [
    ['$(A)', 'a'],
    ['x$(A)y$(A)', 'xaya'],
    ['$(NESTED)', '$(A)'],
    ['$(EMPTY)|', '|'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$A $', '$A $'],
    ['$(A', '$(A'],
    ['$()', '$()'],
    ['', ''],
  ]
  for (const [text, expected] of cases) assert.equal(expand(text, lookupIn(values)), expected, text)
})
