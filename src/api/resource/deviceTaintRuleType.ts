import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { Condition } from '../meta/condition.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { DeviceTaint } from './deviceType.ts'

const deviceTaintSelectorFields = fields({
  /** Driver of the devices; any when absent. */
  driver: string(2, { pointer: true }),
  /** Pool of the devices; any when absent. */
  pool: string(3, { pointer: true }),
  /** Name of the device; any when absent. */
  device: string(4, { pointer: true }),
})
export interface DeviceTaintSelector extends Shape<typeof deviceTaintSelectorFields> {}
export const DeviceTaintSelector: Type<DeviceTaintSelector> = object(
  'io.k8s.api.resource.v1beta2.DeviceTaintSelector',
  deviceTaintSelectorFields,
)

const deviceTaintRuleSpecFields = fields({
  /** Devices that get the taint; none when absent. */
  deviceSelector: one(1, DeviceTaintSelector, { pointer: true }),
  /** The taint. */
  taint: one(2, DeviceTaint, { always: true, required: true }),
})
export interface DeviceTaintRuleSpec extends Shape<typeof deviceTaintRuleSpecFields> {}
export const DeviceTaintRuleSpec: Type<DeviceTaintRuleSpec> = object(
  'io.k8s.api.resource.v1beta2.DeviceTaintRuleSpec',
  deviceTaintRuleSpecFields,
)

const deviceTaintRuleStatusFields = fields({
  /** State of the rule. */
  conditions: list(1, Condition, { patchStrategy: 'merge', mergeKey: 'type', listType: 'map', listKeys: ['type'] }),
})
export interface DeviceTaintRuleStatus extends Shape<typeof deviceTaintRuleStatusFields> {}
export const DeviceTaintRuleStatus: Type<DeviceTaintRuleStatus> = object(
  'io.k8s.api.resource.v1beta2.DeviceTaintRuleStatus',
  deviceTaintRuleStatusFields,
)

const deviceTaintRuleFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Which devices get which taint. */
  spec: one(2, DeviceTaintRuleSpec, { always: true, required: true }),
  /** What was seen last. */
  status: one(3, DeviceTaintRuleStatus, { always: true }),
})
export interface DeviceTaintRule extends RootShape<typeof deviceTaintRuleFields> {}
export const DeviceTaintRule: Type<DeviceTaintRule> = root(
  'io.k8s.api.resource.v1beta2.DeviceTaintRule',
  deviceTaintRuleFields,
)

const deviceTaintRuleListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, DeviceTaintRule, { always: true }),
})
export interface DeviceTaintRuleList extends RootShape<typeof deviceTaintRuleListFields> {}
export const DeviceTaintRuleList: Type<DeviceTaintRuleList> = root(
  'io.k8s.api.resource.v1beta2.DeviceTaintRuleList',
  deviceTaintRuleListFields,
)
