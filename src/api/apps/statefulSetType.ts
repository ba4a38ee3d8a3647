import { fields, int32, int64, intOrString, list, object, one, oneOf, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { PersistentVolumeClaim } from '../core/persistentVolumeClaimType.ts'
import { PodTemplateSpec } from '../core/podTemplate.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const rollingUpdateStatefulSetStrategy = fields({
  /** Only pods with this ordinal or a greater one are updated. */
  partition: int32(1, { pointer: true }),
  /** How many pods may be missing during an update: a number, or a part of `replicas` rounded up. */
  maxUnavailable: intOrString(2, { pointer: true }),
})
export interface RollingUpdateStatefulSetStrategy extends Shape<typeof rollingUpdateStatefulSetStrategy> {}
export const RollingUpdateStatefulSetStrategy: Type<RollingUpdateStatefulSetStrategy> = object(
  'io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy',
  rollingUpdateStatefulSetStrategy,
)

const statefulSetUpdateStrategy = fields({
  /** RollingUpdate replaces pods one after the other; OnDelete waits until they are deleted. */
  type: oneOf(1, ['RollingUpdate', 'OnDelete'], { open: true }),
  /** Settings of RollingUpdate. */
  rollingUpdate: one(2, RollingUpdateStatefulSetStrategy, { pointer: true }),
})
export interface StatefulSetUpdateStrategy extends Shape<typeof statefulSetUpdateStrategy> {}
export const StatefulSetUpdateStrategy: Type<StatefulSetUpdateStrategy> = object(
  'io.k8s.api.apps.v1.StatefulSetUpdateStrategy',
  statefulSetUpdateStrategy,
)

const statefulSetPersistentVolumeClaimRetentionPolicy = fields({
  /** What becomes of the claims when the stateful set is deleted: Retain or Delete. */
  whenDeleted: string(1, { default: 'Retain' }),
  /** What becomes of the claims of pods that a scale-down removes. */
  whenScaled: string(2, { default: 'Retain' }),
})
export interface StatefulSetPersistentVolumeClaimRetentionPolicy
  extends Shape<typeof statefulSetPersistentVolumeClaimRetentionPolicy> {}
export const StatefulSetPersistentVolumeClaimRetentionPolicy: Type<StatefulSetPersistentVolumeClaimRetentionPolicy> =
  object(
    'io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy',
    statefulSetPersistentVolumeClaimRetentionPolicy,
  )

const statefulSetOrdinals = fields({
  /** Ordinal of the first pod. */
  start: int32(1, { always: true, required: false }),
})
export interface StatefulSetOrdinals extends Shape<typeof statefulSetOrdinals> {}
export const StatefulSetOrdinals: Type<StatefulSetOrdinals> = object(
  'io.k8s.api.apps.v1.StatefulSetOrdinals',
  statefulSetOrdinals,
)

/** Fields of the spec, which older versions share. */
export const statefulSetSpec = fields({
  /** How many pods there should be. */
  replicas: int32(1, { pointer: true, default: 1 }),
  /** Labels of the pods. The template must have them; never changed. */
  selector: one(2, LabelSelector, { pointer: true, required: true }),
  /** What pods are made from. */
  template: one(3, PodTemplateSpec, { always: true, required: true }),
  /** Claims that each pod gets of its own; they outlive the pod. */
  volumeClaimTemplates: list(4, PersistentVolumeClaim, { listType: 'atomic' }),
  /** Service that gives the pods their names in DNS. */
  serviceName: string(5, { always: true, required: false }),
  /** OrderedReady makes and ends pods one after the other; Parallel all at once. */
  podManagementPolicy: oneOf(6, ['OrderedReady', 'Parallel'], { open: true, default: 'OrderedReady' }),
  /** How old pods are replaced by new ones. */
  updateStrategy: one(7, StatefulSetUpdateStrategy, { always: true }),
  /** How many old revisions are kept to go back to. */
  revisionHistoryLimit: int32(8, { pointer: true, default: 10 }),
  /** Seconds a pod must be ready before it counts as available. */
  minReadySeconds: int32(9),
  /** What becomes of claims that are no longer needed. */
  persistentVolumeClaimRetentionPolicy: one(10, StatefulSetPersistentVolumeClaimRetentionPolicy, { pointer: true }),
  /** How the pods are numbered. */
  ordinals: one(11, StatefulSetOrdinals, { pointer: true }),
})
export interface StatefulSetSpec extends Shape<typeof statefulSetSpec> {}
export const StatefulSetSpec: Type<StatefulSetSpec> = object('io.k8s.api.apps.v1.StatefulSetSpec', statefulSetSpec)

const statefulSetCondition = fields({
  /** Which aspect the condition speaks of. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: string(2, { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(3, { always: true }),
  /** Why, as one word. */
  reason: string(4),
  /** Why, for people. */
  message: string(5),
})
export interface StatefulSetCondition extends Shape<typeof statefulSetCondition> {}
export const StatefulSetCondition: Type<StatefulSetCondition> = object(
  'io.k8s.api.apps.v1.StatefulSetCondition',
  statefulSetCondition,
)

/** Fields of the status, which older versions share. */
export const statefulSetStatus = fields({
  /** Generation of the spec that this is about. */
  observedGeneration: int64(1),
  /** How many pods there are. */
  replicas: int32(2, { always: true }),
  /** How many of them are ready. */
  readyReplicas: int32(3),
  /** How many of them are of `currentRevision`. */
  currentReplicas: int32(4),
  /** How many of them are of `updateRevision`. */
  updatedReplicas: int32(5),
  /** Revision from which an update goes. */
  currentRevision: string(6),
  /** Revision to which an update goes. */
  updateRevision: string(7),
  /** How often the name of a new revision was taken; goes into its hash. */
  collisionCount: int32(9, { pointer: true }),
  /** State of the stateful set. */
  conditions: list(10, StatefulSetCondition, {
    mergeKey: 'type',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['type'],
  }),
  /** How many pods have been ready for long enough. */
  availableReplicas: int32(11, { always: true, required: false }),
})
export interface StatefulSetStatus extends Shape<typeof statefulSetStatus> {}
export const StatefulSetStatus: Type<StatefulSetStatus> = object(
  'io.k8s.api.apps.v1.StatefulSetStatus',
  statefulSetStatus,
)

/** Fields of the kind, which older versions share. */
export const statefulSet = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, StatefulSetSpec, { always: true }),
  /** What was seen last. */
  status: one(3, StatefulSetStatus, { always: true }),
})
export interface StatefulSet extends RootShape<typeof statefulSet> {}
export const StatefulSet: Type<StatefulSet> = root('io.k8s.api.apps.v1.StatefulSet', statefulSet)

const statefulSetList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, StatefulSet, { always: true }),
})
export interface StatefulSetList extends RootShape<typeof statefulSetList> {}
export const StatefulSetList: Type<StatefulSetList> = root('io.k8s.api.apps.v1.StatefulSetList', statefulSetList)
