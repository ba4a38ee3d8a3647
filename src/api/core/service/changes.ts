import { statusApart } from '../../views.ts'
import { ipWarnings } from '../addresses.ts'
import type { Service } from '../service.ts'
import {
  isExternallyAccessible,
  isHeadless,
  needsClusterIP,
  needsHealthCheck,
  needsNodePort,
  sameTexts,
  wantsNodePorts,
} from './shape.ts'

/**
 * What writers leave out is filled in from what stands there, and what a change of type makes meaningless is dropped.
 * Addresses and ports that are new are the API server's allocator's to give.
 */
export const serviceChanges = statusApart<Service>(() => ({ loadBalancer: {} }), {
  create(service) {
    fillAllocated(service, undefined)
    dropUnread(service)
  },
  update(service, old) {
    fillAllocated(service, old)
    dropForType(service, old)
    dropUnread(service)
  },
  warnings,
})

/** Fills in what was allocated and the writer left out. Once it is done, doing it again changes nothing. */
export function fillAllocated(service: Service, old: Service | undefined): void {
  const { spec } = service
  if (old) {
    keepAllocated(service, old)
    alignClusterIPs(service, old)
  } else if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
}

/** Upstream stores it and leaves it out of what is read. */
function dropUnread({ spec }: Service): void {
  if (spec.type === 'ExternalName') delete spec.internalTrafficPolicy
}

/** Drops what the new type has no use for, unless the writer changed it: then the rules refuse it. */
function dropForType(service: Service, old: Service): void {
  const { spec } = service
  const before = old.spec
  if (needsClusterIP(old) && !needsClusterIP(service)) {
    if (spec.clusterIP === before.clusterIP && sameTexts(spec.clusterIPs, before.clusterIPs)) {
      delete spec.clusterIP
      delete spec.clusterIPs
    }
    if (sameTexts(spec.ipFamilies, before.ipFamilies)) delete spec.ipFamilies
    if (spec.ipFamilyPolicy === before.ipFamilyPolicy) delete spec.ipFamilyPolicy
  }
  const nodePorts = new Set(before.ports?.map(port => port.nodePort))
  if (
    needsNodePort(old) &&
    !needsNodePort(service) &&
    spec.ports?.every(({ nodePort }) => !nodePort || nodePorts.has(nodePort))
  )
    for (const port of spec.ports) delete port.nodePort
  if (needsHealthCheck(old) && !needsHealthCheck(service) && spec.healthCheckNodePort === before.healthCheckNodePort)
    delete spec.healthCheckNodePort
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts
    if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass
  }
  if (
    isExternallyAccessible(old) &&
    !isExternallyAccessible(service) &&
    spec.externalTrafficPolicy === before.externalTrafficPolicy
  )
    delete spec.externalTrafficPolicy
  if (spec.type !== 'LoadBalancer') service.status = { ...service.status, loadBalancer: {} }
}

/** Sending the same manifest again is no change: what was allocated stays. */
function keepAllocated(service: Service, old: Service): void {
  const { spec } = service
  if (needsClusterIP(service) && needsClusterIP(old)) {
    if (!spec.clusterIP && old.spec.clusterIP) spec.clusterIP = old.spec.clusterIP
    if (!spec.clusterIPs?.length && old.spec.clusterIPs) spec.clusterIPs = [...old.spec.clusterIPs]
  }
  if (wantsNodePorts(service) && wantsNodePorts(old)) {
    const wanted = new Set(spec.ports?.map(port => port.nodePort))
    const byName = new Map(old.spec.ports?.map(port => [port.name, port.nodePort]))
    for (const port of spec.ports ?? []) {
      const before = byName.get(port.name)
      if (!port.nodePort && before && !wanted.has(before)) port.nodePort = before
    }
  }
  if (needsHealthCheck(service) && needsHealthCheck(old) && !spec.healthCheckNodePort && old.spec.healthCheckNodePort)
    spec.healthCheckNodePort = old.spec.healthCheckNodePort
}

/** Writers that know only clusterIP change clusterIPs with it. */
function alignClusterIPs({ spec }: Service, { spec: before }: Service): void {
  if (before.clusterIPs?.length && !spec.clusterIPs?.length && before.clusterIP === spec.clusterIP)
    spec.clusterIPs = [...before.clusterIPs]
  if (before.clusterIP === spec.clusterIP || !sameTexts(before.clusterIPs, spec.clusterIPs)) return
  if (before.clusterIP && !spec.clusterIP) delete spec.clusterIPs
  else if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP]
}

function warnings(service: Service): string[] {
  const {
    type,
    clusterIP,
    clusterIPs = [],
    externalIPs = [],
    loadBalancerIP,
    externalName,
    trafficDistribution,
    sessionAffinity,
  } = service.spec
  const told: string[] = []
  if (service.metadata.annotations?.['service.kubernetes.io/topology-aware-hints'] !== undefined)
    told.push(
      'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
    )
  if (clusterIP && clusterIP !== 'None')
    for (const [i, ip] of clusterIPs.entries()) told.push(...ipWarnings(ip, `spec.clusterIPs[${i}]`))
  if (isHeadless(service)) {
    if (loadBalancerIP) told.push('spec.loadBalancerIP is ignored for headless services')
    if (externalIPs.length) told.push('spec.externalIPs is ignored for headless services')
    if (sessionAffinity !== 'None') told.push('spec.SessionAffinity is ignored for headless services')
  }
  for (const [i, ip] of externalIPs.entries()) told.push(...ipWarnings(ip, `spec.externalIPs[${i}]`))
  if (externalIPs.length && !isHeadless(service) && type !== 'ExternalName')
    told.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters')
  if (loadBalancerIP) told.push(...ipWarnings(loadBalancerIP, 'spec.loadBalancerIP'))
  if (type === 'ExternalName' && externalIPs.length)
    told.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (type !== 'ExternalName' && externalName)
    told.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  if (trafficDistribution === 'PreferClose')
    told.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
  return told
}
