import { fields, list, map, object, string } from '../../schema/fields.ts'
import { quantity as quantityType } from '../../schema/scalars/quantity.ts'
import type { Shape, Type } from '../../schema/types.ts'

const resourceClaim = fields({
  /** Name of an entry in the pod's `resourceClaims`. */
  name: string(1, { always: true }),
  /** Which request of the claim; all of them when empty. */
  request: string(2),
})
export interface ResourceClaim extends Shape<typeof resourceClaim> {}
export const ResourceClaim: Type<ResourceClaim> = object('io.k8s.api.core.v1.ResourceClaim', resourceClaim)

const resourceRequirements = fields({
  /** The most that may be used, by resource. */
  limits: map(1, quantityType),
  /** What is set aside, by resource; `limits` where absent. */
  requests: map(2, quantityType),
  /** Claims of the pod that this container uses. */
  claims: list(3, ResourceClaim, { listType: 'map', listKeys: ['name'] }),
})
export interface ResourceRequirements extends Shape<typeof resourceRequirements> {}
export const ResourceRequirements: Type<ResourceRequirements> = object(
  'io.k8s.api.core.v1.ResourceRequirements',
  resourceRequirements,
)

const volumeResourceRequirements = fields({
  /** The most the volume may hold. */
  limits: map(1, quantityType),
  /** The least the volume must hold. */
  requests: map(2, quantityType),
})
export interface VolumeResourceRequirements extends Shape<typeof volumeResourceRequirements> {}
export const VolumeResourceRequirements: Type<VolumeResourceRequirements> = object(
  'io.k8s.api.core.v1.VolumeResourceRequirements',
  volumeResourceRequirements,
)
