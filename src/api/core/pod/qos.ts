import { compareQuantities } from '../../../schema/scalars/quantity.ts'
import { addResources, type ResourceList } from '../resourceList.ts'
import type { PodSpec } from './spec.ts'
import type { PodStatus } from './status.ts'

export type QosClass = NonNullable<PodStatus['qosClass']>

const counted = new Set(['cpu', 'memory'])

/** CPU and memory of a list, where there is some. */
const positive = (list: ResourceList = {}): ResourceList =>
  Object.fromEntries(
    Object.entries(list).filter(([name, amount]) => counted.has(name) && compareQuantities(amount, '0') > 0),
  )

/**
 * How a pod is treated when its node runs short: by requests and limits of CPU and memory, those of the pod as a whole
 * before those of its containers. Upstream's qos.ComputePodQOS.
 */
export function computeQos(spec: PodSpec): QosClass {
  const parts = spec.resources
    ? [spec.resources]
    : [...spec.containers, ...(spec.initContainers ?? [])].map(c => c.resources)
  let requests: ResourceList = {}
  let limits: ResourceList = {}
  let allLimited = true
  for (const part of parts) {
    const partLimits = positive(part.limits)
    requests = addResources(requests, positive(part.requests))
    limits = addResources(limits, partLimits)
    // Pod-level resources without any limits are left to the comparison below.
    const asked = !spec.resources || Object.keys(part.limits ?? {}).length > 0
    if (asked && !(partLimits.cpu && partLimits.memory)) allLimited = false
  }
  const requested = Object.entries(requests)
  const limited = Object.keys(limits).length
  if (requested.length === 0 && limited === 0) return 'BestEffort'
  const equal = requested.every(([name, amount]) => {
    const limit = limits[name]
    return limit !== undefined && compareQuantities(limit, amount) === 0
  })
  return allLimited && equal && requested.length === limited ? 'Guaranteed' : 'Burstable'
}

/** The class noted in the status, or worked out. */
export const qosOf = (pod: { readonly spec: PodSpec; readonly status: PodStatus }): QosClass =>
  pod.status.qosClass ?? computeQos(pod.spec)
