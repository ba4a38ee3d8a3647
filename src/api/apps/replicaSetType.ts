import { fields, int32, int64, list, object, one, oneOf, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { PodTemplateSpec } from '../core/podTemplate.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const replicaSetSpec = fields({
  /** How many pods there should be. */
  replicas: int32(1, { pointer: true, default: 1 }),
  /** Seconds a pod must be ready before it counts as available. */
  minReadySeconds: int32(4),
  /** Labels of the pods that are counted. The template must have them; never changed. */
  selector: one(2, LabelSelector, { pointer: true, required: true }),
  /** What pods are made from. */
  template: one(3, PodTemplateSpec, { always: true }),
})
export interface ReplicaSetSpec extends Shape<typeof replicaSetSpec> {}
export const ReplicaSetSpec: Type<ReplicaSetSpec> = object('io.k8s.api.apps.v1.ReplicaSetSpec', replicaSetSpec)

const replicaSetCondition = fields({
  /** Which aspect the condition speaks of. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown'], { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(3, { always: true }),
  /** Why, as one word. */
  reason: string(4),
  /** Why, for people. */
  message: string(5),
})
export interface ReplicaSetCondition extends Shape<typeof replicaSetCondition> {}
export const ReplicaSetCondition: Type<ReplicaSetCondition> = object(
  'io.k8s.api.apps.v1.ReplicaSetCondition',
  replicaSetCondition,
)

const replicaSetStatus = fields({
  /** How many pods there are that are not ending. */
  replicas: int32(1, { always: true }),
  /** How many of them have all labels of the template. */
  fullyLabeledReplicas: int32(2),
  /** How many of them are ready. */
  readyReplicas: int32(4),
  /** How many of them have been ready for long enough. */
  availableReplicas: int32(5),
  /** How many pods are ending. */
  terminatingReplicas: int32(7, { pointer: true }),
  /** Generation of the spec that this is about. */
  observedGeneration: int64(3),
  /** State of the replica set. */
  conditions: list(6, ReplicaSetCondition, {
    mergeKey: 'type',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['type'],
  }),
})
export interface ReplicaSetStatus extends Shape<typeof replicaSetStatus> {}
export const ReplicaSetStatus: Type<ReplicaSetStatus> = object('io.k8s.api.apps.v1.ReplicaSetStatus', replicaSetStatus)

/** Fields of the kind, which older versions share. */
export const replicaSet = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, ReplicaSetSpec, { always: true }),
  /** What was seen last. */
  status: one(3, ReplicaSetStatus, { always: true }),
})
export interface ReplicaSet extends RootShape<typeof replicaSet> {}
export const ReplicaSet: Type<ReplicaSet> = root('io.k8s.api.apps.v1.ReplicaSet', replicaSet)

const replicaSetList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ReplicaSet, { always: true }),
})
export interface ReplicaSetList extends RootShape<typeof replicaSetList> {}
export const ReplicaSetList: Type<ReplicaSetList> = root('io.k8s.api.apps.v1.ReplicaSetList', replicaSetList)
