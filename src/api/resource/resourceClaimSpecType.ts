import { bool, fields, int64, list, object, one, string, strings } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import { CapacityRequirements, DeviceConfiguration, DeviceSelector, DeviceToleration } from '../resource/deviceType.ts'

export const deviceSubRequestFields = fields({
  /** Name of the request among its alternatives. */
  name: string(1, { always: true }),
  /** Class of the devices. */
  deviceClassName: string(2, { always: true }),
  /** Conditions on the devices. */
  selectors: list(3, DeviceSelector, { listType: 'atomic' }),
  /** ExactCount or All. */
  allocationMode: string(4),
  /** How many devices. */
  count: int64(5),
  /** Taints that do not matter. */
  tolerations: list(6, DeviceToleration, { listType: 'atomic' }),
  /** How much of each device. */
  capacity: one(7, CapacityRequirements, { pointer: true }),
})
export interface DeviceSubRequest extends Shape<typeof deviceSubRequestFields> {}
export const DeviceSubRequest: Type<DeviceSubRequest> = object(
  'io.k8s.api.resource.v1.DeviceSubRequest',
  deviceSubRequestFields,
)

export const exactDeviceRequestFields = fields({
  /** Class of the devices. */
  deviceClassName: string(1, { always: true }),
  /** Conditions on the devices. */
  selectors: list(2, DeviceSelector, { listType: 'atomic' }),
  /** ExactCount or All. */
  allocationMode: string(3),
  /** How many devices. */
  count: int64(4),
  /** Whether devices that are in use will do, for those who look after them. */
  adminAccess: bool(5, { pointer: true }),
  /** Taints that do not matter. */
  tolerations: list(6, DeviceToleration, { listType: 'atomic' }),
  /** How much of each device. */
  capacity: one(7, CapacityRequirements, { pointer: true }),
})
export interface ExactDeviceRequest extends Shape<typeof exactDeviceRequestFields> {}
export const ExactDeviceRequest: Type<ExactDeviceRequest> = object(
  'io.k8s.api.resource.v1.ExactDeviceRequest',
  exactDeviceRequestFields,
)

export const deviceRequestFields = fields({
  /** Name of the request in the claim. */
  name: string(1, { always: true }),
  /** What is wanted. */
  exactly: one(2, ExactDeviceRequest, { pointer: true }),
  /** Alternatives, the best first. */
  firstAvailable: list(3, DeviceSubRequest, { listType: 'atomic' }),
})
export interface DeviceRequest extends Shape<typeof deviceRequestFields> {}
export const DeviceRequest: Type<DeviceRequest> = object('io.k8s.api.resource.v1.DeviceRequest', deviceRequestFields)

const deviceConstraintFields = fields({
  /** Requests the constraint is about; all when empty. */
  requests: strings(1, { listType: 'atomic' }),
  /** Attribute that all devices must have the same. */
  matchAttribute: string(2, { pointer: true }),
  /** Attribute that no two devices may have the same. */
  distinctAttribute: string(3, { pointer: true }),
})
export interface DeviceConstraint extends Shape<typeof deviceConstraintFields> {}
export const DeviceConstraint: Type<DeviceConstraint> = object(
  'io.k8s.api.resource.v1.DeviceConstraint',
  deviceConstraintFields,
)

const deviceClaimConfigurationFields = fields({
  /** Requests the configuration is for; all when empty. */
  requests: strings(1, { listType: 'atomic' }),
})
export interface DeviceClaimConfiguration extends Shape<typeof deviceClaimConfigurationFields>, DeviceConfiguration {}
export const DeviceClaimConfiguration: Type<DeviceClaimConfiguration> = object(
  'io.k8s.api.resource.v1.DeviceClaimConfiguration',
  {
    ...deviceClaimConfigurationFields,
    deviceConfiguration: one(2, DeviceConfiguration, { always: true, inline: true }),
  },
)

export const deviceClaimFields = fields({
  /** Devices that are wanted. */
  requests: list(1, DeviceRequest, { always: true, listType: 'atomic' }),
  /** What the devices must have to do with each other. */
  constraints: list(2, DeviceConstraint, { listType: 'atomic' }),
  /** Configuration of the devices. */
  config: list(3, DeviceClaimConfiguration, { listType: 'atomic' }),
})
export interface DeviceClaim extends Shape<typeof deviceClaimFields> {}
export const DeviceClaim: Type<DeviceClaim> = object('io.k8s.api.resource.v1.DeviceClaim', deviceClaimFields)

export const resourceClaimSpecFields = fields({
  /** Devices that are wanted. */
  devices: one(1, DeviceClaim, { always: true }),
})
export interface ResourceClaimSpec extends Shape<typeof resourceClaimSpecFields> {}
export const ResourceClaimSpec: Type<ResourceClaimSpec> = object(
  'io.k8s.api.resource.v1.ResourceClaimSpec',
  resourceClaimSpecFields,
)
