import type { Metrics } from '../../base/metrics.ts'
import type { Level } from './policy.ts'

/** Measures of audit, by upstream's names (`audit/metrics`). */
export interface AuditMeter {
  /** One event was made. */
  event(): void
  /** One request got this level. */
  level(level: Level): void
  /** So many events did not reach a backend. */
  failed(plugin: string, count: number): void
  /** A request was refused because its event could not be kept. */
  refused(): void
}

export function auditMeter(metrics: Metrics): AuditMeter {
  const events = metrics.counter({ name: 'apiserver_audit_event_total', help: 'Audit events made.' }).with({})
  const errors = metrics.counter({
    name: 'apiserver_audit_error_total',
    help: 'Audit events that were lost, by the backend that they were for.',
    labels: ['plugin'],
  })
  const byLevel = metrics.counter({
    name: 'apiserver_audit_level_total',
    help: 'Requests by the level that the audit policy has for them.',
    labels: ['level'],
  })
  const refused = metrics
    .counter({
      name: 'apiserver_audit_requests_rejected_total',
      help: 'Requests refused because their audit event could not be kept.',
    })
    .with({})
  return {
    event: () => events.add(),
    level: level => byLevel.add(1, { level }),
    failed: (plugin, count) => errors.add(count, { plugin }),
    refused: () => refused.add(),
  }
}
