import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { silent } from '../../../base/log.ts'
import { createVirtualClock } from '../../../base/virtualClock.ts'
import { rotateLog } from './rotate.ts'

test('a log that grew too large is put aside, older ones are compressed and at last removed', async context => {
  const directory = mkdtempSync(join(tmpdir(), 'caravel-rotate-'))
  context.after(() => rmSync(directory, { recursive: true, force: true }))
  const clock = createVirtualClock(Date.parse('2026-01-02T15:04:05Z'))
  const path = join(directory, '0.log')
  let broken = false
  const runtime = {
    async reopenLog() {
      if (broken) throw new Error('no')
      writeFileSync(path, '')
    },
  }
  const deps = { clock, log: silent, signal: new AbortController().signal, runtime }
  const rotate = async (contents: string) => {
    writeFileSync(path, contents)
    await rotateLog('id', path, { size: 4, files: 3 }, deps)
    await clock.advance(1000)
    return readdirSync(directory).sort()
  }
  assert.deepEqual(await rotate('abc'), ['0.log'])
  assert.deepEqual(await rotate('first'), ['0.log', '0.log.20260102-150406'])
  assert.deepEqual(await rotate('second'), ['0.log', '0.log.20260102-150406.gz', '0.log.20260102-150407'])
  assert.equal(gunzipSync(readFileSync(join(directory, '0.log.20260102-150406.gz'))).toString(), 'first')
  assert.deepEqual(await rotate('third'), ['0.log', '0.log.20260102-150407.gz', '0.log.20260102-150408'])
  broken = true
  await assert.rejects(rotate('fourth'))
  assert.equal(readFileSync(path, 'utf8'), 'fourth')
})
