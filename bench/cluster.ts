import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { configMaps, namespaces } from '../src/api/index.ts'
import { type Cluster, startCluster } from '../src/testing/index.ts'
import { quantile, report } from './report.ts'

/** A cluster in this process: its start to the first request answered, `fork` and `reset` to the same. */
const runs = 20

/** The first request. */
async function used({ client }: Cluster): Promise<void> {
  await client.of(namespaces).get('default')
}

/** Starts a cluster, uses it, and stops it again; the stop is not counted. */
async function lives(count: number, start: () => Promise<Cluster>): Promise<number[]> {
  const took: number[] = []
  for (let i = 0; i < count; i++) {
    const begun = performance.now()
    const cluster = await start()
    await used(cluster)
    took.push(performance.now() - begun)
    await cluster.stop()
  }
  return took
}

const [first = 0] = await lives(1, startCluster)
const later = await lives(runs, startCluster)
const cluster = await startCluster()
for (let i = 0; i < 100; i++)
  await cluster.client.of(configMaps).create({ metadata: { name: `c-${i}`, namespace: 'default' }, data: { a: 'b' } })
const forked = await lives(runs, cluster.fork)
const reset: number[] = []
for (let i = 0; i < runs; i++) {
  const begun = performance.now()
  await cluster.reset()
  await used(cluster)
  reset.push(performance.now() - begun)
  // Its controllers start behind the first request: that is not the next reset's.
  await sleep(50)
}
await cluster.stop()

report('startCluster to first answer, first call in a process', first, 'ms')
report(`startCluster to first answer, later calls, median of ${runs}`, quantile(later, 0.5), 'ms', { atMost: 50 })
report(`fork to first answer, median of ${runs}`, quantile(forked, 0.5), 'ms', { atMost: 5 })
report(`reset to first answer, median of ${runs}`, quantile(reset, 0.5), 'ms', { atMost: 5 })
