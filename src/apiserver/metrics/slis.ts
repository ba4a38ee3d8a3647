import { createRegistry } from '../../base/registry.ts'
import type { PathHandler } from '../contract.ts'
import type { HealthCheck } from '../health.ts'
import { metricsPath } from './path.ts'

/** Counts of health checks that somebody asked for, told at `/metrics/slis` (`component-base/metrics/prometheus/slis`). */
export interface Slis {
  /** `root`: healthz, livez or readyz. */
  checked(root: string, check: HealthCheck): void
  readonly path: PathHandler
}

export function createSlis(): Slis {
  const registry = createRegistry()
  const last = registry.gauge({
    name: 'kubernetes_healthcheck',
    help: 'Whether a health check was passed the last time: 1 or 0.',
    labels: ['name', 'type'],
  })
  const total = registry.counter({
    name: 'kubernetes_healthchecks_total',
    help: 'Health checks by what came of them.',
    labels: ['name', 'type', 'status'],
  })
  return {
    checked(type, { name, ok }) {
      last.set(ok ? 1 : 0, { name, type })
      total.add(1, { name, type, status: ok ? 'success' : 'error' })
    },
    path: metricsPath(registry, '/metrics/slis'),
  }
}
