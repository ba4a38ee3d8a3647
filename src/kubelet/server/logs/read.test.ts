import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createEmitter } from '../../../base/event.ts'
import { parseLogLine } from './line.ts'
import { type LogOptions, readLog } from './read.ts'

const stamp = (second: number) => `2026-01-01T00:00:0${second}.000000000Z`
const line = (second: number, text: string, stream = 'stdout', tag = 'F') =>
  `${stamp(second)} ${stream} ${tag} ${text}\n`

test('lines are read, whole and cut off ones; others are none', () => {
  const read = (text: string) => {
    const found = parseLogLine(Buffer.from(text))
    return found && { ...found, text: found.text.toString() }
  }
  assert.deepEqual(read(`${stamp(1)} stdout F hello world`), {
    time: stamp(1),
    stream: 'stdout',
    text: 'hello world\n',
    partial: false,
  })
  assert.deepEqual(read(`${stamp(1)} stderr P:x half`), {
    time: stamp(1),
    stream: 'stderr',
    text: 'half',
    partial: true,
  })
  assert.deepEqual(read(`${stamp(1)} stdout F `), { time: stamp(1), stream: 'stdout', text: '\n', partial: false })
  assert.deepEqual(read(`${stamp(1)} stdout F`), { time: stamp(1), stream: 'stdout', text: '\n', partial: false })
  for (const text of ['', 'nothing', 'a b', `${stamp(1)} other F x`]) assert.equal(read(text), undefined, text)
})

function world(context: TestContext, contents: string) {
  const directory = mkdtempSync(join(tmpdir(), 'caravel-logs-'))
  context.after(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, '0.log')
  writeFileSync(path, contents)
  const changes = createEmitter<void>()
  const stop = new AbortController()
  const state = { running: true }
  const source = { path, running: () => state.running, onChange: (changed: () => void) => changes.on(changed) }
  const base: LogOptions = { follow: false, timestamps: false }
  return {
    path,
    stop,
    end() {
      state.running = false
      changes.emit()
    },
    async read(options: Partial<LogOptions> = {}) {
      let text = ''
      for await (const piece of readLog(source, { ...base, ...options }, stop.signal)) text += piece.toString()
      return text
    },
    follow: (options: Partial<LogOptions> = {}) => readLog(source, { ...base, ...options, follow: true }, stop.signal),
  }
}

test('a log is cut as asked', async context => {
  const { read } = world(
    context,
    line(1, 'a') + line(2, 'b', 'stderr') + line(3, 'c', 'stdout', 'P') + line(3, 'd') + line(4, 'e'),
  )
  const cases: [Partial<LogOptions>, string][] = [
    [{}, 'a\nb\ncd\ne\n'],
    [{ stream: 'stderr' }, 'b\n'],
    [{ since: Date.parse(stamp(3)) }, 'cd\ne\n'],
    [{ tailLines: 2 }, 'd\ne\n'],
    [{ tailLines: 0 }, ''],
    [{ tailLines: 99 }, 'a\nb\ncd\ne\n'],
    [{ limitBytes: 3 }, 'a\nb'],
    [{ limitBytes: 4, timestamps: true }, '2026'],
    [{ timestamps: true, since: Date.parse(stamp(3)) }, `${stamp(3)} cd\n${stamp(4)} e\n`],
  ]
  for (const [options, expected] of cases) assert.equal(await read(options), expected, JSON.stringify(options))
})

test('the tail of a large log is found from its end', async context => {
  const lines = Array.from({ length: 20_000 }, (_, index) => line(1, `line ${index}`))
  const { read } = world(context, lines.join(''))
  assert.equal(await read({ tailLines: 3 }), 'line 19997\nline 19998\nline 19999\n')
  assert.equal((await read({ tailLines: 15_000 })).split('\n').length, 15_001)
  assert.equal(
    (await read()).length,
    lines.reduce((sum, each) => sum + each.length - stamp(1).length - 10, 0),
  )
})

test('following waits for more, goes on over a rotation, and ends with the container', async context => {
  const { path, follow, end } = world(context, line(1, 'a'))
  const pieces = follow()
  const next = async () => String((await pieces.next()).value)
  assert.equal(await next(), 'a\n')
  const waiting = next()
  appendFileSync(path, line(2, 'b'))
  assert.equal(await waiting, 'b\n')
  appendFileSync(path, line(3, 'before'))
  renameSync(path, `${path}.1`)
  writeFileSync(path, line(4, 'after'))
  assert.deepEqual([await next(), await next()], ['before\n', 'after\n'])
  const last = pieces.next()
  appendFileSync(path, line(5, 'last'))
  end()
  assert.equal(String((await last).value), 'last\n')
  assert.equal((await pieces.next()).done, true)
})

test('following ends at the signal', async context => {
  const { follow, stop } = world(context, '')
  const waiting = follow().next()
  stop.abort()
  assert.equal((await waiting).done, true)
})
