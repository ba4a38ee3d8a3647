import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silent } from '../../base/log.ts'
import { testStore } from '../contract.test-suite.ts'
import { openFileStore } from './store.ts'

testStore(
  'file',
  async (context, clock) => {
    const path = await mkdtemp(join(tmpdir(), 'caravel-kv-'))
    context.after(() => rm(path, { recursive: true }))
    return openFileStore({ path, clock, log: silent })
  },
  { virtualTime: true, exclusive: true },
)
