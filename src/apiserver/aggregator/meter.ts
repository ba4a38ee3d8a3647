import type { Available } from '../../api/apiregistration/available.ts'
import type { Metrics } from '../../base/metrics.ts'

/** Tells which versions of other servers cannot be asked for. */
export interface AvailabilityMeter {
  now(name: string, available: Available): void
  /** The version can not be asked for any more, and why. */
  lost(name: string, reason: string): void
  forget(name: string): void
}

export function availabilityMeter(metrics: Metrics): AvailabilityMeter {
  const unavailable = new Map<string, number>()
  const gauge = metrics.gauge({
    name: 'aggregator_unavailable_apiservice',
    help: 'Whether an APIService is marked as unavailable',
    labels: ['name'],
  })
  const counter = metrics.counter({
    name: 'aggregator_unavailable_apiservice_total',
    help: 'How often APIServices became unavailable',
    labels: ['name', 'reason'],
  })
  metrics.onScrape(() => {
    gauge.clear()
    for (const [name, value] of unavailable) gauge.set(value, { name })
  })
  return {
    now: (name, { status }) => void unavailable.set(name, status === 'True' ? 0 : 1),
    lost: (name, reason) => counter.add(1, { name, reason }),
    forget: name => void unavailable.delete(name),
  }
}
