import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import type { KubeObject, ObjectMeta } from '../meta/objectMeta.ts'
import type { ServedVersion } from '../resource.ts'
import { renamedVersion } from '../versions.ts'
import {
  type DeviceClaim,
  type DeviceRequest,
  type DeviceSubRequest,
  deviceClaimFields,
  deviceSubRequestFields,
  exactDeviceRequestFields,
  resourceClaimSpecFields,
} from './resourceClaimSpecType.ts'
import {
  type ResourceClaimTemplate,
  resourceClaimTemplateFields,
  resourceClaimTemplateSpecFields,
} from './resourceClaimTemplateType.ts'
import { type ResourceClaim, resourceClaimFields } from './resourceClaimType.ts'
import { deprecation, group, stored } from './versions.ts'

/** Versions of claims from before v1. In v1beta1 a request says what is wanted side by side with its name. */

const { name, ...sharedSub } = deviceSubRequestFields
const subRequestFields = fields({
  name,
  ...sharedSub,
  /** Taints that do not matter. */
  tolerations: { ...sharedSub.tolerations, number: 7 },
  /** How much of each device. */
  capacity: { ...sharedSub.capacity, number: 8 },
})
const SubRequest: Type<DeviceSubRequest> = object('io.k8s.api.resource.v1beta1.DeviceSubRequest', subRequestFields)

const exact = exactDeviceRequestFields
const requestFields = fields({
  /** Name of the request in the claim. */
  name: string(1, { always: true }),
  /** Class of the devices; empty where there are alternatives. */
  deviceClassName: string(2, { always: true }),
  /** Conditions on the devices. */
  selectors: { ...exact.selectors, number: 3 },
  /** ExactCount or All. */
  allocationMode: { ...exact.allocationMode, number: 4 },
  /** How many devices. */
  count: { ...exact.count, number: 5 },
  /** Whether devices that are in use will do, for those who look after them. */
  adminAccess: { ...exact.adminAccess, number: 6 },
  /** Alternatives, the best first. */
  firstAvailable: list(7, SubRequest, { listType: 'atomic' }),
  /** Taints that do not matter. */
  tolerations: { ...exact.tolerations, number: 8 },
  /** How much of each device. */
  capacity: { ...exact.capacity, number: 9 },
})
interface BetaRequest extends Shape<typeof requestFields> {}
const BetaRequest: Type<BetaRequest> = object('io.k8s.api.resource.v1beta1.DeviceRequest', requestFields)

const { requests: _, ...sharedClaim } = deviceClaimFields
type BetaDeviceClaim = Omit<DeviceClaim, 'requests'> & { requests: BetaRequest[] }
const BetaDeviceClaim: Type<BetaDeviceClaim> = object('io.k8s.api.resource.v1beta1.DeviceClaim', {
  ...sharedClaim,
  /** Devices that are wanted. */
  requests: list(1, BetaRequest, { always: true, listType: 'atomic' }),
})

interface BetaSpec {
  devices: BetaDeviceClaim
}
const BetaSpec: Type<BetaSpec> = object('io.k8s.api.resource.v1beta1.ResourceClaimSpec', {
  ...resourceClaimSpecFields,
  /** Devices that are wanted. */
  devices: one(1, BetaDeviceClaim, { always: true }),
})

interface BetaClaim extends KubeObject {
  spec: BetaSpec
  status: ResourceClaim['status']
}
export const ResourceClaimV1beta1: Type<BetaClaim> = root('io.k8s.api.resource.v1beta1.ResourceClaim', {
  ...resourceClaimFields,
  /** What is wanted. */
  spec: one(2, BetaSpec, { always: true }),
})
export const ResourceClaimV1beta2: Type<ResourceClaim> = root(
  'io.k8s.api.resource.v1beta2.ResourceClaim',
  resourceClaimFields,
)

interface BetaTemplate extends KubeObject {
  spec: { metadata: ObjectMeta; spec: BetaSpec }
}
const BetaTemplateSpec: Type<BetaTemplate['spec']> = object('io.k8s.api.resource.v1beta1.ResourceClaimTemplateSpec', {
  ...resourceClaimTemplateSpecFields,
  /** What the claims want. */
  spec: one(2, BetaSpec, { always: true }),
})
export const ResourceClaimTemplateV1beta1: Type<BetaTemplate> = root(
  'io.k8s.api.resource.v1beta1.ResourceClaimTemplate',
  {
    ...resourceClaimTemplateFields,
    /** What claims are made from. */
    spec: one(2, BetaTemplateSpec, { always: true }),
  },
)
export const ResourceClaimTemplateV1beta2: Type<ResourceClaimTemplate> = root(
  'io.k8s.api.resource.v1beta2.ResourceClaimTemplate',
  resourceClaimTemplateFields,
)

function requestUp({ name, firstAvailable, ...wanted }: BetaRequest): DeviceRequest {
  const { deviceClassName, ...more } = wanted
  const isAsked = deviceClassName !== '' || Object.keys(more).length > 0
  return { name, ...(isAsked ? { exactly: wanted } : {}), ...(firstAvailable ? { firstAvailable } : {}) }
}

const requestDown = ({ name, exactly, firstAvailable }: DeviceRequest): BetaRequest => ({
  name,
  deviceClassName: '',
  ...exactly,
  ...(firstAvailable ? { firstAvailable } : {}),
})

const specUp = ({ devices }: BetaSpec) => ({ devices: { ...devices, requests: devices.requests.map(requestUp) } })
const specDown = ({ devices }: ResourceClaim['spec']): BetaSpec => ({
  devices: { ...devices, requests: devices.requests.map(requestDown) },
})

const beta = `${group}/v1beta1`

export const resourceClaimVersions: readonly ServedVersion<ResourceClaim>[] = [
  renamedVersion(`${group}/v1beta2`, stored, ResourceClaimV1beta2, {
    deprecation: deprecation('v1beta2', 'ResourceClaim'),
  }),
  {
    group,
    version: 'v1beta1',
    type: ResourceClaimV1beta1,
    up(old) {
      const claim = old as BetaClaim
      return { ...claim, apiVersion: stored, spec: specUp(claim.spec) }
    },
    down: (claim): BetaClaim => ({ ...claim, apiVersion: beta, spec: specDown(claim.spec) }),
    deprecation: deprecation('v1beta1', 'ResourceClaim'),
  },
]

export const resourceClaimTemplateVersions: readonly ServedVersion<ResourceClaimTemplate>[] = [
  renamedVersion(`${group}/v1beta2`, stored, ResourceClaimTemplateV1beta2, {
    deprecation: deprecation('v1beta2', 'ResourceClaimTemplate'),
  }),
  {
    group,
    version: 'v1beta1',
    type: ResourceClaimTemplateV1beta1,
    up(old) {
      const template = old as BetaTemplate
      return { ...template, apiVersion: stored, spec: { ...template.spec, spec: specUp(template.spec.spec) } }
    },
    down: (template): BetaTemplate => ({
      ...template,
      apiVersion: beta,
      spec: { ...template.spec, spec: specDown(template.spec.spec) },
    }),
    deprecation: deprecation('v1beta1', 'ResourceClaimTemplate'),
  },
]
