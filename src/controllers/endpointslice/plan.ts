import type { Node } from '../../api/core/node/node.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import type { Service } from '../../api/core/service.ts'
import { services } from '../../api/core/service.ts'
import type { Endpoint, EndpointSlicePort as EndpointPort, EndpointSlice } from '../../api/discovery/endpointSlice.ts'
import {
  endpointSliceManagedByLabel,
  headlessServiceLabel,
  serviceNameLabel,
  zoneLabel,
} from '../../api/meta/labels.ts'
import { controllerReference } from '../../api/meta/owners.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { Draft } from '../../schema/types.ts'
import { hostnameOf, isHeadless, servedPorts, servingOf } from '../kit/serving.ts'
import { portsId } from '../kit/slices.ts'

export const managedBy = 'endpointslice-controller.k8s.io'

/** What a controller writes so that the slices say what the pods are. */
export interface SlicePlan {
  readonly create: readonly Draft<EndpointSlice>[]
  readonly update: readonly EndpointSlice[]
  readonly delete: readonly EndpointSlice[]
}

interface Group {
  readonly family: 'IPv4' | 'IPv6'
  readonly ports: readonly EndpointPort[]
  readonly endpoints: Map<string, Endpoint>
}

const addressOf = (pod: Pod, family: 'IPv4' | 'IPv6') => {
  const all = pod.status.podIPs?.map(each => each.ip ?? '') ?? [pod.status.podIP ?? '']
  return all.find(ip => ip.includes(':') === (family === 'IPv6'))
}

function endpointOf(service: Service, pod: Pod, address: string, node: Node | undefined): Endpoint {
  const hostname = hostnameOf(pod, service)
  const zone = node?.metadata.labels?.[zoneLabel]
  const { name = '', namespace = '', uid = '' } = pod.metadata
  return {
    addresses: [address],
    conditions: { ...servingOf(pod, service) },
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(hostname ? { hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
  }
}

/** The service's pods by address family and by the ports they serve: named ports may differ from pod to pod. */
function groupsOf(
  service: Service,
  pods: readonly Pod[],
  nodeOf: (name: string) => Node | undefined,
): Map<string, Group> {
  const groups = new Map<string, Group>()
  const families = (service.spec.ipFamilies?.length ? service.spec.ipFamilies : ['IPv4']) as ('IPv4' | 'IPv6')[]
  for (const family of families) {
    for (const pod of pods) {
      const address = addressOf(pod, family)
      if (!address) continue
      const ports = servedPorts(service, pod).sort((a, b) => a.name.localeCompare(b.name))
      const id = JSON.stringify([family, ports])
      const group: Group = groups.get(id) ?? { family, ports, endpoints: new Map<string, Endpoint>() }
      group.endpoints.set(pod.metadata.uid ?? '', endpointOf(service, pod, address, nodeOf(pod.spec.nodeName ?? '')))
      groups.set(id, group)
    }
    // A service without pods still has one slice a family, so that readers know it is empty.
    if (![...groups.values()].some(group => group.family === family))
      groups.set(family, { family, ports: [], endpoints: new Map() })
  }
  return groups
}

function labelsOf(service: Service): Record<string, string> {
  const labels: Record<string, string> = {
    ...service.metadata.labels,
    [serviceNameLabel]: service.metadata.name ?? '',
    [endpointSliceManagedByLabel]: managedBy,
  }
  delete labels[headlessServiceLabel]
  if (isHeadless(service)) labels[headlessServiceLabel] = ''
  return labels
}

/**
 * Slices of at most `most` endpoints that say what the pods are, with as few writes as can be: endpoints stay in the
 * slice they are in, new ones fill the fullest slice with room. `k8s.io/endpointslice.Reconciler`.
 */
export function plan(
  service: Service,
  pods: readonly Pod[],
  nodeOf: (name: string) => Node | undefined,
  existing: readonly EndpointSlice[],
  most = 100,
): SlicePlan {
  const create: Draft<EndpointSlice>[] = []
  const update: EndpointSlice[] = []
  const remove: EndpointSlice[] = []
  const labels = labelsOf(service)
  const groups = groupsOf(service, pods, nodeOf)
  const bySlot = new Map<string, EndpointSlice[]>()
  for (const slice of existing) {
    const id =
      (slice.ports ?? []).length === 0 && groups.has(slice.addressType)
        ? slice.addressType
        : portsId(slice.addressType, slice.ports ?? [])
    if (groups.has(id)) bySlot.set(id, [...(bySlot.get(id) ?? []), slice])
    else remove.push(slice)
  }
  for (const [id, group] of groups) {
    const left = new Map(group.endpoints)
    const slices = (bySlot.get(id) ?? []).map(slice => {
      const kept = slice.endpoints.flatMap(endpoint => {
        const uid = endpoint.targetRef?.uid ?? ''
        const now = left.get(uid)
        left.delete(uid)
        return now ? [now] : []
      })
      return { slice, kept: kept.slice(0, most) }
    })
    for (const each of [...slices].sort((a, b) => b.kept.length - a.kept.length)) {
      for (const [uid, endpoint] of left) {
        if (each.kept.length >= most) break
        each.kept.push(endpoint)
        left.delete(uid)
      }
    }
    const used = slices.filter(each => each.kept.length > 0)
    // The last one standing may be empty: it tells that there is nothing.
    const keep = used.length > 0 || left.size > 0 ? used : slices.slice(0, 1)
    remove.push(...slices.filter(each => !keep.includes(each)).map(each => each.slice))
    for (const { slice, kept } of keep) {
      if (equal(slice.endpoints, kept) && equal(slice.metadata.labels ?? {}, labels)) continue
      update.push({ ...slice, metadata: { ...slice.metadata, labels }, endpoints: kept })
    }
    const rest = [...left.values()]
    const chunks = Math.max(Math.ceil(rest.length / most), keep.length === 0 ? 1 : 0)
    for (let index = 0; index < chunks; index++) {
      create.push({
        metadata: {
          generateName: `${service.metadata.name}-`,
          namespace: service.metadata.namespace ?? '',
          labels,
          ownerReferences: [controllerReference(service, services)],
        },
        addressType: group.family,
        endpoints: rest.slice(index * most, (index + 1) * most),
        ports: group.ports,
      })
    }
  }
  return { create, update, delete: remove }
}
