import { fields, int32, object, one, quantity, string } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import { LabelSelector } from '../meta/labelSelector.ts'

/** Fields of the type, which older versions share. */
export const crossVersionObjectReference = fields({
  /** Kind of the object. */
  kind: string(1, { always: true }),
  /** Name of the object. */
  name: string(2, { always: true }),
  /** API version of the object. */
  apiVersion: string(3),
})
export interface CrossVersionObjectReference extends Shape<typeof crossVersionObjectReference> {}
export const CrossVersionObjectReference: Type<CrossVersionObjectReference> = object(
  'io.k8s.api.autoscaling.v2.CrossVersionObjectReference',
  crossVersionObjectReference,
)

const metricIdentifier = fields({
  /** Name of the metric. */
  name: string(1, { always: true }),
  /** Labels by which the metric is narrowed down. */
  selector: one(2, LabelSelector, { pointer: true }),
})
export interface MetricIdentifier extends Shape<typeof metricIdentifier> {}
export const MetricIdentifier: Type<MetricIdentifier> = object(
  'io.k8s.api.autoscaling.v2.MetricIdentifier',
  metricIdentifier,
)

const metricTarget = fields({
  /** What the target is compared with: Utilization, Value or AverageValue. */
  type: string(1, { always: true }),
  /** Wanted value of the metric. */
  value: quantity(2, { pointer: true }),
  /** Wanted value per pod. */
  averageValue: quantity(3, { pointer: true }),
  /** Wanted use per pod, as a percentage of what the pods request. */
  averageUtilization: int32(4, { pointer: true }),
})
export interface MetricTarget extends Shape<typeof metricTarget> {}
export const MetricTarget: Type<MetricTarget> = object('io.k8s.api.autoscaling.v2.MetricTarget', metricTarget)

const objectMetricSource = fields({
  /** Object the metric is of. */
  describedObject: one(1, CrossVersionObjectReference, { always: true, required: true }),
  /** Wanted value. */
  target: one(2, MetricTarget, { always: true, required: true }),
  /** Which metric. */
  metric: one(3, MetricIdentifier, { always: true, required: true }),
})
export interface ObjectMetricSource extends Shape<typeof objectMetricSource> {}
export const ObjectMetricSource: Type<ObjectMetricSource> = object(
  'io.k8s.api.autoscaling.v2.ObjectMetricSource',
  objectMetricSource,
)

const podsMetricSource = fields({
  /** Which metric. */
  metric: one(1, MetricIdentifier, { always: true, required: true }),
  /** Wanted value, per pod. */
  target: one(2, MetricTarget, { always: true, required: true }),
})
export interface PodsMetricSource extends Shape<typeof podsMetricSource> {}
export const PodsMetricSource: Type<PodsMetricSource> = object(
  'io.k8s.api.autoscaling.v2.PodsMetricSource',
  podsMetricSource,
)

const resourceMetricSource = fields({
  /** Resource that is used: cpu or memory. */
  name: string(1, { always: true }),
  /** Wanted use. */
  target: one(2, MetricTarget, { always: true, required: true }),
})
export interface ResourceMetricSource extends Shape<typeof resourceMetricSource> {}
export const ResourceMetricSource: Type<ResourceMetricSource> = object(
  'io.k8s.api.autoscaling.v2.ResourceMetricSource',
  resourceMetricSource,
)

const containerResourceMetricSource = fields({
  /** Resource that is used: cpu or memory. */
  name: string(1, { always: true }),
  /** Wanted use. */
  target: one(2, MetricTarget, { always: true, required: true }),
  /** Container of the pods whose use counts. */
  container: string(3, { always: true }),
})
export interface ContainerResourceMetricSource extends Shape<typeof containerResourceMetricSource> {}
export const ContainerResourceMetricSource: Type<ContainerResourceMetricSource> = object(
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricSource',
  containerResourceMetricSource,
)

const externalMetricSource = fields({
  /** Which metric. */
  metric: one(1, MetricIdentifier, { always: true, required: true }),
  /** Wanted value. */
  target: one(2, MetricTarget, { always: true, required: true }),
})
export interface ExternalMetricSource extends Shape<typeof externalMetricSource> {}
export const ExternalMetricSource: Type<ExternalMetricSource> = object(
  'io.k8s.api.autoscaling.v2.ExternalMetricSource',
  externalMetricSource,
)

