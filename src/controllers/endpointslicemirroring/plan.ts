import { type EndpointAddress, type Endpoints, endpoints as kind } from '../../api/core/endpoints.ts'
import { repackSubsets } from '../../api/core/subsets.ts'
import type { Endpoint, EndpointSlice, EndpointSlicePort } from '../../api/discovery/endpointSlice.ts'
import {
  endpointSliceManagedByLabel,
  lastAppliedAnnotation,
  lastChangeTriggerTimeAnnotation,
  serviceNameLabel,
  skipMirrorLabel,
} from '../../api/meta/labels.ts'
import { controllerReference } from '../../api/meta/owners.ts'
import { canonicalIP } from '../../base/ip.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { Draft } from '../../schema/types.ts'
import { portsId } from '../kit/slices.ts'

export const managedBy = 'endpointslicemirroring-controller.k8s.io'
/** Most addresses of one subset that are mirrored. */
const most = 1000
/** Annotations that are about the Endpoints themselves. */
const ownAnnotations = new Set([lastChangeTriggerTimeAnnotation, lastAppliedAnnotation])
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader'

/** What is to be written so that slices say what the Endpoints say, and what of it can't be said. */
export interface MirrorPlan {
  readonly create: readonly Draft<EndpointSlice>[]
  readonly update: readonly EndpointSlice[]
  readonly delete: readonly EndpointSlice[]
  /** Addresses that are none, and those beyond the most of a subset. */
  readonly invalid: number
  readonly skipped: number
}

/** Whether Endpoints are somebody's own list of addresses: not written by a controller that writes slices, too, nor a lock. */
export const isMirrored = ({ metadata: { labels, annotations } }: Endpoints): boolean =>
  labels?.[skipMirrorLabel] !== 'true' && annotations?.[leaderAnnotation] === undefined

interface Group {
  readonly family: 'IPv4' | 'IPv6'
  readonly ports: readonly EndpointSlicePort[]
  readonly endpoints: Endpoint[]
}

const endpointOf = ({ nodeName, hostname, targetRef }: EndpointAddress, ip: string, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname ? { hostname } : {}),
  ...(targetRef ? { targetRef } : {}),
  ...(nodeName === undefined ? {} : { nodeName }),
})

function groupsOf(mirrored: Endpoints) {
  const groups = new Map<string, Group>()
  let [invalid, skipped] = [0, 0]
  for (const subset of repackSubsets(mirrored.subsets ?? [])) {
    const ports = (subset.ports ?? []).map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
      name,
      port,
      protocol,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    }))
    let left = most
    for (const [addresses, ready] of [
      [subset.addresses, true],
      [subset.notReadyAddresses, false],
    ] as const) {
      for (const address of addresses ?? []) {
        const ip = canonicalIP(address.ip)
        if (ip === undefined) invalid++
        else if (left === 0) skipped++
        else {
          left--
          const family = ip.includes(':') ? 'IPv6' : 'IPv4'
          const id = portsId(family, ports)
          const group = groups.get(id) ?? { family, ports, endpoints: [] }
          group.endpoints.push(endpointOf(address, ip, ready))
          groups.set(id, group)
        }
      }
    }
  }
  return { groups, invalid, skipped }
}

/** Slices that say what the Endpoints say: one for each family and set of ports. `k8s.io/kubernetes/pkg/controller/endpointslicemirroring`. */
export function plan(mirrored: Endpoints, existing: readonly EndpointSlice[]): MirrorPlan {
  const { name = '', namespace = '', uid } = mirrored.metadata
  const { groups, invalid, skipped } = groupsOf(mirrored)
  const labels = { ...mirrored.metadata.labels, [serviceNameLabel]: name, [endpointSliceManagedByLabel]: managedBy }
  const annotations = Object.fromEntries(
    Object.entries(mirrored.metadata.annotations ?? {}).filter(([key]) => !ownAnnotations.has(key)),
  )
  const ownerReferences = [controllerReference(mirrored, kind)]
  const update: EndpointSlice[] = []
  const create: Draft<EndpointSlice>[] = []
  const free = new Set(existing)
  const missing: Group[] = []
  const written = (slice: EndpointSlice, { ports, endpoints }: Group): EndpointSlice => ({
    ...slice,
    metadata: { ...slice.metadata, labels, annotations, ownerReferences },
    ports: [...ports],
    endpoints,
  })
  for (const [id, group] of groups) {
    const slice = existing.find(each => free.has(each) && portsId(each.addressType, each.ports ?? []) === id)
    if (!slice) {
      missing.push(group)
      continue
    }
    free.delete(slice)
    const same =
      sameEndpoints(slice.endpoints, group.endpoints) &&
      equal(slice.metadata.labels ?? {}, labels) &&
      equal(slice.metadata.annotations ?? {}, annotations) &&
      slice.metadata.ownerReferences?.every(owner => owner.kind !== 'Endpoints' || owner.uid === uid)
    if (!same) update.push(written(slice, group))
  }
  for (const group of missing) {
    // One that is of no more use is written anew rather than deleted; its family can't change.
    const slice = [...free].find(({ addressType }) => addressType === group.family)
    if (slice) {
      free.delete(slice)
      update.push(written(slice, group))
      continue
    }
    create.push({
      metadata: { generateName: `${name}-`, namespace, labels, annotations, ownerReferences },
      addressType: group.family,
      ports: group.ports,
      endpoints: group.endpoints,
    })
  }
  return { create, update, delete: [...free], invalid, skipped }
}

/** Whether both hold the same endpoints, in whatever order. */
function sameEndpoints(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  if (a.length !== b.length) return false
  const byAddress = new Map(a.map(each => [each.addresses[0], each]))
  return b.every(each => equal(byAddress.get(each.addresses[0]), each))
}
