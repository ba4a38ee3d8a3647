import { fields, list, object, one, root, stringMap } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { hostnameLabel, zoneLabel } from '../meta/labels.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion } from '../versions.ts'
import { type Endpoint, EndpointHints, type EndpointSlice, endpoint, endpointSlice } from './endpointSliceType.ts'

const { deprecatedTopology: _, zone: __, hints: ___, ...shared } = endpoint
const betaEndpoint = fields({
  ...shared,
  /** Labels of where the endpoint is: node, zone and others. */
  topology: stringMap(5),
  /** Who should use the endpoint. */
  hints: one(7, EndpointHints, { pointer: true }),
})
interface BetaEndpoint extends Shape<typeof betaEndpoint> {}
const BetaEndpoint: Type<BetaEndpoint> = object('io.k8s.api.discovery.v1beta1.Endpoint', betaEndpoint)

interface BetaSlice extends RootShape<Omit<typeof endpointSlice, 'endpoints'>> {
  endpoints: BetaEndpoint[]
}
export const EndpointSliceV1beta1: Type<BetaSlice> = root('io.k8s.api.discovery.v1beta1.EndpointSlice', {
  ...endpointSlice,
  /** The endpoints; at most 1000. */
  endpoints: list(2, BetaEndpoint, { always: true, listType: 'atomic', required: false }),
})

/** Where the zone has a field, and the node, they leave the labels. */
function endpointUp({ topology, ...rest }: BetaEndpoint): Endpoint {
  if (!topology) return rest
  const { [zoneLabel]: zone, ...labels } = topology
  if (rest.nodeName !== undefined && labels[hostnameLabel] === rest.nodeName) delete labels[hostnameLabel]
  return {
    ...rest,
    ...(zone === undefined ? {} : { zone }),
    ...(Object.keys(labels).length ? { deprecatedTopology: labels } : {}),
  }
}

function endpointDown({ deprecatedTopology, zone, ...rest }: Endpoint): BetaEndpoint {
  const topology: Record<string, string> = {
    ...deprecatedTopology,
    ...(zone === undefined ? {} : { [zoneLabel]: zone }),
  }
  if (rest.nodeName !== undefined && !topology[hostnameLabel]) topology[hostnameLabel] = rest.nodeName
  return Object.keys(topology).length ? { ...rest, topology } : rest
}

/** The version upstream stopped serving in v1.25: places are labels, not fields. */
export const endpointSliceV1beta1: ServedVersion<EndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1beta1',
  type: EndpointSliceV1beta1,
  up(old) {
    const slice = old as BetaSlice
    return { ...slice, apiVersion: 'discovery.k8s.io/v1', endpoints: slice.endpoints.map(endpointUp) }
  },
  down: slice => ({ ...slice, apiVersion: 'discovery.k8s.io/v1beta1', endpoints: slice.endpoints.map(endpointDown) }),
  deprecation: removedVersion('discovery.k8s.io/v1beta1', 'EndpointSlice', '1.21', '1.25', 'discovery.k8s.io/v1'),
}
