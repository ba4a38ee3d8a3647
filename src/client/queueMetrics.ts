import { exponentialBuckets, type Metrics } from '../base/metrics.ts'
import type { WorkQueue } from '../base/workqueue.ts'

/** What is told of one queue of keys, by upstream's names (`workqueue_*`). */
export interface QueueMeter {
  /** A key came in, or came back. */
  added(key: string): void
  retried(): void
  /** A worker has taken the key; returns what to call when it has given it back. */
  taken(key: string): () => void
}

/** `name`: the controller's. Times are told from the clock of the process: they describe work that was really done. */
export function queueMeter(metrics: Metrics, name: string, queue: Pick<WorkQueue<string>, 'length'>): QueueMeter {
  const labels = { name }
  const declared = (suffix: string, help: string) => ({ name: `workqueue_${suffix}`, help, labels: ['name'] })
  const buckets = exponentialBuckets(1e-8, 10, 10)
  const adds = metrics.counter(declared('adds_total', 'Keys added to the queue.')).with(labels)
  const retries = metrics
    .counter(declared('retries_total', 'Keys added again because work on them failed.'))
    .with(labels)
  const depth = metrics.gauge(declared('depth', 'Keys that wait.'))
  const waited = metrics
    .histogram({ ...declared('queue_duration_seconds', 'Seconds that keys waited.'), buckets })
    .with(labels)
  const worked = metrics
    .histogram({ ...declared('work_duration_seconds', 'Seconds that work on a key took.'), buckets })
    .with(labels)
  const unfinished = metrics.gauge(declared('unfinished_work_seconds', 'Seconds of work under way, over all workers.'))
  const longest = metrics.gauge(
    declared('longest_running_processor_seconds', 'Seconds that the longest work under way has taken.'),
  )
  const since = new Map<string, number>()
  const running = new Set<number>()
  metrics.onScrape(() => {
    const now = performance.now()
    depth.set(queue.length, labels)
    let sum = 0
    let most = 0
    for (const begun of running) {
      sum += now - begun
      most = Math.max(most, now - begun)
    }
    unfinished.set(sum / 1000, labels)
    longest.set(most / 1000, labels)
  })
  return {
    added(key) {
      adds.add()
      if (!since.has(key)) since.set(key, performance.now())
    },
    retried: () => retries.add(),
    taken(key) {
      const begun = performance.now()
      const from = since.get(key)
      since.delete(key)
      if (from !== undefined) waited.observe((begun - from) / 1000)
      running.add(begun)
      return () => {
        running.delete(begun)
        worked.observe((performance.now() - begun) / 1000)
      }
    },
  }
}
