import { bool, fields, int32, list, object, one, oneOf, root, string, stringMap, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectReference } from '../core/references.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

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

/** Fields of the type, which older versions share. */
export const endpoint = fields({
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

/** Fields of the kind, which older versions share. */
export const endpointSlice = fields({
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
