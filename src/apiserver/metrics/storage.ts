import type { Resource } from '../../api/resource.ts'
import type { CounterSample, HistogramSample, Metrics } from '../../base/metrics.ts'
import type { Store } from '../../kv/contract.ts'
import type { Objects } from '../store/objects.ts'

/** Measures of what the store is asked for, by upstream's names: whatever store it is (`storage/etcd3/metrics`). */
export interface StoreMeter {
  /** Measures one operation on objects of a kind. */
  timed<T>(resource: Resource, operation: StoreOperation, work: () => Promise<T>): Promise<T>
}

export type StoreOperation = 'get' | 'list' | 'create' | 'update' | 'delete'

const requestBuckets = [
  ...[0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60],
]

export function storeMeter(metrics: Metrics): StoreMeter {
  const labels = ['operation', 'group', 'resource']
  const requests = metrics.counter({ name: 'etcd_requests_total', help: 'Requests to the store.', labels })
  const errors = metrics.counter({ name: 'etcd_request_errors_total', help: 'Requests that the store failed.', labels })
  const durations = metrics.histogram({
    name: 'etcd_request_duration_seconds',
    help: 'Seconds that requests to the store took.',
    labels,
    buckets: requestBuckets,
  })
  type Samples = { readonly requests: CounterSample; readonly seconds: HistogramSample }
  const known = new WeakMap<Resource, Map<StoreOperation, Samples>>()
  const labelsOf = ({ group, plural }: Resource, operation: string) => ({ operation, group, resource: plural })
  const samplesOf = (resource: Resource, operation: StoreOperation): Samples => {
    let own = known.get(resource)
    if (!own) {
      own = new Map()
      known.set(resource, own)
    }
    let samples = own.get(operation)
    if (!samples) {
      const given = labelsOf(resource, operation)
      samples = { requests: requests.with(given), seconds: durations.with(given) }
      own.set(operation, samples)
    }
    return samples
  }
  return {
    async timed(resource, operation, work) {
      const samples = samplesOf(resource, operation)
      const begun = performance.now()
      try {
        return await work()
      } catch (error) {
        errors.add(1, labelsOf(resource, operation))
        throw error
      } finally {
        samples.requests.add()
        samples.seconds.observe((performance.now() - begun) / 1000)
      }
    },
  }
}

/** How many objects of each kind are stored, by upstream's names (`storage/etcd3/metrics`). */
export function storageMetrics(metrics: Metrics, objects: Pick<Objects, 'counts'>, store: Pick<Store, 'size'>): void {
  const kind = ['group', 'resource']
  const revisions = metrics.gauge({
    name: 'apiserver_watch_cache_resource_version',
    help: 'The version that the watch cache of a kind has come to: its last 15 digits.',
    labels: kind,
  })
  const received = metrics.counter({
    name: 'apiserver_watch_cache_events_received_total',
    help: 'Events of the store that reached the watch cache of a kind.',
    labels: kind,
  })
  const dispatched = metrics.counter({
    name: 'apiserver_watch_cache_events_dispatched_total',
    help: 'Events that the watch cache of a kind has handed on.',
    labels: kind,
  })
  const size = metrics.gauge({
    name: 'apiserver_storage_size_bytes',
    help: 'Bytes that the store occupies, as of the last time that metrics were read.',
    labels: ['storage_cluster_id'],
  })
  const measure = () => {
    // Whoever reads metrics does not wait for it; a store that is gone is told of by other measures.
    store.size().then(
      bytes => size.set(bytes, { storage_cluster_id: 'etcd-0' }),
      () => {},
    )
  }
  measure()
  const events = new WeakMap<Resource, number>()
  const deprecated = metrics.gauge({
    name: 'apiserver_storage_objects',
    help: 'Stored objects by kind; apiserver_resource_objects tells the same by group and resource.',
    labels: ['resource'],
  })
  const counts = metrics.gauge({
    name: 'apiserver_resource_objects',
    help: 'Stored objects by kind.',
    labels: ['group', 'resource'],
  })
  metrics.onScrape(() => {
    // Kinds come and go.
    deprecated.clear()
    counts.clear()
    revisions.clear()
    measure()
    for (const { resource, count, revision, events: seen } of objects.counts()) {
      deprecated.set(count, { resource: resource.qualified })
      const labels = { group: resource.group, resource: resource.plural }
      counts.set(count, labels)
      revisions.set(revision % 1e15, labels)
      const more = seen - (events.get(resource) ?? 0)
      events.set(resource, seen)
      received.add(more, labels)
      dispatched.add(more, labels)
    }
  })
}
