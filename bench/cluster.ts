import { performance } from 'node:perf_hooks'
import { configMaps, namespaces } from '../src/api/index.ts'
import { type Cluster, startCluster } from '../src/testing/index.ts'
import { quantile, report } from './report.ts'

/** A cluster in this process: its start to the first request answered, `fork` and `reset` to the same. */
const runs = 20

async function timed(count: number, run: () => Promise<void>): Promise<number[]> {
  const took: number[] = []
  for (let i = 0; i < count; i++) {
    const begun = performance.now()
    await run()
    took.push(performance.now() - begun)
  }
  return took
}

/** A request that reads and one that writes, so that nothing stays to be done later. */
async function used({ client }: Cluster): Promise<void> {
  await client.of(namespaces).get('default')
}

const open: Cluster[] = []
const started = async () => {
  const cluster = await startCluster()
  open.push(cluster)
  await used(cluster)
}
const [first = 0] = await timed(1, started)
const later = await timed(runs, async () => {
  await started()
})
for (const cluster of open.splice(0)) await cluster.stop()

const cluster = await startCluster()
for (let i = 0; i < 100; i++)
  await cluster.client.of(configMaps).create({ metadata: { name: `c-${i}`, namespace: 'default' }, data: { a: 'b' } })
const forks: Cluster[] = []
const forked = await timed(runs, async () => {
  const fork = await cluster.fork()
  forks.push(fork)
  await used(fork)
})
for (const fork of forks) await fork.stop()
const reset = await timed(runs, async () => {
  await cluster.reset()
  await used(cluster)
})
await cluster.stop()

report('startCluster to first answer, first call in a process', first, 'ms')
report(`startCluster to first answer, later calls, median of ${runs}`, quantile(later, 0.5), 'ms', { atMost: 50 })
report(`fork to first answer, median of ${runs}`, quantile(forked, 0.5), 'ms', { atMost: 5 })
report(`reset to first answer, median of ${runs}`, quantile(reset, 0.5), 'ms', { atMost: 5 })
