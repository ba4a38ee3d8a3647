import { equal } from '../../schema/derive/equal.ts'
import { bool, fields, int32, list, object, one, oneOf, root, string, stringMap, strings } from '../../schema/fields.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ipWarnings } from '../core/addresses.ts'
import { ObjectReference } from '../core/references.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { hostnameLabel, sameLabels } from '../meta/labels.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { endpointSliceRules } from './rules.ts'

const endpointConditions = fields({
  /** Takes new traffic. */
  ready: bool(1, { pointer: true }),
  /** Could take traffic: like `ready`, but also while ending. */
  serving: bool(2, { pointer: true }),
  /** Is ending. */
  terminating: bool(3, { pointer: true }),
})
export interface EndpointConditions extends Shape<typeof endpointConditions> {}
export const EndpointConditions: Type<EndpointConditions> = object(
  'io.k8s.api.discovery.v1.EndpointConditions',
  endpointConditions,
)

const forZone = fields({
  /** Name of the zone. */
  name: string(1, { always: true }),
})
export interface ForZone extends Shape<typeof forZone> {}
export const ForZone: Type<ForZone> = object('io.k8s.api.discovery.v1.ForZone', forZone)

const forNode = fields({
  /** Name of the node. */
  name: string(1, { always: true }),
})
export interface ForNode extends Shape<typeof forNode> {}
export const ForNode: Type<ForNode> = object('io.k8s.api.discovery.v1.ForNode', forNode)

const endpointHints = fields({
  /** Zones whose clients should use the endpoint. */
  forZones: list(1, ForZone, { listType: 'atomic' }),
  /** Nodes whose clients should use the endpoint. */
  forNodes: list(2, ForNode, { listType: 'atomic' }),
})
export interface EndpointHints extends Shape<typeof endpointHints> {}
export const EndpointHints: Type<EndpointHints> = object('io.k8s.api.discovery.v1.EndpointHints', endpointHints)

const endpoint = fields({
  /** Addresses, all of the same endpoint; clients use the first. */
  addresses: strings(1, { always: true, listType: 'set' }),
  /** Whether it takes traffic. */
  conditions: one(2, EndpointConditions, { always: true }),
  /** Host name, for DNS records of its own. */
  hostname: string(3, { pointer: true }),
  /** Object behind the endpoint. */
  targetRef: one(4, ObjectReference, { pointer: true }),
  /** Labels of older versions; not written any more. */
  deprecatedTopology: stringMap(5),
  /** Node the endpoint is on. */
  nodeName: string(6, { pointer: true }),
  /** Zone the endpoint is in. */
  zone: string(7, { pointer: true }),
  /** Who should use the endpoint. */
  hints: one(8, EndpointHints, { pointer: true }),
})
export interface Endpoint extends Shape<typeof endpoint> {}
export const Endpoint: Type<Endpoint> = object('io.k8s.api.discovery.v1.Endpoint', endpoint)

const endpointSlicePort = fields({
  /** Name of the service's port; empty when it has none. */
  name: string(1, { pointer: true, default: '' }),
  /** Transport protocol. */
  protocol: oneOf(2, ['TCP', 'UDP', 'SCTP'], { pointer: true, default: 'TCP' }),
  /** Port number; any when absent. */
  port: int32(3, { pointer: true }),
  /** Application protocol, as a hint to implementations. */
  appProtocol: string(4, { pointer: true }),
})
export interface EndpointSlicePort extends Shape<typeof endpointSlicePort> {}
export const EndpointSlicePort: Type<EndpointSlicePort> = object(
  'io.k8s.api.discovery.v1.EndpointPort',
  endpointSlicePort,
  { atomic: true },
)

const endpointSlice = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Kind of the addresses; never changed. */
  addressType: string(4, { always: true }),
  /** The endpoints; at most 1000. */
  endpoints: list(2, Endpoint, { always: true, listType: 'atomic', required: false }),
  /** Ports of each endpoint; at most 100. None means all. */
  ports: list(3, EndpointSlicePort, { always: true, listType: 'atomic', required: false }),
})
export interface EndpointSlice extends RootShape<typeof endpointSlice> {}
export const EndpointSlice: Type<EndpointSlice> = root('io.k8s.api.discovery.v1.EndpointSlice', endpointSlice)

const endpointSliceList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, EndpointSlice, { always: true }),
})
export interface EndpointSliceList extends RootShape<typeof endpointSliceList> {}
export const EndpointSliceList: Type<EndpointSliceList> = root(
  'io.k8s.api.discovery.v1.EndpointSliceList',
  endpointSliceList,
)

const shown = 3

/** The first few of a list, and how many more there are. */
function firstOf(all: readonly string[]): string {
  const first = all.slice(0, shown).join(',')
  return all.length > shown ? `${first} + ${all.length - shown} more...` : first || '<unset>'
}

/** The node's name was once kept among the topology labels, which are not written any more. */
function dropTopology(slice: EndpointSlice, old?: EndpointSlice): void {
  if (old && equal(old.endpoints, slice.endpoints)) return
  const known = new Set(old?.endpoints.map(endpoint => endpoint.deprecatedTopology?.[hostnameLabel]))
  for (const endpoint of slice.endpoints) {
    const node = endpoint.deprecatedTopology?.[hostnameLabel]
    if (endpoint.nodeName === undefined && node && known.has(node)) endpoint.nodeName = node
    delete endpoint.deprecatedTopology
  }
}

function warnings(slice: EndpointSlice, old: EndpointSlice | undefined): string[] {
  const told = !old && slice.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []
  return [
    ...told,
    ...slice.endpoints.flatMap((endpoint, i) =>
      endpoint.addresses.flatMap((address, n) => ipWarnings(address, `endpoints[${i}].addresses[${n}]`)),
    ),
  ]
}

/** Some of the endpoints behind a Service. */
export const endpointSlices = resource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  type: EndpointSlice,
  rules: endpointSliceRules,
  changes: {
    create: slice => dropTopology(slice),
    update(slice, old) {
      dropTopology(slice, old)
      if (
        slice.metadata.generation === old.metadata.generation &&
        !sameLabels(slice.metadata.labels, old.metadata.labels)
      )
        slice.metadata.generation = (old.metadata.generation ?? 0) + 1
    },
    updateRules: (slice, old) =>
      slice.addressType === old.addressType
        ? []
        : [invalid(at('addressType'), slice.addressType, 'field is immutable')],
    warnings,
  },
  columns: [
    nameColumn,
    {
      name: 'AddressType',
      type: 'string',
      description: 'Kind of the addresses.',
      cell: ({ addressType }) => addressType,
    },
    {
      name: 'Ports',
      type: 'string',
      description: 'The first few ports.',
      cell: ({ ports }) => firstOf(ports.map(({ port, name }) => (port !== undefined ? String(port) : (name ?? '*')))),
    },
    {
      name: 'Endpoints',
      type: 'string',
      description: 'The first few addresses.',
      cell: ({ endpoints }) => firstOf(endpoints.flatMap(endpoint => endpoint.addresses)),
    },
    ageColumn,
  ],
  generation: true,
})
