import { configMaps } from '../../api/index.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import { type BootstrapDeps, ensure } from './ensure.ts'
import { ensureFlow } from './flow.ts'
import { ensureKubernetesService, type KubernetesService } from './kubernetesService.ts'
import { ensureNamespaces } from './namespaces.ts'
import { reconcilePolicy } from './policy.ts'
import { ensurePriorityClasses } from './priorityClasses.ts'
import { ensureTokenTracking } from './tokenTracking.ts'

export { aggregationController } from './aggregation.ts'
export { flowStatusController } from './flowStatus.ts'
export { nodeRules } from './roles/index.ts'
export { keepServers, withLivingServers } from './servers.ts'
export { type ServiceRange, serviceRange, serviceRangeController } from './serviceRange.ts'
export { tokenTrackingController } from './tokenTracking.ts'
export { type BootstrapDeps, ensure, ensureKubernetesService, type KubernetesService }

/** What services need from the start. */
export interface ServiceSteps {
  /** Makes sure of the range that they have by default. */
  serviceRange(): Promise<void>
  /** Looks once at what they have. */
  repair(): Promise<void>
}

/** A step of bootstrap: its name is the health check's. Steps of one rank run at the same time. */
export interface BootstrapStep {
  readonly name: string
  run(): Promise<void>
}

/**
 * What a server makes sure of after it has started: namespaces first, since the rest lives in them. Each step may be run
 * again at any time. The caller carries them out and says by /readyz which are done.
 */
export function bootstrapSteps(
  deps: BootstrapDeps,
  options: {
    readonly service: KubernetesService
    readonly resources: readonly Resource[]
    readonly clock: Clock
    readonly services?: ServiceSteps
  },
): BootstrapStep[][] {
  const { services: of } = options
  return [
    [
      { name: 'start-system-namespaces-controller', run: () => ensureNamespaces(deps) },
      ...(of ? [{ name: 'start-kubernetes-service-cidr-controller', run: of.serviceRange }] : []),
    ],
    [
      { name: 'rbac/bootstrap-roles', run: () => reconcilePolicy(deps) },
      { name: 'scheduling/bootstrap-system-priority-classes', run: () => ensurePriorityClasses(deps) },
      { name: 'priority-and-fairness-config-producer', run: () => ensureFlow(deps, options.resources) },
      ...(options.resources.includes(configMaps as unknown as Resource)
        ? [{ name: 'start-legacy-token-tracking-controller', run: () => ensureTokenTracking(deps, options.clock) }]
        : []),
      { name: 'bootstrap-controller', run: () => ensureKubernetesService(deps, options.service) },
      ...(of ? [{ name: 'start-service-ip-repair-controllers', run: of.repair }] : []),
    ],
  ]
}
