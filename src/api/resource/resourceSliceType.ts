import { bool, fields, int64, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { NodeSelector } from '../core/node/nodeSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { CounterSet, Device } from '../resource/resourceSliceDeviceType.ts'

const resourcePoolFields = fields({
  /** Name of the pool. */
  name: string(1, { always: true }),
  /** Which state of the pool this is part of. */
  generation: int64(2, { always: true }),
  /** How many slices the pool has at that state. */
  resourceSliceCount: int64(3, { always: true }),
})
export interface ResourcePool extends Shape<typeof resourcePoolFields> {}
export const ResourcePool: Type<ResourcePool> = object('io.k8s.api.resource.v1.ResourcePool', resourcePoolFields)

export const resourceSliceSpecFields = fields({
  /** Driver of the devices. */
  driver: string(1, { always: true }),
  /** Pool of the devices. */
  pool: one(2, ResourcePool, { always: true }),
  /** Node that reaches them. */
  nodeName: string(3, { pointer: true }),
  /** Nodes that reach them. */
  nodeSelector: one(4, NodeSelector, { pointer: true }),
  /** Whether all nodes reach them. */
  allNodes: bool(5, { pointer: true }),
  /** The devices. */
  devices: list(6, Device, { listType: 'atomic' }),
  /** Whether each device tells which nodes reach it. */
  perDeviceNodeSelection: bool(7, { pointer: true }),
  /** Counters that devices share. */
  sharedCounters: list(8, CounterSet, { listType: 'atomic' }),
})
export interface ResourceSliceSpec extends Shape<typeof resourceSliceSpecFields> {}
export const ResourceSliceSpec: Type<ResourceSliceSpec> = object(
  'io.k8s.api.resource.v1.ResourceSliceSpec',
  resourceSliceSpecFields,
)

export const resourceSliceFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What there is. */
  spec: one(2, ResourceSliceSpec, { always: true }),
})
export interface ResourceSlice extends RootShape<typeof resourceSliceFields> {}
export const ResourceSlice: Type<ResourceSlice> = root('io.k8s.api.resource.v1.ResourceSlice', resourceSliceFields)

const resourceSliceListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ResourceSlice, { always: true }),
})
export interface ResourceSliceList extends RootShape<typeof resourceSliceListFields> {}
export const ResourceSliceList: Type<ResourceSliceList> = root(
  'io.k8s.api.resource.v1.ResourceSliceList',
  resourceSliceListFields,
)
