import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from '../test/e2e/server.ts'
import { residentMemory } from './process.ts'
import { report } from './report.ts'

/** API server, controllers and scheduler in one process, file store, thirty seconds after the start. */
if (process.platform !== 'linux') console.log('memory: needs /proc')
else {
  const server = await startServer()
  try {
    await sleep(30_000)
    report('control plane: resident memory, idle', residentMemory(server.pid), 'MB', { atMost: 150 })
  } finally {
    await server.stop()
  }
}
