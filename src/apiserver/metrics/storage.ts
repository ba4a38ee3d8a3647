import type { Metrics } from '../../base/metrics.ts'
import type { Objects } from '../store/objects.ts'

/** How many objects of each kind are stored, by upstream's names (`storage/etcd3/metrics`). */
export function storageMetrics(metrics: Metrics, objects: Pick<Objects, 'counts'>): void {
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
    for (const { resource, count } of objects.counts()) {
      deprecated.set(count, { resource: resource.qualified })
      counts.set(count, { group: resource.group, resource: resource.plural })
    }
  })
}
