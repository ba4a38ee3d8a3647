import { fields, int32, int64, list, object, one, quantity, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { CrossVersionObjectReference, MetricSpec, MetricStatus } from './metrics.ts'

const hpaScalingPolicy = fields({
  /** What `value` counts: Pods, or Percent of those there are. */
  type: string(1, { always: true }),
  /** By how much may be scaled within the period. */
  value: int32(2, { always: true }),
  /** Length of the period; at most half an hour. */
  periodSeconds: int32(3, { always: true }),
})
export interface HPAScalingPolicy extends Shape<typeof hpaScalingPolicy> {}
export const HPAScalingPolicy: Type<HPAScalingPolicy> = object(
  'io.k8s.api.autoscaling.v2.HPAScalingPolicy',
  hpaScalingPolicy,
)

const hpaScalingRules = fields({
  /** Seconds for which earlier recommendations are considered before scaling. */
  stabilizationWindowSeconds: int32(3, { pointer: true }),
  /** Which policy counts: the one that allows most (Max), least (Min), or none (Disabled). */
  selectPolicy: string(1, { pointer: true }),
  /** How far may be scaled in one go. */
  policies: list(2, HPAScalingPolicy, { listType: 'atomic' }),
  /** How far a metric may be from its target before anything is scaled; 10% when absent. */
  tolerance: quantity(4, { pointer: true }),
})
export interface HPAScalingRules extends Shape<typeof hpaScalingRules> {}
export const HPAScalingRules: Type<HPAScalingRules> = object(
  'io.k8s.api.autoscaling.v2.HPAScalingRules',
  hpaScalingRules,
)

const horizontalPodAutoscalerBehavior = fields({
  /** How pods are added. */
  scaleUp: one(1, HPAScalingRules, { pointer: true }),
  /** How pods are removed. */
  scaleDown: one(2, HPAScalingRules, { pointer: true }),
})
export interface HorizontalPodAutoscalerBehavior extends Shape<typeof horizontalPodAutoscalerBehavior> {}
export const HorizontalPodAutoscalerBehavior: Type<HorizontalPodAutoscalerBehavior> = object(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior',
  horizontalPodAutoscalerBehavior,
)

const horizontalPodAutoscalerSpec = fields({
  /** What is scaled. */
  scaleTargetRef: one(1, CrossVersionObjectReference, { always: true, required: true }),
  /** How many pods there are at least. */
  minReplicas: int32(2, { pointer: true, default: 1 }),
  /** How many pods there are at most. */
  maxReplicas: int32(3, { always: true }),
  /** What decides how many pods are needed; the metric that asks for most wins. */
  metrics: list(4, MetricSpec, { listType: 'atomic' }),
  /** How fast is scaled. */
  behavior: one(5, HorizontalPodAutoscalerBehavior, { pointer: true }),
})
export interface HorizontalPodAutoscalerSpec extends Shape<typeof horizontalPodAutoscalerSpec> {}
export const HorizontalPodAutoscalerSpec: Type<HorizontalPodAutoscalerSpec> = object(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec',
  horizontalPodAutoscalerSpec,
)

const horizontalPodAutoscalerCondition = fields({
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
export interface HorizontalPodAutoscalerCondition extends Shape<typeof horizontalPodAutoscalerCondition> {}
export const HorizontalPodAutoscalerCondition: Type<HorizontalPodAutoscalerCondition> = object(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition',
  horizontalPodAutoscalerCondition,
)

const horizontalPodAutoscalerStatus = fields({
  /** Generation of the object that this is about. */
  observedGeneration: int64(1, { pointer: true }),
  /** When the number of pods was last changed. */
  lastScaleTime: time(2, { pointer: true }),
  /** How many pods there were last. */
  currentReplicas: int32(3),
  /** How many pods were last found to be needed. */
  desiredReplicas: int32(4, { always: true }),
  /** What was last seen of the metrics. */
  currentMetrics: list(5, MetricStatus, { always: true, required: false, listType: 'atomic' }),
  /** State of the autoscaler. */
  conditions: list(6, HorizontalPodAutoscalerCondition, {
    mergeKey: 'type',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['type'],
  }),
})
export interface HorizontalPodAutoscalerStatus extends Shape<typeof horizontalPodAutoscalerStatus> {}
export const HorizontalPodAutoscalerStatus: Type<HorizontalPodAutoscalerStatus> = object(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus',
  horizontalPodAutoscalerStatus,
)

const horizontalPodAutoscaler = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, HorizontalPodAutoscalerSpec, { always: true, required: true }),
  /** What was seen last. */
  status: one(3, HorizontalPodAutoscalerStatus, { always: true }),
})
export interface HorizontalPodAutoscaler extends RootShape<typeof horizontalPodAutoscaler> {}
export const HorizontalPodAutoscaler: Type<HorizontalPodAutoscaler> = root(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  horizontalPodAutoscaler,
)

const horizontalPodAutoscalerList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, HorizontalPodAutoscaler, { always: true }),
})
export interface HorizontalPodAutoscalerList extends RootShape<typeof horizontalPodAutoscalerList> {}
export const HorizontalPodAutoscalerList: Type<HorizontalPodAutoscalerList> = root(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerList',
  horizontalPodAutoscalerList,
)
