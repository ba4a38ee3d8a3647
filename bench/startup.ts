import { performance } from 'node:perf_hooks'
import { startServer } from '../test/e2e/server.ts'
import { quantile, report } from './report.ts'

/**
 * From the start of `bin/caravel server`, with an empty directory, until it says that /readyz is ok: the shell, Node,
 * the keys and certificates, the store and the bootstrap are in it. The bundle is made, and loaded once, before.
 */
const runs = 15

await (await startServer()).stop()
const took: number[] = []
for (let i = 0; i < runs; i++) {
  const begun = performance.now()
  const server = await startServer()
  took.push((performance.now() - begun) / 1000)
  await server.stop()
}
report(`start: process to /readyz, file store, empty directory, median of ${runs}`, quantile(took, 0.5), 's', {
  atMost: 0.5,
})
report('start: the same, slowest', Math.max(...took), 's')
