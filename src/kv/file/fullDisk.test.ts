import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { openFileStore } from './store.ts'

test('when the disk takes no more, writes fail and nothing else does; they go on when there is room', async context => {
  const path = await mkdtemp(join(tmpdir(), 'caravel-kv-'))
  context.after(() => rm(path, { recursive: true }))
  const writer = join(import.meta.dirname, 'fullDisk.writer.ts')
  const limited = `ulimit -S -f 8000; exec "$0" "$@"`
  const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, writer, path])
  const { during, after, failures, acknowledged } = JSON.parse(stdout)
  // The write behind is decided anew when the one in its way fails, and may be small enough.
  assert.ok(failures === 20 || failures === 21, `${failures} of 21 writes failed`)
  assert.match(during.cause, /Input\/output error|File too large|No space/)
  assert.deepEqual(
    { ...during, cause: '' },
    {
      message: 'the store could not write to its disk: is there room?',
      cause: '',
      lost: false,
      watchedToo: true,
      readable: true,
    },
  )
  assert.deepEqual(after, { outcome: 'done', next: true })
  const store = await openFileStore({ path, clock: systemClock, log: silent })
  assert.equal(await store.revision(), acknowledged + 1)
  await store.close()
})
