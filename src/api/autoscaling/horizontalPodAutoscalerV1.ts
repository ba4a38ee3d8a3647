import { defined } from '../../base/defined.ts'
import { decodeJson, encodeJson } from '../../schema/codec/json.ts'
import { fields, int32, int64, list, listOf, object, one, quantity, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import {
  type HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  type HPAScalingRules,
} from './horizontalPodAutoscalerType.ts'
import { metricDown, metricUp, statusDown, statusUp } from './metricConversion.ts'
import type { MetricSpec } from './metrics.ts'
import { CrossVersionObjectReferenceV1, MetricSpecV1, MetricStatusV1 } from './metricsV1.ts'
import { behaviorDefaults, cpuMetric, defaultCpuUtilization } from './scalingDefaults.ts'

const horizontalPodAutoscalerSpec = fields({
  /** What is scaled. */
  scaleTargetRef: one(1, CrossVersionObjectReferenceV1, { always: true, required: true }),
  /** How many pods there are at least. */
  minReplicas: int32(2, { pointer: true, default: 1 }),
  /** How many pods there are at most. */
  maxReplicas: int32(3, { always: true }),
  /** Wanted use of CPU, as a percentage of what the pods request. */
  targetCPUUtilizationPercentage: int32(4, { pointer: true }),
})
export interface HorizontalPodAutoscalerSpecV1 extends Shape<typeof horizontalPodAutoscalerSpec> {}
export const HorizontalPodAutoscalerSpecV1: Type<HorizontalPodAutoscalerSpecV1> = object(
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec',
  horizontalPodAutoscalerSpec,
)

const horizontalPodAutoscalerStatus = fields({
  /** Generation of the object that this is about. */
  observedGeneration: int64(1, { pointer: true }),
  /** When the number of pods was last changed. */
  lastScaleTime: time(2, { pointer: true }),
  /** How many pods there were last. */
  currentReplicas: int32(3, { always: true }),
  /** How many pods were last found to be needed. */
  desiredReplicas: int32(4, { always: true }),
  /** Use of CPU seen last, as a percentage of what the pods request. */
  currentCPUUtilizationPercentage: int32(5, { pointer: true }),
})
export interface HorizontalPodAutoscalerStatusV1 extends Shape<typeof horizontalPodAutoscalerStatus> {}
export const HorizontalPodAutoscalerStatusV1: Type<HorizontalPodAutoscalerStatusV1> = object(
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus',
  horizontalPodAutoscalerStatus,
)

const horizontalPodAutoscaler = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, HorizontalPodAutoscalerSpecV1, { always: true, required: true }),
  /** What was seen last. */
  status: one(3, HorizontalPodAutoscalerStatusV1, { always: true }),
})
export interface HorizontalPodAutoscalerV1 extends RootShape<typeof horizontalPodAutoscaler> {}
export const HorizontalPodAutoscalerV1: Type<HorizontalPodAutoscalerV1> = root(
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  horizontalPodAutoscaler,
)

const prefix = 'autoscaling.alpha.kubernetes.io/'
/** What the version has no fields for stands in annotations, under upstream's names. */
const annotation = {
  metrics: `${prefix}metrics`,
  currentMetrics: `${prefix}current-metrics`,
  conditions: `${prefix}conditions`,
  behavior: `${prefix}behavior`,
  scaleDownTolerance: `${prefix}scale-down-tolerance`,
  scaleUpTolerance: `${prefix}scale-up-tolerance`,
}
const kept = new Set(Object.values(annotation))

/** Metadata without those annotations: other versions never show them. */
export function withoutRoundTrip(metadata: ObjectMeta): ObjectMeta {
  const { annotations, ...rest } = metadata
  if (!annotations || !Object.keys(annotations).some(key => kept.has(key))) return metadata
  const left = Object.entries(annotations).filter(([key]) => !kept.has(key))
  return left.length ? { ...rest, annotations: Object.fromEntries(left) } : rest
}

/** Upstream writes the behavior as its internal type, whose fields have capitals. */
const internalRules = fields({
  StabilizationWindowSeconds: int32(0, { pointer: true }),
  SelectPolicy: string(0, { pointer: true }),
  Policies: list(
    0,
    object<{ Type: string; Value: number; PeriodSeconds: number }>('HPAScalingPolicy', {
      Type: string(0, { always: true }),
      Value: int32(0, { always: true }),
      PeriodSeconds: int32(0, { always: true }),
    }),
  ),
  Tolerance: quantity(0, { pointer: true }),
})
interface InternalRules extends Shape<typeof internalRules> {}
const InternalRules: Type<InternalRules> = object('HPAScalingRules', internalRules)
const internalBehavior = fields({
  ScaleUp: one(0, InternalRules, { pointer: true }),
  ScaleDown: one(0, InternalRules, { pointer: true }),
})
interface InternalBehavior extends Shape<typeof internalBehavior> {}
const InternalBehavior: Type<InternalBehavior> = object('HorizontalPodAutoscalerBehavior', internalBehavior)

