import { parseLegacyIP } from '../../../base/ip.ts'
import type { Service } from '../service.ts'

/** Questions about which of a Service's fields mean something. */

/** Reached without a cluster IP: DNS gives the pods' own addresses. */
export const isHeadless = ({ spec }: Service): boolean => spec.type === 'ClusterIP' && spec.clusterIP === 'None'
export const needsClusterIP = ({ spec }: Service): boolean => spec.type !== 'ExternalName'
export const needsNodePort = ({ spec }: Service): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer'
/** A load balancer asks nodes whether they have pods of the service. */
export const needsHealthCheck = ({ spec }: Service): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
export const isExternallyAccessible = ({ spec }: Service): boolean =>
  spec.type === 'LoadBalancer' ||
  spec.type === 'NodePort' ||
  (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)

export const sameTexts = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i])

export type IPFamily = 'IPv4' | 'IPv6'

/** An address that is none counts as IPv4: what is wrong with it is said elsewhere. */
export const familyOf = (address: string): IPFamily => (parseLegacyIP(address)?.family === 6 ? 'IPv6' : 'IPv4')

/** The ports of nodes that a service names, whatever they are for. */
export const nodePortsOf = ({ spec }: Service): number[] =>
  (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []))

/** Whether ports that name no node port are given one. */
export const wantsNodePorts = (service: Service): boolean =>
  needsNodePort(service) && (service.spec.type === 'NodePort' || service.spec.allocateLoadBalancerNodePorts !== false)
