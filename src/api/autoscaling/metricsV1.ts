import { fields, int32, object, one, quantity, string } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { crossVersionObjectReference } from './metrics.ts'

/** Another object. The version shares the fields of autoscaling/v2. */
export interface CrossVersionObjectReferenceV1 extends Shape<typeof crossVersionObjectReference> {}
export const CrossVersionObjectReferenceV1: Type<CrossVersionObjectReferenceV1> = object(
  'io.k8s.api.autoscaling.v1.CrossVersionObjectReference',
  crossVersionObjectReference,
  { atomic: true },
)

const objectMetricSource = fields({
  /** Object the metric is of. */
  target: one(1, CrossVersionObjectReferenceV1, { always: true }),
  /** Name of the metric. */
  metricName: string(2, { always: true }),
  /** Wanted value. */
  targetValue: quantity(3, { always: true }),
  /** Labels by which the metric is narrowed down. */
  selector: one(4, LabelSelector, { pointer: true }),
  /** Value per pod. */
  averageValue: quantity(5, { pointer: true }),
})
export interface ObjectMetricSourceV1 extends Shape<typeof objectMetricSource> {}
export const ObjectMetricSourceV1: Type<ObjectMetricSourceV1> = object(
  'io.k8s.api.autoscaling.v1.ObjectMetricSource',
  objectMetricSource,
)

const podsMetricSource = fields({
  /** Name of the metric. */
  metricName: string(1, { always: true }),
  /** Wanted value per pod. */
  targetAverageValue: quantity(2, { always: true }),
  /** Labels by which the metric is narrowed down. */
  selector: one(3, LabelSelector, { pointer: true }),
})
export interface PodsMetricSourceV1 extends Shape<typeof podsMetricSource> {}
export const PodsMetricSourceV1: Type<PodsMetricSourceV1> = object(
  'io.k8s.api.autoscaling.v1.PodsMetricSource',
  podsMetricSource,
)

const resourceMetricSource = fields({
  /** Resource that is used. */
  name: string(1, { always: true }),
  /** Wanted use, as a percentage of what the pods request. */
  targetAverageUtilization: int32(2, { pointer: true }),
  /** Wanted value per pod. */
  targetAverageValue: quantity(3, { pointer: true }),
})
export interface ResourceMetricSourceV1 extends Shape<typeof resourceMetricSource> {}
export const ResourceMetricSourceV1: Type<ResourceMetricSourceV1> = object(
  'io.k8s.api.autoscaling.v1.ResourceMetricSource',
  resourceMetricSource,
)

const containerResourceMetricSource = fields({
  /** Resource that is used. */
  name: string(1, { always: true }),
  /** Wanted use, as a percentage of what the pods request. */
  targetAverageUtilization: int32(2, { pointer: true }),
  /** Wanted value per pod. */
  targetAverageValue: quantity(3, { pointer: true }),
  /** Container of the pods whose use counts. */
  container: string(5, { always: true }),
})
export interface ContainerResourceMetricSourceV1 extends Shape<typeof containerResourceMetricSource> {}
export const ContainerResourceMetricSourceV1: Type<ContainerResourceMetricSourceV1> = object(
  'io.k8s.api.autoscaling.v1.ContainerResourceMetricSource',
  containerResourceMetricSource,
)

const externalMetricSource = fields({
  /** Name of the metric. */
  metricName: string(1, { always: true }),
  /** Labels by which the metric is narrowed down. */
  metricSelector: one(2, LabelSelector, { pointer: true }),
  /** Wanted value. */
  targetValue: quantity(3, { pointer: true }),
  /** Wanted value per pod. */
  targetAverageValue: quantity(4, { pointer: true }),
})
export interface ExternalMetricSourceV1 extends Shape<typeof externalMetricSource> {}
export const ExternalMetricSourceV1: Type<ExternalMetricSourceV1> = object(
  'io.k8s.api.autoscaling.v1.ExternalMetricSource',
  externalMetricSource,
)

const metricSpec = fields({
  /** Where the metric comes from: Object, Pods, Resource, ContainerResource or External; the field of that name says more. */
  type: string(1, { always: true }),
  /** A metric of one object. */
  object: one(2, ObjectMetricSourceV1, { pointer: true }),
  /** A metric of each pod. */
  pods: one(3, PodsMetricSourceV1, { pointer: true }),
  /** How much of a resource the pods use. */
  resource: one(4, ResourceMetricSourceV1, { pointer: true }),
  /** How much of a resource one container of each pod uses. */
  containerResource: one(7, ContainerResourceMetricSourceV1, { pointer: true }),
  /** A metric of something outside the cluster. */
  external: one(5, ExternalMetricSourceV1, { pointer: true }),
})
export interface MetricSpecV1 extends Shape<typeof metricSpec> {}
export const MetricSpecV1: Type<MetricSpecV1> = object('io.k8s.api.autoscaling.v1.MetricSpec', metricSpec)