const rulesUp = (rules: InternalRules): HPAScalingRules =>
  defined({
    stabilizationWindowSeconds: rules.StabilizationWindowSeconds,
    selectPolicy: rules.SelectPolicy,
    policies: rules.Policies?.map(({ Type, Value, PeriodSeconds }) => ({
      type: Type,
      value: Value,
      periodSeconds: PeriodSeconds,
    })),
    tolerance: rules.Tolerance,
  })
const rulesDown = (rules: HPAScalingRules): InternalRules =>
  defined({
    StabilizationWindowSeconds: rules.stabilizationWindowSeconds,
    SelectPolicy: rules.selectPolicy,
    Policies: rules.policies?.map(({ type, value, periodSeconds }) => ({
      Type: type,
      Value: value,
      PeriodSeconds: periodSeconds,
    })),
    Tolerance: rules.tolerance,
  })

/** What an annotation holds; undefined when it is not there, or not of the type: then it says nothing, as upstream. */
function read<T>(type: Type<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined
  try {
    return decodeJson(type, text)
  } catch {
    return undefined
  }
}

const isCpu = (resource: { readonly name: string } | undefined): boolean => resource?.name === 'cpu'

/** To the storage version. Of upstream's Convert_v1_HorizontalPodAutoscaler_To_autoscaling_HorizontalPodAutoscaler. */
export function up(old: HorizontalPodAutoscalerV1): HorizontalPodAutoscaler {
  const { annotations = {} } = old.metadata
  const { targetCPUUtilizationPercentage: target, ...spec } = old.spec
  const { currentCPUUtilizationPercentage: current, ...status } = old.status
  const metrics = [
    ...(read(listOf(MetricSpecV1), annotations[annotation.metrics]) ?? []).map(metricUp),
    ...(target === undefined ? [] : [cpuMetric(target)]),
  ]
  const behavior = read(InternalBehavior, annotations[annotation.behavior])
  const currentMetrics = read(listOf(MetricStatusV1), annotations[annotation.currentMetrics])?.map(statusUp)
  const conditions = read(listOf(HorizontalPodAutoscalerCondition), annotations[annotation.conditions])
  const cpu = { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }
  const next: HorizontalPodAutoscaler = {
    ...old,
    apiVersion: 'autoscaling/v2',
    metadata: withoutRoundTrip(old.metadata),
    spec: { ...spec, metrics: metrics.length ? metrics : [cpuMetric(defaultCpuUtilization)] },
    status: {
      ...status,
      currentMetrics: currentMetrics ?? (current === undefined ? [] : [cpu]),
      ...(conditions?.length ? { conditions } : {}),
    },
  }
  if (behavior && Object.keys(behavior).length)
    next.spec.behavior = defined({
      scaleUp: behavior.ScaleUp && rulesUp(behavior.ScaleUp),
      scaleDown: behavior.ScaleDown && rulesUp(behavior.ScaleDown),
    })
  behaviorDefaults(next.spec)
  if (next.status.currentReplicas === 0) delete next.status.currentReplicas
  return next
}

/** From the storage version: the first target of CPU use is a field, all else an annotation. */
export function down(stored: HorizontalPodAutoscaler): HorizontalPodAutoscalerV1 {
  const { metrics = [], behavior, ...spec } = stored.spec
  const { currentMetrics, conditions, currentReplicas = 0, ...status } = stored.status
  const isCpuTarget = ({ type, resource }: MetricSpec) =>
    type === 'Resource' && isCpu(resource) && resource?.target.averageUtilization !== undefined
  const others = metrics.filter(metric => !isCpuTarget(metric)).map(metricDown)
  const target = metrics.find(isCpuTarget)?.resource?.target.averageUtilization
  const uses = currentMetrics.flatMap(({ type, resource }) =>
    type === 'Resource' && isCpu(resource) ? [resource?.current.averageUtilization] : [],
  )
  const current = uses.findLast(use => use !== undefined)
  const text = <T>(type: Type<T>, all: T[]) => (all.length ? encodeJson(listOf(type), all) : undefined)
  const told = defined({
    [annotation.metrics]: text(MetricSpecV1, others),
    [annotation.currentMetrics]: text(MetricStatusV1, currentMetrics.map(statusDown)),
    [annotation.behavior]:
      behavior &&
      encodeJson(
        InternalBehavior,
        defined({
          ScaleUp: behavior.scaleUp && rulesDown(behavior.scaleUp),
          ScaleDown: behavior.scaleDown && rulesDown(behavior.scaleDown),
        }),
      ),
    [annotation.conditions]: text(HorizontalPodAutoscalerCondition, conditions ?? []),
  }) as Record<string, string>
  const metadata = withoutRoundTrip(stored.metadata)
  return {
    ...stored,
    apiVersion: 'autoscaling/v1',
    metadata: Object.keys(told).length ? { ...metadata, annotations: { ...metadata.annotations, ...told } } : metadata,
    spec: defined({ ...spec, targetCPUUtilizationPercentage: target }),
    status: defined({ ...status, currentReplicas, currentCPUUtilizationPercentage: current }),
  }
}
