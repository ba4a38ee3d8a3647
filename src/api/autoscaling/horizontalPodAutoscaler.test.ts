import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'
import { cells, write } from '../../testing/writes.ts'
import { type HorizontalPodAutoscaler, horizontalPodAutoscalers } from './horizontalPodAutoscaler.ts'

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const manifest = (spec: object = {}, metadata: object = {}) => ({
  metadata: { name: 'web', namespace: 'default', ...metadata },
  spec: { scaleTargetRef, maxReplicas: 5, ...spec },
})
const [beta] = horizontalPodAutoscalers.versions ?? []
assert.ok(beta)
const v1 = beta

const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

test('an autoscaler aims at 80% of CPU, and its behavior is filled in where any is given', () => {
  const plain = write(horizontalPodAutoscalers, manifest())
  assert.deepEqual(plain.errors, [])
  assert.deepEqual(plain.object.spec, { scaleTargetRef, minReplicas: 1, maxReplicas: 5, metrics: [cpu(80)] })
  const { behavior } = write(horizontalPodAutoscalers, manifest({ behavior: { scaleDown: { selectPolicy: 'Min' } } }))
    .object.spec
  assert.deepEqual(behavior, {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    },
    scaleDown: { selectPolicy: 'Min', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
  })
})

test('an autoscaler that makes no sense is refused with the field and the reason', () => {
  const metric = (one: object) => ({ metrics: [one] })
  const path = 'spec.metrics[0]'
  const metricOf = { name: 'hits' }
  const cases: [spec: object, errors: string[]][] = [
    [
      { minReplicas: 0 },
      [
        'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
        'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
      ],
    ],
    [
      { maxReplicas: 0 },
      [
        'spec.maxReplicas: Required value: must be set and greater than 0',
        'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
      ],
    ],
    [
      { scaleTargetRef: { kind: '', name: 'a/b' } },
      [
        'spec.scaleTargetRef.kind: Required value',
        'spec.scaleTargetRef.name: Invalid value: "a/b": may not contain \'/\'',
        'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
      ],
    ],
    [{ scaleTargetRef: { kind: 'ReplicationController', name: 'a' } }, []],
    [
      { scaleTargetRef: { ...scaleTargetRef, apiVersion: 'a/b/c' } },
      ['spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c'],
    ],
    [
      metric({ type: 'Magic' }),
      [
        `${path}.type: Unsupported value: "Magic": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"`,
      ],
    ],
    [metric({ type: 'Pods' }), [`${path}.pods: Required value: must populate information for the given metric source`]],
    [
      metric({
        type: 'Pods',
        pods: { metric: metricOf, target: { type: 'AverageValue', averageValue: '1' } },
        resource: cpu(5).resource,
      }),
      [`${path}.resource: Forbidden: must populate the given metric source only`],
    ],
    [
      metric({
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 0, averageValue: '0' } },
      }),
      [
        `${path}.resource.target.averageValue: Invalid value: "0": must be positive`,
        `${path}.resource.target.averageUtilization: Invalid value: 0: must be greater than 0`,
        `${path}.resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization`,
      ],
    ],
    [
      metric({
        type: 'Object',
        object: { describedObject: { kind: 'Ingress', name: 'i' }, metric: { name: '' }, target: { type: 'Much' } },
      }),
      [
        `${path}.object.metric.name: Required value: must specify a metric name`,
        `${path}.object.target.type: Invalid value: "Much": must be either Utilization, Value, or AverageValue`,
        `${path}.object.target.averageValue: Required value: must set either a target value or averageValue`,
      ],
    ],
    [
      metric({
        type: 'External',
        external: { metric: metricOf, target: { type: 'Value', value: '1', averageValue: '1' } },
      }),
      [`${path}.external.target.value: Forbidden: may not set both a target value for metric and a per-pod target`],
    ],
    [
      metric({
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'C', target: { type: 'Utilization', averageUtilization: 5 } },
      }),
      [
        `${path}.containerResource.container: Invalid value: "C": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    [
      {
        behavior: {
          scaleUp: {
            stabilizationWindowSeconds: 3601,
            selectPolicy: 'All',
            policies: [{ type: 'Pod', value: 0, periodSeconds: 1801 }],
          },
        },
      },
      [
        'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "All": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleUp.policies[0].type: Unsupported value: "Pod": supported values: "Percent", "Pods"',
        'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
        'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
      ],
    ],
    [
      { behavior: { scaleDown: { tolerance: '-1' } } },
      ['spec.behavior.scaleDown.tolerance: Invalid value: "-1": must be greater than or equal to 0'],
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(horizontalPodAutoscalers, manifest(spec)).errors, errors, JSON.stringify(spec))
})

/** A manifest of autoscaling/v1 as it is stored. */
function stored(raw: object): HorizontalPodAutoscaler {
  const object = fromJson(v1.type, { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', ...raw })
  applyDefaults(v1.type, object)
  return v1.up(object) as HorizontalPodAutoscaler
}

test('a manifest of autoscaling/v1 is stored as v2', () => {
  assert.deepEqual(stored(manifest({ targetCPUUtilizationPercentage: 60 })), {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 5, metrics: [cpu(60)] },
    status: { desiredReplicas: 0, currentMetrics: [] },
  })
  assert.deepEqual(stored(manifest()).spec.metrics, [cpu(80)])
  const annotations = { 'autoscaling.alpha.kubernetes.io/metrics': 'no JSON', a: 'b' }
  const odd = stored(manifest({}, { annotations }))
  assert.deepEqual([odd.metadata.annotations, odd.spec.metrics], [{ a: 'b' }, [cpu(80)]])
})

test('what autoscaling/v1 has no fields for stands in annotations, and comes back', () => {
  const average = { type: 'AverageValue', averageValue: '10' }
  const metric = { name: 'hits', selector: { matchLabels: { a: 'b' } } }
  const { object } = write(
    horizontalPodAutoscalers,
    manifest({
      metrics: [
        { type: 'Pods', pods: { metric, target: average } },
        { type: 'Object', object: { describedObject: scaleTargetRef, metric, target: { type: 'Value', value: '5' } } },
        { type: 'Object', object: { describedObject: scaleTargetRef, metric, target: average } },
        { type: 'External', external: { metric, target: average } },
        {
          type: 'ContainerResource',
          containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 5 } },
        },
        { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
        cpu(70),
      ],
      behavior: { scaleUp: { tolerance: '100m' } },
    }),
  )
  const condition = { type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-31T09:30:00Z', reason: 'Ready' }
  const full = {
    ...object,
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    status: {
      currentReplicas: 2,
      desiredReplicas: 3,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 42, averageValue: '100m' } } },
      ],
      conditions: [condition],
    },
  }
  const down = v1.down(full) as { metadata: { annotations: Record<string, string> }; spec: object; status: object }
  assert.deepEqual(
    Object.keys(down.metadata.annotations)
      .map(key => key.split('/')[1])
      .sort(),
    ['behavior', 'conditions', 'current-metrics', 'metrics'],
  )
  assert.deepEqual(down.spec, { scaleTargetRef, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 70 })
  assert.deepEqual(down.status, { currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 42 })
  assert.match(down.metadata.annotations['autoscaling.alpha.kubernetes.io/behavior'] ?? '', /"ScaleUp":.*"Tolerance"/)
  assert.deepEqual(v1.up(fromJson(v1.type, JSON.parse(JSON.stringify(down)))), full)
})

test('autoscalers are shown as kubectl shows them', () => {
  const { object } = write(
    horizontalPodAutoscalers,
    manifest({
      metrics: [
        cpu(70),
        { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '10' } } },
        { type: 'External', external: { metric: { name: 'm' }, target: { type: 'Value', value: '5' } } },
      ],
    }),
  )
  const currentMetrics = [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 42 } } }]
  assert.deepEqual(cells(horizontalPodAutoscalers, { ...object, status: { desiredReplicas: 1, currentMetrics } }), {
    Name: 'web',
    Reference: 'Deployment/web',
    Targets: 'cpu: 42%/70%, <unknown>/10 + 1 more...',
    MinPods: '1',
    MaxPods: 5,
    Replicas: 0,
    Age: '<unknown>',
  })
})
