import { addQuantities, compareQuantities } from '../../../schema/scalars/quantity.ts'
import { addResources, maxResources, type ResourceList } from '../resourceList.ts'
import { conditionOf } from './conditions.ts'
import type { Container } from './container.ts'
import type { ContainerStatus } from './containerStatus.ts'
import type { Pod } from './pod.ts'

export interface ResourceOptions {
  /** Count what the node has set aside and put in force, too: while a pod is resized, the greater amount. */
  readonly useStatus?: boolean
  /** Leave out what the runtime itself uses. */
  readonly withoutOverhead?: boolean
}

type Kind = 'requests' | 'limits'
type PodParts = Pick<Pod, 'spec' | 'status'>

/** An init container that keeps running beside the others. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always'

/** CPU, memory and huge pages: what can be set for the pod as a whole. */
export const isPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')

/**
 * What the pod asks for: its containers together, or the greatest need while its init containers run, with sidecars
 * counted from their start; amounts set for the pod as a whole go first; overhead comes on top. Quantities as text.
 * Upstream's resource.PodRequests.
 */
export function podRequests(pod: PodParts, options: ResourceOptions = {}): ResourceList {
  const total = podLevel(pod, 'requests', containerResources(pod, 'requests', options), options)
  return options.withoutOverhead ? total : addResources(total, pod.spec.overhead)
}

/** What the pod is limited to, worked out as `podRequests`; overhead raises only limits that are there. */
export function podLimits(pod: PodParts, options: ResourceOptions = {}): ResourceList {
  const total = podLevel(pod, 'limits', containerResources(pod, 'limits', options), options)
  if (options.withoutOverhead) return total
  const raised: Record<string, string> = { ...total }
  for (const [name, amount] of Object.entries(pod.spec.overhead ?? {})) {
    const limit = raised[name]
    if (limit !== undefined && compareQuantities(limit, '0') !== 0) raised[name] = addQuantities(limit, amount)
  }
  return raised
}

/** Requests or limits of the containers of a spec, whatever their pod does. */
export const specResources = (spec: Pod['spec'], kind: Kind): ResourceList =>
  containerResources({ spec, status: {} }, kind)

/** Requests or limits of the containers alone. */
export function containerResources(pod: PodParts, kind: Kind, options: ResourceOptions = {}): ResourceList {
  const statuses = new Map<string, ContainerStatus>()
  if (options.useStatus)
    for (const status of [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])])
      statuses.set(status.name, status)
  const infeasible = statuses.size > 0 && resizeInfeasible(pod)
  const of = (container: Container): ResourceList | undefined => {
    const wanted = container.resources[kind]
    const status = statuses.get(container.name)
    return status?.resources
      ? effective(kind, wanted, status.resources[kind], status.allocatedResources, infeasible)
      : wanted
  }
  let total: ResourceList = {}
  for (const container of pod.spec.containers) total = addResources(total, of(container))
  let sidecars: ResourceList = {}
  let starting: ResourceList = {}
  for (const container of pod.spec.initContainers ?? []) {
    if (isSidecar(container)) {
      const own = of(container)
      total = addResources(total, own)
      sidecars = addResources(sidecars, own)
      starting = maxResources(starting, sidecars)
    } else starting = maxResources(starting, addResources(container.resources[kind] ?? {}, sidecars))
  }
  return maxResources(total, starting)
}

function podLevel(pod: PodParts, kind: Kind, total: ResourceList, { useStatus }: ResourceOptions): ResourceList {
  const wanted = pod.spec.resources?.[kind]
  if (!wanted) return total
  const inForce = pod.status.resources
  const amounts =
    useStatus && inForce
      ? effective(kind, wanted, inForce[kind], pod.status.allocatedResources, resizeInfeasible(pod))
      : wanted
  const result: Record<string, string> = { ...total }
  for (const name of Object.keys(wanted)) {
    const amount = amounts[name]
    if (isPodLevelResource(name) && amount !== undefined) result[name] = amount
  }
  return result
}

function effective(
  kind: Kind,
  wanted: ResourceList = {},
  inForce: ResourceList = {},
  allocated: ResourceList = {},
  infeasible: boolean,
): ResourceList {
  const current = kind === 'requests' ? maxResources(inForce, allocated) : inForce
  return infeasible ? current : maxResources(wanted, current)
}

const resizeInfeasible = (pod: PodParts): boolean =>
  conditionOf(pod.status.conditions, 'PodResizePending')?.reason === 'Infeasible'
