import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { autoscalerRules, autoscalerStatusRules } from './horizontalPodAutoscalerRules.ts'
import { HorizontalPodAutoscaler } from './horizontalPodAutoscalerType.ts'
import { down, HorizontalPodAutoscalerV1, up, withoutRoundTrip } from './horizontalPodAutoscalerV1.ts'
import { metricsText } from './metricText.ts'
import { scalingDefaults } from './scalingDefaults.ts'

export * from './horizontalPodAutoscalerType.ts'
export { HorizontalPodAutoscalerV1 } from './horizontalPodAutoscalerV1.ts'
export {
  CrossVersionObjectReference,
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from './metrics.ts'

function dropRoundTrip(object: HorizontalPodAutoscaler): void {
  object.metadata = withoutRoundTrip(object.metadata)
}

const status = statusView<HorizontalPodAutoscaler>({ rules: autoscalerStatusRules })

/** Makes more and fewer pods, as metrics ask for. */
export const horizontalPodAutoscalers = resource<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  short: ['hpa'],
  in: ['all'],
  namespaced: true,
  type: HorizontalPodAutoscaler,
  defaults: ({ spec }) => scalingDefaults(spec),
  rules: autoscalerRules,
  generation: false,
  changes: statusApart<HorizontalPodAutoscaler>(() => ({ desiredReplicas: 0, currentMetrics: [] }), {
    create: dropRoundTrip,
    update: dropRoundTrip,
  }),
  columns: [
    nameColumn,
    {
      name: 'Reference',
      type: 'string',
      description: 'What is scaled.',
      cell: ({ spec: { scaleTargetRef: target } }) => `${target.kind}/${target.name}`,
    },
    {
      name: 'Targets',
      type: 'string',
      description: 'Metrics: what is, and what is wanted.',
      cell: object => metricsText(object.spec.metrics ?? [], object.status.currentMetrics),
    },
    {
      name: 'MinPods',
      type: 'string',
      description: 'How many pods there are at least.',
      cell: ({ spec: { minReplicas } }) => (minReplicas === undefined ? '<unset>' : String(minReplicas)),
    },
    {
      name: 'MaxPods',
      type: 'string',
      description: 'How many pods there are at most.',
      cell: object => object.spec.maxReplicas,
    },
    {
      name: 'Replicas',
      type: 'string',
      description: 'How many pods there were last.',
      cell: object => object.status.currentReplicas ?? 0,
    },
    ageColumn,
  ],
  versions: [
    {
      group: 'autoscaling',
      version: 'v1',
      type: HorizontalPodAutoscalerV1,
      up: old => up(old as HorizontalPodAutoscalerV1),
      down,
    },
  ],
  subresources: {
    status: {
      ...status,
      update(object, old, context) {
        status.update?.(object, old, context)
        dropRoundTrip(object)
      },
    },
  },
})
