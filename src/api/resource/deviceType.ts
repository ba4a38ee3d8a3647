import { fields, int64, map, object, one, string, time } from '../../schema/fields.ts'
import { quantity as quantityType } from '../../schema/scalars/quantity.ts'
import { rawExtension } from '../../schema/scalars/raw.ts'
import type { Shape, Type } from '../../schema/types.ts'

const celDeviceSelectorFields = fields({
  /** Expression in CEL that is true for devices that will do. */
  expression: string(1, { always: true }),
})
export interface CELDeviceSelector extends Shape<typeof celDeviceSelectorFields> {}
export const CELDeviceSelector: Type<CELDeviceSelector> = object(
  'io.k8s.api.resource.v1.CELDeviceSelector',
  celDeviceSelectorFields,
)

const deviceSelectorFields = fields({
  /** Condition on the device. */
  cel: one(1, CELDeviceSelector, { pointer: true }),
})
export interface DeviceSelector extends Shape<typeof deviceSelectorFields> {}
export const DeviceSelector: Type<DeviceSelector> = object(
  'io.k8s.api.resource.v1.DeviceSelector',
  deviceSelectorFields,
)

const opaqueDeviceConfigurationFields = fields({
  /** Driver that understands the parameters. */
  driver: string(1, { always: true }),
  /** What the driver is told. */
  parameters: one(2, rawExtension, { always: true }),
})
export interface OpaqueDeviceConfiguration extends Shape<typeof opaqueDeviceConfigurationFields> {}
export const OpaqueDeviceConfiguration: Type<OpaqueDeviceConfiguration> = object(
  'io.k8s.api.resource.v1.OpaqueDeviceConfiguration',
  opaqueDeviceConfigurationFields,
)

const deviceConfigurationFields = fields({
  /** Configuration that only the driver understands. */
  opaque: one(1, OpaqueDeviceConfiguration, { pointer: true }),
})
export interface DeviceConfiguration extends Shape<typeof deviceConfigurationFields> {}
export const DeviceConfiguration: Type<DeviceConfiguration> = object(
  'io.k8s.api.resource.v1.DeviceConfiguration',
  deviceConfigurationFields,
)

const capacityRequirementsFields = fields({
  /** How much is wanted, by capacity. */
  requests: map(1, quantityType),
})
export interface CapacityRequirements extends Shape<typeof capacityRequirementsFields> {}
export const CapacityRequirements: Type<CapacityRequirements> = object(
  'io.k8s.api.resource.v1.CapacityRequirements',
  capacityRequirementsFields,
)

const deviceTolerationFields = fields({
  /** Key of the taint; every key when empty. */
  key: string(1),
  /** Exists or Equal. */
  operator: string(2, { default: 'Equal' }),
  /** Value of the taint, for Equal. */
  value: string(3),
  /** Effect of the taint; every effect when empty. */
  effect: string(4),
  /** For how long. */
  tolerationSeconds: int64(5, { pointer: true }),
})
export interface DeviceToleration extends Shape<typeof deviceTolerationFields> {}
export const DeviceToleration: Type<DeviceToleration> = object(
  'io.k8s.api.resource.v1.DeviceToleration',
  deviceTolerationFields,
)

const deviceTaintFields = fields({
  /** Key of the taint. */
  key: string(1, { always: true }),
  /** Value of the taint. */
  value: string(2),
  /** What it does to those who don't tolerate it. */
  effect: string(3, { always: true }),
  /** When it was added. */
  timeAdded: time(4, { pointer: true }),
})
export interface DeviceTaint extends Shape<typeof deviceTaintFields> {}
export const DeviceTaint: Type<DeviceTaint> = object('io.k8s.api.resource.v1.DeviceTaint', deviceTaintFields)
