import { fields, list, map, object, one, root, string, stringMap, strings, time } from '../../schema/fields.ts'
import { quantity as quantityType } from '../../schema/scalars/quantity.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { PersistentVolumeClaimSpec } from '../core/persistentVolumeClaimSpec.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const persistentVolumeClaimConditionFields = fields({
  /** Which aspect the condition speaks of. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: string(2, { always: true }),
  /** When it was last looked at. */
  lastProbeTime: time(3),
  /** When `status` last changed. */
  lastTransitionTime: time(4),
  /** Why, as one word. */
  reason: string(5),
  /** Why, for people. */
  message: string(6),
})
export interface PersistentVolumeClaimCondition extends Shape<typeof persistentVolumeClaimConditionFields> {}
export const PersistentVolumeClaimCondition: Type<PersistentVolumeClaimCondition> = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimCondition',
  persistentVolumeClaimConditionFields,
)

const modifyVolumeStatusFields = fields({
  /** Class the volume is being changed to. */
  targetVolumeAttributesClassName: string(1),
  /** How far that is. */
  status: string(2, { always: true }),
})
export interface ModifyVolumeStatus extends Shape<typeof modifyVolumeStatusFields> {}
export const ModifyVolumeStatus: Type<ModifyVolumeStatus> = object(
  'io.k8s.api.core.v1.ModifyVolumeStatus',
  modifyVolumeStatusFields,
)

const persistentVolumeClaimStatusFields = fields({
  /** Pending, Bound or Lost. */
  phase: string(1),
  /** How the volume can be mounted. */
  accessModes: strings(2, { listType: 'atomic' }),
  /** How much the volume holds. */
  capacity: map(3, quantityType),
  /** State of the claim. */
  conditions: list(4, PersistentVolumeClaimCondition, {
    patchStrategy: 'merge',
    mergeKey: 'type',
    listType: 'map',
    listKeys: ['type'],
  }),
  /** How much is set aside, while the volume grows. */
  allocatedResources: map(5, quantityType),
  /** How far growing is. */
  allocatedResourceStatuses: stringMap(7, { mapType: 'granular' }),
  /** Class of settings the volume has now. */
  currentVolumeAttributesClassName: string(8, { pointer: true }),
  /** How far a change of class is. */
  modifyVolumeStatus: one(9, ModifyVolumeStatus, { pointer: true }),
})
export interface PersistentVolumeClaimStatus extends Shape<typeof persistentVolumeClaimStatusFields> {}
export const PersistentVolumeClaimStatus: Type<PersistentVolumeClaimStatus> = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimStatus',
  persistentVolumeClaimStatusFields,
)

const persistentVolumeClaimFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, PersistentVolumeClaimSpec, { always: true }),
  /** What was seen last. */
  status: one(3, PersistentVolumeClaimStatus, { always: true }),
})
export interface PersistentVolumeClaim extends RootShape<typeof persistentVolumeClaimFields> {}
export const PersistentVolumeClaim: Type<PersistentVolumeClaim> = root(
  'io.k8s.api.core.v1.PersistentVolumeClaim',
  persistentVolumeClaimFields,
)

const persistentVolumeClaimListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, PersistentVolumeClaim, { always: true }),
})
export interface PersistentVolumeClaimList extends RootShape<typeof persistentVolumeClaimListFields> {}
export const PersistentVolumeClaimList: Type<PersistentVolumeClaimList> = root(
  'io.k8s.api.core.v1.PersistentVolumeClaimList',
  persistentVolumeClaimListFields,
)
