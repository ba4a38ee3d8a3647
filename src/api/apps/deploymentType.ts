import {
  bool,
  fields,
  int32,
  int64,
  intOrString,
  list,
  object,
  one,
  oneOf,
  root,
  string,
  time,
} from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { PodTemplateSpec } from '../core/podTemplate.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const rollingUpdateDeployment = fields({
  /** How many pods may be missing during an update: a number, or a part of `replicas` rounded down. */
  maxUnavailable: intOrString(1, { pointer: true }),
  /** How many pods may be there beyond `replicas`: a number, or a part of it rounded up. */
  maxSurge: intOrString(2, { pointer: true }),
})
export interface RollingUpdateDeployment extends Shape<typeof rollingUpdateDeployment> {}
export const RollingUpdateDeployment: Type<RollingUpdateDeployment> = object(
  'io.k8s.api.apps.v1.RollingUpdateDeployment',
  rollingUpdateDeployment,
)

const deploymentStrategy = fields({
  /** Recreate ends all old pods first; RollingUpdate replaces them bit by bit. */
  type: oneOf(1, ['Recreate', 'RollingUpdate'], { default: 'RollingUpdate' }),
  /** Settings of RollingUpdate. */
  rollingUpdate: one(2, RollingUpdateDeployment, { pointer: true }),
})
export interface DeploymentStrategy extends Shape<typeof deploymentStrategy> {}
export const DeploymentStrategy: Type<DeploymentStrategy> = object(
  'io.k8s.api.apps.v1.DeploymentStrategy',
  deploymentStrategy,
)

/** Fields of the spec, which older versions share. */
export const deploymentSpec = fields({
  /** How many pods there should be. */
  replicas: int32(1, { pointer: true, default: 1 }),
  /** Labels of the deployment's pods. The template must have them; never changed. */
  selector: one(2, LabelSelector, { pointer: true, required: true }),
  /** What pods are made from. */
  template: one(3, PodTemplateSpec, { always: true, required: true }),
  /** How old pods are replaced by new ones. */
  strategy: one(4, DeploymentStrategy, { always: true, patchStrategy: 'retainKeys' }),
  /** Seconds a pod must be ready before it counts as available. */
  minReadySeconds: int32(5),
  /** How many old ReplicaSets are kept to go back to. */
  revisionHistoryLimit: int32(6, { pointer: true, default: 10 }),
  /** Changes of the template are not rolled out for now. */
  paused: bool(7),
  /** Seconds without progress after which an update is reported as failed. */
  progressDeadlineSeconds: int32(9, { pointer: true, default: 600 }),
})
export interface DeploymentSpec extends Shape<typeof deploymentSpec> {}
export const DeploymentSpec: Type<DeploymentSpec> = object('io.k8s.api.apps.v1.DeploymentSpec', deploymentSpec)

const deploymentCondition = fields({
  /** Which aspect the condition speaks of. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown'], { always: true }),
  /** When the condition was last written. */
  lastUpdateTime: time(6, { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(7, { always: true }),
  /** Why, as one word. */
  reason: string(4),
  /** Why, for people. */
  message: string(5),
})
export interface DeploymentCondition extends Shape<typeof deploymentCondition> {}
export const DeploymentCondition: Type<DeploymentCondition> = object(
  'io.k8s.api.apps.v1.DeploymentCondition',
  deploymentCondition,
)

const deploymentStatus = fields({
  /** Generation of the spec that this is about. */
  observedGeneration: int64(1),
  /** How many pods there are that are not ending. */
  replicas: int32(2),
  /** How many of them are made from the current template. */
  updatedReplicas: int32(3),
  /** How many of them are ready. */
  readyReplicas: int32(7),
  /** How many of them have been ready for long enough. */
  availableReplicas: int32(4),
  /** How many pods are missing before all wanted are available. */
  unavailableReplicas: int32(5),
  /** How many pods are ending. */
  terminatingReplicas: int32(9, { pointer: true }),
  /** State of the deployment. */
  conditions: list(6, DeploymentCondition, {
    mergeKey: 'type',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['type'],
  }),
  /** How often the name of a new ReplicaSet was taken; goes into its hash. */
  collisionCount: int32(8, { pointer: true }),
})
export interface DeploymentStatus extends Shape<typeof deploymentStatus> {}
export const DeploymentStatus: Type<DeploymentStatus> = object('io.k8s.api.apps.v1.DeploymentStatus', deploymentStatus)

/** Fields of the kind, which older versions share. */
export const deployment = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, DeploymentSpec, { always: true }),
  /** What was seen last. */
  status: one(3, DeploymentStatus, { always: true }),
})
export interface Deployment extends RootShape<typeof deployment> {}
export const Deployment: Type<Deployment> = root('io.k8s.api.apps.v1.Deployment', deployment)

const deploymentList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Deployment, { always: true }),
})
export interface DeploymentList extends RootShape<typeof deploymentList> {}
export const DeploymentList: Type<DeploymentList> = root('io.k8s.api.apps.v1.DeploymentList', deploymentList)
