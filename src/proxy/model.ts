import type { Service, ServicePort } from '../api/core/service.ts'
import type { EndpointSlice } from '../api/discovery/endpointSlice.ts'
import { serviceNameLabel } from '../api/meta/labels.ts'

export type Protocol = 'tcp' | 'udp' | 'sctp'

export interface Target {
  readonly ip: string
  readonly port: number
  /** On this node. */
  readonly local: boolean
}

/** One port of one service, as the data plane must carry it out. */
export interface ServiceRule {
  /** `default/nginx/tcp/http`: stable, unique. */
  readonly id: string
  readonly protocol: Protocol
  readonly port: number
  readonly clusterIps: readonly string[]
  /** externalIPs and load balancer addresses: reached from outside, also under `port`. */
  readonly externalIps: readonly string[]
  readonly nodePort: number | undefined
  /** Seconds a client stays with its endpoint; undefined: every connection is placed anew. */
  readonly affinity: number | undefined
  /** Where traffic from inside goes, and from outside. They differ only under a Local policy. */
  readonly internal: readonly Target[]
  readonly external: readonly Target[]
  /** externalTrafficPolicy Local: the client's address is kept, and nodes without endpoints drop. */
  readonly keepsSource: boolean
  /** Endpoints exist somewhere: traffic that may not go there is dropped, not refused. */
  readonly hasEndpoints: boolean
}

interface Candidate extends Target {
  readonly ready: boolean
  readonly serving: boolean
}

/** Slices by the service they belong to: `namespace/name`. */
export function slicesByService(slices: Iterable<EndpointSlice>): Map<string, EndpointSlice[]> {
  const result = new Map<string, EndpointSlice[]>()
  for (const slice of slices) {
    const name = slice.metadata.labels?.[serviceNameLabel]
    if (!name) continue
    const key = `${slice.metadata.namespace}/${name}`
    result.set(key, [...(result.get(key) ?? []), slice])
  }
  return result
}

function candidates(slices: readonly EndpointSlice[], port: ServicePort, node: string): Candidate[] {
  const found = new Map<string, Candidate>()
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue
    const match = (slice.ports ?? []).find(
      each => (each.name ?? '') === (port.name ?? '') && (each.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    )
    if (match?.port === undefined) continue
    for (const endpoint of slice.endpoints) {
      const [ip] = endpoint.addresses
      if (!ip) continue
      const ready = endpoint.conditions?.ready ?? true
      // An address may stand in two slices while it moves: the better word counts.
      const key = `${ip}:${match.port}`
      const known = found.get(key)
      const serving = endpoint.conditions?.serving ?? ready
      found.set(key, {
        ip,
        port: match.port,
        local: endpoint.nodeName === node,
        ready: ready || known?.ready === true,
        serving: serving || known?.serving === true,
      })
    }
  }
  return [...found.values()].sort((a, b) => a.ip.localeCompare(b.ip) || a.port - b.port)
}

/** Ready ones; when there are none, those that are going but still serve. */
function usable(all: readonly Candidate[]): Target[] {
  const ready = all.filter(each => each.ready)
  const chosen = ready.length > 0 ? ready : all.filter(each => each.serving)
  return chosen.map(({ ip, port, local }) => ({ ip, port, local }))
}

const isV4 = (ip: string) => !ip.includes(':')

/** The rules of one service on this node; none for headless and ExternalName services, and for those of another proxy. */
export function rulesOf(service: Service, slices: readonly EndpointSlice[], node: string): ServiceRule[] {
  const { spec, metadata, status } = service
  const proxied = metadata.labels?.['service.kubernetes.io/service-proxy-name'] === undefined
  if (!proxied || spec.type === 'ExternalName' || !spec.clusterIP || spec.clusterIP === 'None') return []
  const clusterIps = (spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP]).filter(isV4)
  const balanced = (status.loadBalancer?.ingress ?? []).flatMap(each =>
    each.ip && each.ipMode !== 'Proxy' ? [each.ip] : [],
  )
  const externalIps = [...(spec.externalIPs ?? []), ...balanced].filter(isV4)
  const affinity =
    spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : undefined
  const keepsSource =
    spec.externalTrafficPolicy === 'Local' &&
    (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || externalIps.length > 0)
  return (spec.ports ?? []).map(port => {
    const protocol = (port.protocol ?? 'TCP').toLowerCase() as Protocol
    const all = candidates(slices, port, node)
    const local = usable(all.filter(each => each.local))
    const everywhere = usable(all)
    return {
      id: `${metadata.namespace}/${metadata.name}/${protocol}/${port.name ?? ''}`,
      protocol,
      port: port.port,
      clusterIps,
      externalIps,
      nodePort: port.nodePort || undefined,
      affinity,
      internal: spec.internalTrafficPolicy === 'Local' ? local : everywhere,
      external: keepsSource ? local : everywhere,
      keepsSource,
      hasEndpoints: everywhere.length > 0,
    }
  })
}
