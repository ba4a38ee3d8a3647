import { defined } from '../../base/defined.ts'
import type { CrossVersionObjectReference, MetricSpec, MetricStatus, MetricTarget } from './metrics.ts'
import type { MetricSpecV1, MetricStatusV1 } from './metricsV1.ts'

/** Metrics between autoscaling/v2 and the form in which autoscaling/v1 keeps them in annotations. */

const zero = '0'

const reference = ({ kind, name, apiVersion }: CrossVersionObjectReference): CrossVersionObjectReference =>
  defined({ kind, name, apiVersion })

/** A target of use: a percentage where one is given, an amount otherwise. */
const useTarget = (utilization: number | undefined, amount: string | undefined): MetricTarget =>
  defined({
    type: utilization === undefined ? 'AverageValue' : 'Utilization',
    averageValue: amount,
    averageUtilization: utilization,
  })

export function metricUp({ type, object, pods, resource, containerResource, external }: MetricSpecV1): MetricSpec {
  return defined({
    type,
    object: object && {
      describedObject: reference(object.target),
      metric: defined({ name: object.metricName, selector: object.selector }),
      target: defined({
        type: object.averageValue === undefined ? 'Value' : 'AverageValue',
        // The older form can't leave the value out: zero beside an average is none.
        value: object.averageValue !== undefined && object.targetValue === zero ? undefined : object.targetValue,
        averageValue: object.averageValue,
      }),
    },
    pods: pods && {
      metric: defined({ name: pods.metricName, selector: pods.selector }),
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue },
    },
    resource: resource && {
      name: resource.name,
      target: useTarget(resource.targetAverageUtilization, resource.targetAverageValue),
    },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      target: useTarget(containerResource.targetAverageUtilization, containerResource.targetAverageValue),
    },
    external: external && {
      metric: defined({ name: external.metricName, selector: external.metricSelector }),
      target: defined({
        type: external.targetValue === undefined ? 'AverageValue' : 'Value',
        value: external.targetValue,
        averageValue: external.targetAverageValue,
      }),
    },
  })
}

export function metricDown({ type, object, pods, resource, containerResource, external }: MetricSpec): MetricSpecV1 {
  return defined({
    type: type as MetricSpecV1['type'],
    object:
      object &&
      defined({
        target: reference(object.describedObject),
        metricName: object.metric.name,
        targetValue: object.target.value ?? zero,
        selector: object.metric.selector,
        averageValue: object.target.averageValue,
      }),
    pods:
      pods &&
      defined({
        metricName: pods.metric.name,
        targetAverageValue: pods.target.averageValue ?? zero,
        selector: pods.metric.selector,
      }),
    resource:
      resource &&
      defined({
        name: resource.name,
        targetAverageUtilization: resource.target.averageUtilization,
        targetAverageValue: resource.target.averageValue,
      }),
    containerResource:
      containerResource &&
      defined({
        name: containerResource.name,
        targetAverageUtilization: containerResource.target.averageUtilization,
        targetAverageValue: containerResource.target.averageValue,
        container: containerResource.container,
      }),
    external:
      external &&
      defined({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
  })
}

export function statusUp({ type, object, pods, resource, containerResource, external }: MetricStatusV1): MetricStatus {
  return defined({
    type,
    object: object && {
      describedObject: reference(object.target),
      metric: defined({ name: object.metricName, selector: object.selector }),
      current: defined({ value: object.currentValue, averageValue: object.averageValue }),
    },
    pods: pods && {
      metric: defined({ name: pods.metricName, selector: pods.selector }),
      current: { averageValue: pods.currentAverageValue },
    },
    resource: resource && {
      name: resource.name,
      current: defined({
        averageValue: resource.currentAverageValue,
        averageUtilization: resource.currentAverageUtilization,
      }),
    },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      current: defined({
        averageValue: containerResource.currentAverageValue,
        averageUtilization: containerResource.currentAverageUtilization,
      }),
    },
    external: external && {
      metric: defined({ name: external.metricName, selector: external.metricSelector }),
      current: defined({ value: external.currentValue, averageValue: external.currentAverageValue }),
    },
  })
}

export function statusDown({
  type,
  object,
  pods,
  resource,
  containerResource,
  external,
}: MetricStatus): MetricStatusV1 {
  return defined({
    type: type as MetricStatusV1['type'],
    object:
      object &&
      defined({
        target: reference(object.describedObject),
        metricName: object.metric.name,
        currentValue: object.current.value ?? zero,
        selector: object.metric.selector,
        averageValue: object.current.averageValue,
      }),
    pods:
      pods &&
      defined({
        metricName: pods.metric.name,
        currentAverageValue: pods.current.averageValue ?? zero,
        selector: pods.metric.selector,
      }),
    resource:
      resource &&
      defined({
        name: resource.name,
        currentAverageUtilization: resource.current.averageUtilization,
        currentAverageValue: resource.current.averageValue ?? zero,
      }),
    containerResource:
      containerResource &&
      defined({
        name: containerResource.name,
        currentAverageUtilization: containerResource.current.averageUtilization,
        currentAverageValue: containerResource.current.averageValue ?? zero,
        container: containerResource.container,
      }),
    external:
      external &&
      defined({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        currentValue: external.current.value ?? zero,
        currentAverageValue: external.current.averageValue,
      }),
  })
}
