import { bool, fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import type { ServedVersion } from '../resource.ts'
import { renamedVersion } from '../versions.ts'
import { type Device, deviceFields } from './resourceSliceDeviceType.ts'
import {
  type ResourceSlice,
  type ResourceSliceSpec,
  resourceSliceFields,
  resourceSliceSpecFields,
} from './resourceSliceType.ts'
import { deprecation, group, stored } from './versions.ts'

/** Versions of ResourceSlice from before v1. In v1beta1 what a device is like stands in an object of its own. */

const basicFields = fields({
  /** What the device is like. */
  attributes: { ...deviceFields.attributes, number: 1 },
  /** How much the device holds. */
  capacity: { ...deviceFields.capacity, number: 2 },
  /** What it takes of counters it shares with others. */
  consumesCounters: { ...deviceFields.consumesCounters, number: 3 },
  /** Node that reaches it. */
  nodeName: { ...deviceFields.nodeName, number: 4 },
  /** Nodes that reach it. */
  nodeSelector: { ...deviceFields.nodeSelector, number: 5 },
  /** Whether all nodes reach it. */
  allNodes: { ...deviceFields.allNodes, number: 6 },
  /** Who may not use it. */
  taints: { ...deviceFields.taints, number: 7 },
  /** Whether a claim is tied to the node once it has the device. */
  bindsToNode: { ...deviceFields.bindsToNode, number: 8 },
  /** Conditions that must hold before a pod is bound. */
  bindingConditions: { ...deviceFields.bindingConditions, number: 9 },
  /** Conditions that tell that the device will not do. */
  bindingFailureConditions: { ...deviceFields.bindingFailureConditions, number: 10 },
  /** Whether several claims may share it. */
  allowMultipleAllocations: { ...deviceFields.allowMultipleAllocations, number: 11 },
  /** What it takes of the node's own resources. */
  nodeAllocatableResourceMappings: { ...deviceFields.nodeAllocatableResourceMappings, number: 12 },
})
interface BasicDevice extends Shape<typeof basicFields> {}
const BasicDevice: Type<BasicDevice> = object('io.k8s.api.resource.v1beta1.BasicDevice', basicFields)

const betaDeviceFields = fields({
  /** Name of the device in its pool. */
  name: string(1, { always: true }),
  /** What the device is like. */
  basic: one(2, BasicDevice, { pointer: true }),
})
interface BetaDevice extends Shape<typeof betaDeviceFields> {}
const BetaDevice: Type<BetaDevice> = object('io.k8s.api.resource.v1beta1.Device', betaDeviceFields)

type BetaSpec = Omit<ResourceSliceSpec, 'devices'> & { devices?: BetaDevice[] }
const BetaSpec: Type<BetaSpec> = object('io.k8s.api.resource.v1beta1.ResourceSliceSpec', {
  ...resourceSliceSpecFields,
  /** Node that reaches them. */
  nodeName: string(3),
  /** Whether all nodes reach them. */
  allNodes: bool(5),
  /** The devices. */
  devices: list(6, BetaDevice, { listType: 'atomic' }),
})

interface BetaSlice extends KubeObject {
  spec: BetaSpec
}
export const ResourceSliceV1beta1: Type<BetaSlice> = root('io.k8s.api.resource.v1beta1.ResourceSlice', {
  ...resourceSliceFields,
  /** What there is. */
  spec: one(2, BetaSpec, { always: true }),
})
export const ResourceSliceV1beta2: Type<ResourceSlice> = root(
  'io.k8s.api.resource.v1beta2.ResourceSlice',
  resourceSliceFields,
)

const deviceUp = ({ name, basic }: BetaDevice): Device => ({ name, ...basic })
const deviceDown = ({ name, ...basic }: Device): BetaDevice => ({ name, basic })

export const resourceSliceVersions: readonly ServedVersion<ResourceSlice>[] = [
  renamedVersion(`${group}/v1beta2`, stored, ResourceSliceV1beta2, {
    deprecation: deprecation('v1beta2', 'ResourceSlice'),
  }),
  {
    group,
    version: 'v1beta1',
    type: ResourceSliceV1beta1,
    up(old) {
      const { spec, ...slice } = old as BetaSlice
      const { devices, ...rest } = spec
      return { ...slice, apiVersion: stored, spec: { ...rest, ...(devices ? { devices: devices.map(deviceUp) } : {}) } }
    },
    down({ spec: { devices, ...rest }, ...slice }): BetaSlice {
      return {
        ...slice,
        apiVersion: `${group}/v1beta1`,
        spec: { ...rest, ...(devices ? { devices: devices.map(deviceDown) } : {}) },
      }
    },
    deprecation: deprecation('v1beta1', 'ResourceSlice'),
  },
]
