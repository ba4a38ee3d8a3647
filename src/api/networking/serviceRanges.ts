import { type Cidr, containsCIDR, containsIP, lastIP, overlaps, parseCIDR } from '../../base/cidr.ts'
import { type Address, parseIP } from '../../base/ip.ts'
import { familyOf } from '../core/service/shape.ts'
import type { IPAddress } from './ipAddressType.ts'
import type { ServiceCIDR } from './serviceCIDRType.ts'

/** Questions about the ranges of services and the addresses in them. Upstream's `pkg/api/servicecidr`. */

/** On an IPAddress: `IPv4` or `IPv6`. */
export const ipFamilyLabel = 'ipaddress.kubernetes.io/ip-family'
/** On an IPAddress: who made it and takes it away. */
export const ipManagedByLabel = 'ipaddress.kubernetes.io/managed-by'
/** Whoever gives services their addresses. */
export const ipAllocator = 'ipallocator.k8s.io'
/** The ServiceCIDR that the server's own flags make. */
export const defaultServiceCIDR = 'kubernetes'

export const isOfAllocator = ({ metadata }: IPAddress): boolean => metadata.labels?.[ipManagedByLabel] === ipAllocator

/** Whether services may be given addresses of it. One that says nothing may be used: its controller need not run. */
export function isReadyRange({ metadata, status }: ServiceCIDR): boolean {
  if (metadata.deletionTimestamp !== undefined) return false
  return (status.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'True') === 'True'
}

/** Its ranges, read. */
export const rangesOf = ({ spec }: ServiceCIDR): Cidr[] => (spec.cidrs ?? []).flatMap(text => parseCIDR(text) ?? [])

/** Whether the address can be a service's in this range: not the network's own one, nor IPv4's broadcast. */
export const canServe = (range: Cidr, address: Address): boolean =>
  containsIP(range, address) &&
  address.bits !== range.network.bits &&
  (address.family === 6 || address.bits !== lastIP(range).bits)

export function withAddress(all: readonly ServiceCIDR[], text: string): ServiceCIDR[] {
  const address = parseIP(text)
  return address ? all.filter(each => rangesOf(each).some(range => canServe(range, address))) : []
}

/** Those that hold all of the range: the one it is of, too. */
export const around = (all: readonly ServiceCIDR[], range: Cidr): ServiceCIDR[] =>
  all.filter(each => rangesOf(each).some(outer => containsCIDR(outer, range)))

/** Those that share addresses with it, itself too. */
export function overlapping(all: readonly ServiceCIDR[], one: ServiceCIDR): ServiceCIDR[] {
  const ranges = rangesOf(one)
  return all.filter(each => rangesOf(each).some(range => ranges.some(own => overlaps(own, range))))
}

/** What keeps an address, in canonical form, for a service. */
export const serviceAddress = (name: string, service: { readonly namespace: string; readonly name: string }) => ({
  metadata: { name, labels: { [ipFamilyLabel]: familyOf(name), [ipManagedByLabel]: ipAllocator } },
  spec: { parentRef: { resource: 'services', namespace: service.namespace, name: service.name } },
})
