import { bool, fields, int64, list, map, object, one, quantity, string, strings } from '../../schema/fields.ts'
import { bool as boolType, int64 as int64Type } from '../../schema/scalars/basic.ts'
import { quantity as quantityType } from '../../schema/scalars/quantity.ts'
import type { Shape, Type } from '../../schema/types.ts'
import { NodeSelector } from '../core/node/nodeSelector.ts'
import { DeviceTaint } from '../resource/deviceType.ts'

const counterFields = fields({
  /** How much there is, or is taken. */
  value: quantity(1, { always: true }),
})
export interface Counter extends Shape<typeof counterFields> {}
export const Counter: Type<Counter> = object('io.k8s.api.resource.v1.Counter', counterFields)

const counterSetFields = fields({
  /** Name of the set. */
  name: string(1, { always: true }),
  /** The counters. */
  counters: map(2, Counter),
})
export interface CounterSet extends Shape<typeof counterSetFields> {}
export const CounterSet: Type<CounterSet> = object('io.k8s.api.resource.v1.CounterSet', counterSetFields)

const deviceCounterConsumptionFields = fields({
  /** Set the counters are of. */
  counterSet: string(1, { always: true }),
  /** How much the device takes of each. */
  counters: map(2, Counter),
})
export interface DeviceCounterConsumption extends Shape<typeof deviceCounterConsumptionFields> {}
export const DeviceCounterConsumption: Type<DeviceCounterConsumption> = object(
  'io.k8s.api.resource.v1.DeviceCounterConsumption',
  deviceCounterConsumptionFields,
)

const deviceAttributeFields = fields({
  /** A number. */
  int: int64(2, { pointer: true }),
  /** Yes or no. */
  bool: bool(3, { pointer: true }),
  /** A text. */
  string: string(4, { pointer: true }),
  /** A semantic version. */
  version: string(5, { pointer: true }),
  /** Numbers. */
  ints: list(6, int64Type, { listType: 'atomic' }),
  /** Several times yes or no. */
  bools: list(7, boolType, { listType: 'atomic' }),
  /** Texts. */
  strings: strings(8, { listType: 'atomic' }),
  /** Semantic versions. */
  versions: strings(9, { listType: 'atomic' }),
})
export interface DeviceAttribute extends Shape<typeof deviceAttributeFields> {}
export const DeviceAttribute: Type<DeviceAttribute> = object(
  'io.k8s.api.resource.v1.DeviceAttribute',
  deviceAttributeFields,
)

const capacityRequestPolicyRangeFields = fields({
  /** The least that may be asked for. */
  min: quantity(1, { pointer: true }),
  /** The most that may be asked for. */
  max: quantity(2, { pointer: true }),
  /** What is asked for is a multiple of this, above the least. */
  step: quantity(3, { pointer: true }),
})
export interface CapacityRequestPolicyRange extends Shape<typeof capacityRequestPolicyRangeFields> {}
export const CapacityRequestPolicyRange: Type<CapacityRequestPolicyRange> = object(
  'io.k8s.api.resource.v1.CapacityRequestPolicyRange',
  capacityRequestPolicyRangeFields,
)

const capacityRequestPolicyFields = fields({
  /** What is taken when nothing is asked for. */
  default: quantity(1, { pointer: true }),
  /** What may be asked for. */
  validValues: list(3, quantityType, { listType: 'atomic' }),
  /** What may be asked for, as a range. */
  validRange: one(4, CapacityRequestPolicyRange, { pointer: true }),
})
export interface CapacityRequestPolicy extends Shape<typeof capacityRequestPolicyFields> {}
export const CapacityRequestPolicy: Type<CapacityRequestPolicy> = object(
  'io.k8s.api.resource.v1.CapacityRequestPolicy',
  capacityRequestPolicyFields,
)

const deviceCapacityFields = fields({
  /** How much there is. */
  value: quantity(1, { always: true }),
  /** How it may be shared. */
  requestPolicy: one(2, CapacityRequestPolicy, { pointer: true }),
})
export interface DeviceCapacity extends Shape<typeof deviceCapacityFields> {}
export const DeviceCapacity: Type<DeviceCapacity> = object(
  'io.k8s.api.resource.v1.DeviceCapacity',
  deviceCapacityFields,
)

const nodeAllocatableResourceMappingFields = fields({
  /** Capacity that counts. */
  capacityKey: string(1, { pointer: true }),
  /** How much of the node's resource one unit stands for. */
  allocationMultiplier: quantity(2, { pointer: true }),
})
export interface NodeAllocatableResourceMapping extends Shape<typeof nodeAllocatableResourceMappingFields> {}
export const NodeAllocatableResourceMapping: Type<NodeAllocatableResourceMapping> = object(
  'io.k8s.api.resource.v1.NodeAllocatableResourceMapping',
  nodeAllocatableResourceMappingFields,
)

export const deviceFields = fields({
  /** Name of the device in its pool. */
  name: string(1, { always: true }),
  /** What the device is like. */
  attributes: map(2, DeviceAttribute),
  /** How much the device holds. */
  capacity: map(3, DeviceCapacity),
  /** What it takes of counters it shares with others. */
  consumesCounters: list(4, DeviceCounterConsumption, { listType: 'atomic' }),
  /** Node that reaches it. */
  nodeName: string(5, { pointer: true }),
  /** Nodes that reach it. */
  nodeSelector: one(6, NodeSelector, { pointer: true }),
  /** Whether all nodes reach it. */
  allNodes: bool(7, { pointer: true }),
  /** Who may not use it. */
  taints: list(8, DeviceTaint, { listType: 'atomic' }),
  /** Whether a claim is tied to the node once it has the device. */
  bindsToNode: bool(9, { pointer: true }),
  /** Conditions that must hold before a pod is bound. */
  bindingConditions: strings(10, { listType: 'atomic' }),
  /** Conditions that tell that the device will not do. */
  bindingFailureConditions: strings(11, { listType: 'atomic' }),
  /** Whether several claims may share it. */
  allowMultipleAllocations: bool(12, { pointer: true }),
  /** What it takes of the node's own resources. */
  nodeAllocatableResourceMappings: map(13, NodeAllocatableResourceMapping),
})
export interface Device extends Shape<typeof deviceFields> {}
export const Device: Type<Device> = object('io.k8s.api.resource.v1.Device', deviceFields)
