import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLog, rotating } from './log.ts'

function place(t: { after(act: () => void): void }) {
  const directory = mkdtempSync(join(tmpdir(), 'caravel-log-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return join(directory, 'logs', 'x.log')
}

test('lines are JSON with time, level and fields; errors are told with their causes', t => {
  const file = place(t)
  const log = createLog({ file, level: 'info' }).child({ part: 'kubelet' })
  log.debug('not this')
  log.warn('it went wrong', { pod: 'a', error: new Error('outer', { cause: new Error('inner') }) })
  const { time, ...line } = JSON.parse(readFileSync(file, 'utf8'))
  assert.deepEqual(line, { level: 'warn', part: 'kubelet', pod: 'a', error: 'outer: inner', msg: 'it went wrong' })
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a person reads lines of plain text', t => {
  const file = place(t)
  createLog({ file, level: 'info', readable: true }).info('Started', { pid: 7, name: 'x', list: ['a', 'b'] })
  assert.match(readFileSync(file, 'utf8'), /^\d\d:\d\d:\d\d\.\d{3} info {2}Started pid=7 name=x list=\[ 'a', 'b' \]\n$/)
})

test('a log that has grown is put aside, and one of the past is kept', t => {
  const file = place(t)
  const write = rotating(file, 10)
  for (const line of ['first line\n', 'second line\n', 'third\n', 'fourth\n', 'fifth\n']) write(line)
  assert.equal(readFileSync(`${file}.1`, 'utf8'), 'third\nfourth\n')
  assert.equal(readFileSync(file, 'utf8'), 'fifth\n')
  rotating(file, 10)('sixth\n')
  assert.equal(readFileSync(file, 'utf8'), 'fifth\nsixth\n')
})