const metricSpec = fields({
  /** Where the metric comes from: Object, Pods, Resource, ContainerResource or External; the field of that name says more. */
  type: string(1, { always: true }),
  /** A metric of one object. */
  object: one(2, ObjectMetricSource, { pointer: true }),
  /** A metric of each pod. */
  pods: one(3, PodsMetricSource, { pointer: true }),
  /** How much of a resource the pods use. */
  resource: one(4, ResourceMetricSource, { pointer: true }),
  /** How much of a resource one container of each pod uses. */
  containerResource: one(7, ContainerResourceMetricSource, { pointer: true }),
  /** A metric of something outside the cluster. */
  external: one(5, ExternalMetricSource, { pointer: true }),
})
export interface MetricSpec extends Shape<typeof metricSpec> {}
export const MetricSpec: Type<MetricSpec> = object('io.k8s.api.autoscaling.v2.MetricSpec', metricSpec)

const metricValueStatus = fields({
  /** Value of the metric. */
  value: quantity(1, { pointer: true }),
  /** Value per pod. */
  averageValue: quantity(2, { pointer: true }),
  /** Use per pod, as a percentage of what the pods request. */
  averageUtilization: int32(3, { pointer: true }),
})
export interface MetricValueStatus extends Shape<typeof metricValueStatus> {}
export const MetricValueStatus: Type<MetricValueStatus> = object(
  'io.k8s.api.autoscaling.v2.MetricValueStatus',
  metricValueStatus,
)

const objectMetricStatus = fields({
  /** Which metric. */
  metric: one(1, MetricIdentifier, { always: true, required: true }),
  /** What was seen last. */
  current: one(2, MetricValueStatus, { always: true, required: true }),
  /** Object the metric is of. */
  describedObject: one(3, CrossVersionObjectReference, { always: true, required: true }),
})
export interface ObjectMetricStatus extends Shape<typeof objectMetricStatus> {}
export const ObjectMetricStatus: Type<ObjectMetricStatus> = object(
  'io.k8s.api.autoscaling.v2.ObjectMetricStatus',
  objectMetricStatus,
)

const podsMetricStatus = fields({
  /** Which metric. */
  metric: one(1, MetricIdentifier, { always: true, required: true }),
  /** What was seen last. */
  current: one(2, MetricValueStatus, { always: true, required: true }),
})
export interface PodsMetricStatus extends Shape<typeof podsMetricStatus> {}
export const PodsMetricStatus: Type<PodsMetricStatus> = object(
  'io.k8s.api.autoscaling.v2.PodsMetricStatus',
  podsMetricStatus,
)

const resourceMetricStatus = fields({
  /** Resource that is used. */
  name: string(1, { always: true }),
  /** What was seen last. */
  current: one(2, MetricValueStatus, { always: true, required: true }),
})
export interface ResourceMetricStatus extends Shape<typeof resourceMetricStatus> {}
export const ResourceMetricStatus: Type<ResourceMetricStatus> = object(
  'io.k8s.api.autoscaling.v2.ResourceMetricStatus',
  resourceMetricStatus,
)

const containerResourceMetricStatus = fields({
  /** Resource that is used. */
  name: string(1, { always: true }),
  /** What was seen last. */
  current: one(2, MetricValueStatus, { always: true, required: true }),
  /** Container of the pods whose use counts. */
  container: string(3, { always: true }),
})
export interface ContainerResourceMetricStatus extends Shape<typeof containerResourceMetricStatus> {}
export const ContainerResourceMetricStatus: Type<ContainerResourceMetricStatus> = object(
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus',
  containerResourceMetricStatus,
)

const externalMetricStatus = fields({
  /** Which metric. */
  metric: one(1, MetricIdentifier, { always: true, required: true }),
  /** What was seen last. */
  current: one(2, MetricValueStatus, { always: true, required: true }),
})
export interface ExternalMetricStatus extends Shape<typeof externalMetricStatus> {}
export const ExternalMetricStatus: Type<ExternalMetricStatus> = object(
  'io.k8s.api.autoscaling.v2.ExternalMetricStatus',
  externalMetricStatus,
)

const metricStatus = fields({
  /** Where the metric comes from. */
  type: string(1, { always: true }),
  /** A metric of one object. */
  object: one(2, ObjectMetricStatus, { pointer: true }),
  /** A metric of each pod. */
  pods: one(3, PodsMetricStatus, { pointer: true }),
  /** How much of a resource the pods use. */
  resource: one(4, ResourceMetricStatus, { pointer: true }),
  /** How much of a resource one container of each pod uses. */
  containerResource: one(7, ContainerResourceMetricStatus, { pointer: true }),
  /** A metric of something outside the cluster. */
  external: one(5, ExternalMetricStatus, { pointer: true }),
})
export interface MetricStatus extends Shape<typeof metricStatus> {}
export const MetricStatus: Type<MetricStatus> = object('io.k8s.api.autoscaling.v2.MetricStatus', metricStatus)
