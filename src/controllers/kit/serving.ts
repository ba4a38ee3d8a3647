import type { Container, Pod } from '../../api/core/pod/pod.ts'
import { podReady, podTerminal } from '../../api/core/pod/readiness.ts'
import type { Service, ServicePort } from '../../api/core/service.ts'
import type { Informer } from '../../client/informer.ts'

/** A port on which a pod serves. */
export interface ServedPort {
  readonly name: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly appProtocol?: string
}

/** How a pod stands behind its service: `ready` only while it is not going, `serving` also then. */
export interface Serving {
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
}

export function servingOf(pod: Pod, service: Service): Serving {
  const serving = podReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  return { serving, terminating, ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating) }
}

/** Pods a service can send to: selected, placed, with an address, not finished. */
export function podsOf(service: Service, pods: Informer<Pod>): Pod[] {
  const selector = Object.entries(service.spec.selector ?? {})
  if (selector.length === 0) return []
  return pods.cache
    .list(service.metadata.namespace ?? '')
    .filter(
      pod =>
        pod.status.podIP &&
        !podTerminal(pod) &&
        selector.every(([name, value]) => pod.metadata.labels?.[name] === value),
    )
}

/** Services whose selector takes a pod with these labels. */
export const selecting = (services: Informer<Service>, pod: Pod): Service[] =>
  services.cache.list(pod.metadata.namespace ?? '').filter(service => {
    const selector = Object.entries(service.spec.selector ?? {})
    return selector.length > 0 && selector.every(([name, value]) => pod.metadata.labels?.[name] === value)
  })

const containers = (pod: Pod): readonly Container[] => [
  ...pod.spec.containers,
  ...(pod.spec.initContainers ?? []).filter(container => container.restartPolicy === 'Always'),
]

function targetPort(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target === 0 ? port.port : target
  for (const container of containers(pod)) {
    for (const open of container.ports ?? [])
      if (open.name === target && (open.protocol ?? 'TCP') === (port.protocol ?? 'TCP')) return open.containerPort
  }
  return undefined
}

/** The service's ports as numbers in this pod; a named port that the pod does not have is left out. */
export function servedPorts(service: Service, pod: Pod): ServedPort[] {
  return (service.spec.ports ?? []).flatMap(port => {
    const number = targetPort(pod, port)
    if (number === undefined) return []
    return [
      {
        name: port.name ?? '',
        port: number,
        protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
      },
    ]
  })
}

/** The name by which DNS knows the pod under a headless service. */
export const hostnameOf = (pod: Pod, service: Service): string | undefined =>
  pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined

export const isHeadless = (service: Service): boolean => service.spec.clusterIP === 'None'

/** Whether a change of a pod can matter to a service. */
export const servingKey = (pod: Pod): string =>
  JSON.stringify([
    pod.status.podIPs ?? pod.status.podIP,
    pod.status.phase,
    podReady(pod),
    pod.metadata.deletionTimestamp !== undefined,
    pod.metadata.labels,
    pod.spec.nodeName,
    pod.spec.hostname,
    pod.spec.subdomain,
  ])
