import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { lockDirectory } from './lock.ts'
import { openFileStore } from './store.ts'

const inUse = (path: string, pid: number | undefined) => ({
  message: `the store in ${path} is in use by process ${pid}: stop that process first, or choose another directory`,
})

test('a store is open once at a time, in this process', async context => {
  const path = await mkdtemp(join(tmpdir(), 'caravel-kv-'))
  context.after(() => rm(path, { recursive: true }))
  const open = () => openFileStore({ path, clock: systemClock, log: silent })
  const store = await open()
  await assert.rejects(open(), inUse(path, process.pid))
  await store.put('/a', Buffer.from('still works'))
  await store.close()
  await (await open()).close()
})

test('a store that another process has open is refused, until that process is gone', async context => {
  const path = await mkdtemp(join(tmpdir(), 'caravel-kv-'))
  context.after(() => rm(path, { recursive: true }))
  const script = `
    const { lockDirectory } = await import(${JSON.stringify(join(import.meta.dirname, 'lock.ts'))})
    // Kept, or the collector of garbage gives the lock back.
    globalThis.release = lockDirectory(${JSON.stringify(path)})
    console.log('locked')
    setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise(resolve => holder.stdout.once('data', resolve))
  assert.throws(() => lockDirectory(path), inUse(path, holder.pid))
  const gone = new Promise(resolve => holder.once('close', resolve))
  holder.kill('SIGKILL')
  await gone
  lockDirectory(path)()
})
