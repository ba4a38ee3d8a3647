import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatIndexes, indexCount, overlap, parseIndexes } from './jobIndexes.ts'

test('indexes are read and written as intervals', () => {
  const cases: [text: string, intervals: [number, number][]][] = [
    ['', []],
    ['0', [[0, 0]]],
    [
      '1,3-5,7',
      [
        [1, 1],
        [3, 5],
        [7, 7],
      ],
    ],
  ]
  for (const [text, intervals] of cases) {
    const read = parseIndexes(text, 8)
    assert.ok(!('problem' in read))
    assert.deepEqual(read, intervals)
    assert.equal(formatIndexes(read), text)
  }
  assert.equal(
    formatIndexes([
      [1, 2],
      [4, 6],
    ]),
    '1,2,4-6',
  )
  assert.equal(
    indexCount([
      [1, 2],
      [4, 6],
    ]),
    5,
  )
})

test('texts that are no intervals are refused with the reason', () => {
  const cases: [text: string, problem: string][] = [
    ['a', 'cannot convert string to integer for index: "a"'],
    ['1,,2', 'cannot convert string to integer for index: ""'],
    [
      '1-2-3',
      'the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by \'-\'',
    ],
    ['8', 'too large index: "8"'],
    ['1-8', 'too large index: "8"'],
    ['3-3', 'non-increasing order, previous: 3, current: 3'],
    ['1-3,3', 'non-increasing order, previous: 3, current: 3'],
  ]
  for (const [text, problem] of cases) assert.deepEqual(parseIndexes(text, 8), { problem })
})

test('the first index of two sets is found', () => {
  assert.equal(overlap('0-2,5', '3,4-5', 8), 5)
  assert.equal(overlap('0-2,5', '3,6', 8), undefined)
  assert.equal(overlap('x,1', '1', 8), 1)
})
