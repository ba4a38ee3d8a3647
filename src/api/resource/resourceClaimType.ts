import { bool, fields, list, map, object, one, root, string, strings, time } from '../../schema/fields.ts'
import { quantity as quantityType } from '../../schema/scalars/quantity.ts'
import { rawExtension } from '../../schema/scalars/raw.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { NodeSelector } from '../core/node/nodeSelector.ts'
import { Condition } from '../meta/condition.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { DeviceConfiguration, DeviceToleration } from '../resource/deviceType.ts'
import { ResourceClaimSpec } from '../resource/resourceClaimSpecType.ts'

const deviceRequestAllocationResultFields = fields({
  /** Request the device is for. */
  request: string(1, { always: true }),
  /** Driver of the device. */
  driver: string(2, { always: true }),
  /** Pool of the device. */
  pool: string(3, { always: true }),
  /** Name of the device in its pool. */
  device: string(4, { always: true }),
  /** Whether it is for those who look after it. */
  adminAccess: bool(5, { pointer: true }),
  /** Taints that do not matter. */
  tolerations: list(6, DeviceToleration, { listType: 'atomic' }),
  /** Conditions that must hold before a pod is bound. */
  bindingConditions: strings(7, { listType: 'atomic' }),
  /** Conditions that tell that the device will not do. */
  bindingFailureConditions: strings(8, { listType: 'atomic' }),
  /** Which share of the device it is. */
  shareID: string(9, { pointer: true }),
  /** How much of the device is taken. */
  consumedCapacity: map(10, quantityType),
})
export interface DeviceRequestAllocationResult extends Shape<typeof deviceRequestAllocationResultFields> {}
export const DeviceRequestAllocationResult: Type<DeviceRequestAllocationResult> = object(
  'io.k8s.api.resource.v1.DeviceRequestAllocationResult',
  deviceRequestAllocationResultFields,
)

const deviceAllocationConfigurationFields = fields({
  /** Whether it comes from a class or from the claim. */
  source: string(1, { always: true }),
  /** Requests it is for; all when empty. */
  requests: strings(2, { listType: 'atomic' }),
})
export interface DeviceAllocationConfiguration
  extends Shape<typeof deviceAllocationConfigurationFields>,
    DeviceConfiguration {}
export const DeviceAllocationConfiguration: Type<DeviceAllocationConfiguration> = object(
  'io.k8s.api.resource.v1.DeviceAllocationConfiguration',
  {
    ...deviceAllocationConfigurationFields,
    deviceConfiguration: one(3, DeviceConfiguration, { always: true, inline: true }),
  },
)

const deviceAllocationResultFields = fields({
  /** The devices. */
  results: list(1, DeviceRequestAllocationResult, { listType: 'atomic' }),
  /** Their configuration. */
  config: list(2, DeviceAllocationConfiguration, { listType: 'atomic' }),
})
export interface DeviceAllocationResult extends Shape<typeof deviceAllocationResultFields> {}
export const DeviceAllocationResult: Type<DeviceAllocationResult> = object(
  'io.k8s.api.resource.v1.DeviceAllocationResult',
  deviceAllocationResultFields,
)

const allocationResultFields = fields({
  /** Devices that were given. */
  devices: one(1, DeviceAllocationResult, { always: true }),
  /** Nodes that reach them. */
  nodeSelector: one(3, NodeSelector, { pointer: true }),
  /** When they were given. */
  allocationTimestamp: time(5, { pointer: true }),
})
export interface AllocationResult extends Shape<typeof allocationResultFields> {}
export const AllocationResult: Type<AllocationResult> = object(
  'io.k8s.api.resource.v1.AllocationResult',
  allocationResultFields,
)

const resourceClaimConsumerReferenceFields = fields({
  /** Group of the kind. */
  apiGroup: string(1),
  /** Plural of the kind. */
  resource: string(3, { always: true }),
  /** Name of the object. */
  name: string(4, { always: true }),
  /** UID of the object. */
  uid: string(5, { always: true }),
})
export interface ResourceClaimConsumerReference extends Shape<typeof resourceClaimConsumerReferenceFields> {}
export const ResourceClaimConsumerReference: Type<ResourceClaimConsumerReference> = object(
  'io.k8s.api.resource.v1.ResourceClaimConsumerReference',
  resourceClaimConsumerReferenceFields,
)

const networkDeviceDataFields = fields({
  /** Name of the interface. */
  interfaceName: string(1),
  /** Its addresses. */
  ips: strings(2, { listType: 'atomic' }),
  /** Its hardware address. */
  hardwareAddress: string(3),
})
export interface NetworkDeviceData extends Shape<typeof networkDeviceDataFields> {}
export const NetworkDeviceData: Type<NetworkDeviceData> = object(
  'io.k8s.api.resource.v1.NetworkDeviceData',
  networkDeviceDataFields,
)

const allocatedDeviceStatusFields = fields({
  /** Driver of the device. */
  driver: string(1, { always: true }),
  /** Pool of the device. */
  pool: string(2, { always: true }),
  /** Name of the device in its pool. */
  device: string(3, { always: true }),
  /** Which share of the device it is. */
  shareID: string(7, { pointer: true }),
  /** State of the device. */
  conditions: list(4, Condition, { always: true, listType: 'map', listKeys: ['type'] }),
  /** What the driver tells. */
  data: one(5, rawExtension, { pointer: true }),
  /** How it is reached, where it is a network device. */
  networkData: one(6, NetworkDeviceData, { pointer: true }),
})
export interface AllocatedDeviceStatus extends Shape<typeof allocatedDeviceStatusFields> {}
export const AllocatedDeviceStatus: Type<AllocatedDeviceStatus> = object(
  'io.k8s.api.resource.v1.AllocatedDeviceStatus',
  allocatedDeviceStatusFields,
)

const resourceClaimStatusFields = fields({
  /** What was given. */
  allocation: one(1, AllocationResult, { pointer: true }),
  /** Who may use it. */
  reservedFor: list(2, ResourceClaimConsumerReference, {
    patchStrategy: 'merge',
    mergeKey: 'uid',
    listType: 'map',
    listKeys: ['uid'],
  }),
  /** State of the devices. */
  devices: list(4, AllocatedDeviceStatus, { listType: 'map', listKeys: ['driver', 'device', 'pool', 'shareID'] }),
})
export interface ResourceClaimStatus extends Shape<typeof resourceClaimStatusFields> {}
export const ResourceClaimStatus: Type<ResourceClaimStatus> = object(
  'io.k8s.api.resource.v1.ResourceClaimStatus',
  resourceClaimStatusFields,
)

export const resourceClaimFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, ResourceClaimSpec, { always: true }),
  /** What was given. */
  status: one(3, ResourceClaimStatus, { always: true }),
})
export interface ResourceClaim extends RootShape<typeof resourceClaimFields> {}
export const ResourceClaim: Type<ResourceClaim> = root('io.k8s.api.resource.v1.ResourceClaim', resourceClaimFields)

const resourceClaimListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ResourceClaim, { always: true }),
})
export interface ResourceClaimList extends RootShape<typeof resourceClaimListFields> {}
export const ResourceClaimList: Type<ResourceClaimList> = root(
  'io.k8s.api.resource.v1.ResourceClaimList',
  resourceClaimListFields,
)
