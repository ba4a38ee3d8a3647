import { metricsContentType, type Registry } from '../../base/registry.ts'
import type { PathHandler } from '../contract.ts'

/** `/metrics`, or another path: what is measured, for those whose role lets them read it. */
export function metricsPath(registry: Registry, path = '/metrics'): PathHandler {
  return (request, info) => {
    if (info.path !== path || (request.method !== 'GET' && request.method !== 'HEAD')) return undefined
    return { form: 'text', status: 200, contentType: metricsContentType, body: registry.text() }
  }
}