const objectMetricStatus = fields({
  /** Object the metric is of. */
  target: one(1, CrossVersionObjectReferenceV1, { always: true }),
  /** Name of the metric. */
  metricName: string(2, { always: true }),
  /** Value seen last. */
  currentValue: quantity(3, { always: true }),
  /** Labels by which the metric is narrowed down. */
  selector: one(4, LabelSelector, { pointer: true }),
  /** Value per pod. */
  averageValue: quantity(5, { pointer: true }),
})
export interface ObjectMetricStatusV1 extends Shape<typeof objectMetricStatus> {}
export const ObjectMetricStatusV1: Type<ObjectMetricStatusV1> = object(
  'io.k8s.api.autoscaling.v1.ObjectMetricStatus',
  objectMetricStatus,
)

const podsMetricStatus = fields({
  /** Name of the metric. */
  metricName: string(1, { always: true }),
  /** Value per pod seen last. */
  currentAverageValue: quantity(2, { always: true }),
  /** Labels by which the metric is narrowed down. */
  selector: one(3, LabelSelector, { pointer: true }),
})
export interface PodsMetricStatusV1 extends Shape<typeof podsMetricStatus> {}
export const PodsMetricStatusV1: Type<PodsMetricStatusV1> = object(
  'io.k8s.api.autoscaling.v1.PodsMetricStatus',
  podsMetricStatus,
)

const resourceMetricStatus = fields({
  /** Resource that is used. */
  name: string(1, { always: true }),
  /** Use seen last, as a percentage of what the pods request. */
  currentAverageUtilization: int32(2, { pointer: true }),
  /** Value per pod seen last. */
  currentAverageValue: quantity(3, { always: true }),
})
export interface ResourceMetricStatusV1 extends Shape<typeof resourceMetricStatus> {}
export const ResourceMetricStatusV1: Type<ResourceMetricStatusV1> = object(
  'io.k8s.api.autoscaling.v1.ResourceMetricStatus',
  resourceMetricStatus,
)

const containerResourceMetricStatus = fields({
  /** Resource that is used. */
  name: string(1, { always: true }),
  /** Use seen last, as a percentage of what the pods request. */
  currentAverageUtilization: int32(2, { pointer: true }),
  /** Value per pod seen last. */
  currentAverageValue: quantity(3, { always: true }),
  /** Container of the pods whose use counts. */
  container: string(4, { always: true }),
})
export interface ContainerResourceMetricStatusV1 extends Shape<typeof containerResourceMetricStatus> {}
export const ContainerResourceMetricStatusV1: Type<ContainerResourceMetricStatusV1> = object(
  'io.k8s.api.autoscaling.v1.ContainerResourceMetricStatus',
  containerResourceMetricStatus,
)

const externalMetricStatus = fields({
  /** Name of the metric. */
  metricName: string(1, { always: true }),
  /** Labels by which the metric is narrowed down. */
  metricSelector: one(2, LabelSelector, { pointer: true }),
  /** Value seen last. */
  currentValue: quantity(3, { always: true }),
  /** Value per pod seen last. */
  currentAverageValue: quantity(4, { pointer: true }),
})
export interface ExternalMetricStatusV1 extends Shape<typeof externalMetricStatus> {}
export const ExternalMetricStatusV1: Type<ExternalMetricStatusV1> = object(
  'io.k8s.api.autoscaling.v1.ExternalMetricStatus',
  externalMetricStatus,
)

const metricStatus = fields({
  /** Where the metric comes from. */
  type: string(1, { always: true }),
  /** A metric of one object. */
  object: one(2, ObjectMetricStatusV1, { pointer: true }),
  /** A metric of each pod. */
  pods: one(3, PodsMetricStatusV1, { pointer: true }),
  /** How much of a resource the pods use. */
  resource: one(4, ResourceMetricStatusV1, { pointer: true }),
  /** How much of a resource one container of each pod uses. */
  containerResource: one(7, ContainerResourceMetricStatusV1, { pointer: true }),
  /** A metric of something outside the cluster. */
  external: one(5, ExternalMetricStatusV1, { pointer: true }),
})
export interface MetricStatusV1 extends Shape<typeof metricStatus> {}
export const MetricStatusV1: Type<MetricStatusV1> = object('io.k8s.api.autoscaling.v1.MetricStatus', metricStatus)
