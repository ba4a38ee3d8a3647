import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgress } from './progress.ts'

function written(isTTY: boolean) {
  let text = ''
  let time = 0
  const output = { isTTY, columns: 20, write: (more: string) => (text += more) }
  const progress = createProgress(output, () => time)
  progress.now('waiting for one')
  progress.now('waiting for one')
  progress.now('waiting for another that is long')
  time = 1234
  progress.done('Both are there')
  progress.note('Good to know')
  time = 1300
  progress.done('And this')
  return text
}

test('without a terminal every new state is a line, and nothing is said twice', () => {
  assert.equal(
    written(false),
    '… waiting for one\n… waiting for another that is long\n✔ Both are there (1.2 s)\nGood to know\n✔ And this (0.1 s)\n',
  )
})

test('on a terminal the state is one line, cut to its width, that gives way to what stays', () => {
  const clear = '\r\x1b[K'
  assert.equal(
    written(true),
    `${clear}… waiting for one${clear}… waiting for anoth${clear}✔ Both are there (1.2 s)\n${clear}Good to know\n${clear}✔ And this (0.1 s)\n`,
  )
})
