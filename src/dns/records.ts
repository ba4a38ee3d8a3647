import type { Service } from '../api/core/service.ts'
import type { Endpoint, EndpointSlice } from '../api/discovery/endpointSlice.ts'

/** One address behind a headless service, with the name it has there. */
interface Host {
  readonly label: string
  readonly ip: string
}

interface PortRecord {
  readonly name: string
  readonly protocol: string
  readonly port: number
}

/** What DNS says about one service. */
export interface ServiceRecords {
  readonly namespace: string
  readonly name: string
  /** Cluster IPs; empty for headless and ExternalName. */
  readonly addresses: readonly string[]
  readonly hosts: readonly Host[]
  readonly ports: readonly PortRecord[]
  readonly externalName: string | undefined
}

/** An endpoint without a hostname is known by its address: `10-1-2-3`. */
const labelOf = (endpoint: Endpoint, ip: string) => endpoint.hostname ?? ip.replaceAll(/[.:]/g, '-')

/** The records of a service: the specification is "Kubernetes DNS-Based Service Discovery", version 1.1.0. */
export function recordsOf(service: Service, slices: readonly EndpointSlice[]): ServiceRecords {
  const { namespace = '', name = '' } = service.metadata
  const { spec } = service
  const headless = spec.clusterIP === 'None'
  const hosts = new Map<string, Host>()
  const ports = new Map<string, PortRecord>()
  if (headless) {
    for (const slice of slices) {
      for (const port of slice.ports ?? []) {
        if (port.port !== undefined)
          ports.set(`${port.protocol}/${port.name}`, {
            name: port.name ?? '',
            protocol: (port.protocol ?? 'TCP').toLowerCase(),
            port: port.port,
          })
      }
      for (const endpoint of slice.endpoints) {
        if (endpoint.conditions?.ready === false && !spec.publishNotReadyAddresses) continue
        for (const ip of endpoint.addresses)
          hosts.set(`${labelOf(endpoint, ip)} ${ip}`, { label: labelOf(endpoint, ip), ip })
      }
    }
  } else {
    for (const port of spec.ports ?? [])
      ports.set(`${port.protocol}/${port.name}`, {
        name: port.name ?? '',
        protocol: (port.protocol ?? 'TCP').toLowerCase(),
        port: port.port,
      })
  }
  const external = spec.type === 'ExternalName'
  return {
    namespace,
    name,
    addresses:
      headless || external ? [] : spec.clusterIPs?.length ? spec.clusterIPs : spec.clusterIP ? [spec.clusterIP] : [],
    hosts: [...hosts.values()],
    ports: [...ports.values()],
    externalName: external ? spec.externalName : undefined,
  }
}
