import { join } from 'node:path'
import { noContainers, startMachine } from '../test/e2e/machine.ts'
import { quantile, report } from './report.ts'

/** Pods of a busybox, one by one, image present: from the create to `Running` as a watch tells it. */
if (noContainers) console.log(`pods: ${noContainers}`)
else {
  const machine = await startMachine()
  try {
    // Inside of the machine's network, where its API server is.
    const measure = join(import.meta.dirname, 'podLatency.ts')
    const took: number[] = JSON.parse(await machine.inside(process.execPath, measure, machine.dataDir))
    report(`pod created to Running, one by one, p50 of ${took.length}`, quantile(took, 0.5), 'ms', { atMost: 500 })
    report(`pod created to Running, one by one, p99 of ${took.length}`, quantile(took, 0.99), 'ms', { atMost: 1000 })
  } finally {
    await machine.stop()
  }
}
