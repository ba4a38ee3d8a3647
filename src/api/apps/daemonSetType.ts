import { fields, int32, int64, intOrString, list, object, one, oneOf, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { PodTemplateSpec } from '../core/podTemplate.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const rollingUpdateDaemonSet = fields({
  /** On how many nodes the pod may be missing during an update: a number, or a part of them rounded up. */
  maxUnavailable: intOrString(1, { pointer: true }),
  /** On how many nodes a second pod may be there during an update: a number, or a part of them rounded up. */
  maxSurge: intOrString(2, { pointer: true }),
})
export interface RollingUpdateDaemonSet extends Shape<typeof rollingUpdateDaemonSet> {}
export const RollingUpdateDaemonSet: Type<RollingUpdateDaemonSet> = object(
  'io.k8s.api.apps.v1.RollingUpdateDaemonSet',
  rollingUpdateDaemonSet,
)

const daemonSetUpdateStrategy = fields({
  /** RollingUpdate replaces pods bit by bit; OnDelete waits until they are deleted. */
  type: oneOf(1, ['RollingUpdate', 'OnDelete'], { open: true }),
  /** Settings of RollingUpdate. */
  rollingUpdate: one(2, RollingUpdateDaemonSet, { pointer: true }),
})
export interface DaemonSetUpdateStrategy extends Shape<typeof daemonSetUpdateStrategy> {}
export const DaemonSetUpdateStrategy: Type<DaemonSetUpdateStrategy> = object(
  'io.k8s.api.apps.v1.DaemonSetUpdateStrategy',
  daemonSetUpdateStrategy,
)

/** Fields of the spec, which older versions share. */
export const daemonSetSpec = fields({
  /** Labels of the pods. The template must have them; never changed. */
  selector: one(1, LabelSelector, { pointer: true, required: true }),
  /** What pods are made from; its node selector and affinity choose the nodes. */
  template: one(2, PodTemplateSpec, { always: true, required: true }),
  /** How old pods are replaced by new ones. */
  updateStrategy: one(3, DaemonSetUpdateStrategy, { always: true }),
  /** Seconds a pod must be ready before it counts as available. */
  minReadySeconds: int32(4),
  /** How many old revisions are kept to go back to. */
  revisionHistoryLimit: int32(6, { pointer: true, default: 10 }),
})
export interface DaemonSetSpec extends Shape<typeof daemonSetSpec> {}
export const DaemonSetSpec: Type<DaemonSetSpec> = object('io.k8s.api.apps.v1.DaemonSetSpec', daemonSetSpec)

const daemonSetCondition = fields({
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
export interface DaemonSetCondition extends Shape<typeof daemonSetCondition> {}
export const DaemonSetCondition: Type<DaemonSetCondition> = object(
  'io.k8s.api.apps.v1.DaemonSetCondition',
  daemonSetCondition,
)

const daemonSetStatus = fields({
  /** How many nodes run the pod and should. */
  currentNumberScheduled: int32(1, { always: true }),
  /** How many nodes run the pod and should not. */
  numberMisscheduled: int32(2, { always: true }),
  /** How many nodes should run the pod. */
  desiredNumberScheduled: int32(3, { always: true }),
  /** How many nodes that should run it have a ready pod. */
  numberReady: int32(4, { always: true }),
  /** Generation of the spec that this is about. */
  observedGeneration: int64(5),
  /** How many nodes run the pod of the current template. */
  updatedNumberScheduled: int32(6),
  /** How many nodes that should run it have a pod that was ready for long enough. */
  numberAvailable: int32(7),
  /** How many nodes that should run it have none. */
  numberUnavailable: int32(8),
  /** How often the name of a new revision was taken; goes into its hash. */
  collisionCount: int32(9, { pointer: true }),
  /** State of the daemon set. */
  conditions: list(10, DaemonSetCondition, {
    mergeKey: 'type',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['type'],
  }),
})
export interface DaemonSetStatus extends Shape<typeof daemonSetStatus> {}
export const DaemonSetStatus: Type<DaemonSetStatus> = object('io.k8s.api.apps.v1.DaemonSetStatus', daemonSetStatus)

/** Fields of the kind, which older versions share. */
export const daemonSet = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, DaemonSetSpec, { always: true }),
  /** What was seen last. */
  status: one(3, DaemonSetStatus, { always: true }),
})
export interface DaemonSet extends RootShape<typeof daemonSet> {}
export const DaemonSet: Type<DaemonSet> = root('io.k8s.api.apps.v1.DaemonSet', daemonSet)

const daemonSetList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, DaemonSet, { always: true }),
})
export interface DaemonSetList extends RootShape<typeof daemonSetList> {}
export const DaemonSetList: Type<DaemonSetList> = root('io.k8s.api.apps.v1.DaemonSetList', daemonSetList)
