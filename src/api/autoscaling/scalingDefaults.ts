import type { HorizontalPodAutoscalerSpec, HPAScalingRules } from './horizontalPodAutoscalerType.ts'
import type { MetricSpec } from './metrics.ts'

/** The metric of autoscalers that name none: use of CPU. */
export const cpuMetric = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

/** Percentage of CPU that is aimed at when the manifest says nothing. */
export const defaultCpuUtilization = 80

const upRules = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
})
const downRules = (): HPAScalingRules => ({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
})

/** Fills in how fast is scaled, where anything is said of it. Edits in place. */
export function behaviorDefaults({ behavior }: HorizontalPodAutoscalerSpec): void {
  if (!behavior) return
  behavior.scaleUp = { ...upRules(), ...behavior.scaleUp }
  behavior.scaleDown = { ...downRules(), ...behavior.scaleDown }
}

/** Defaults of autoscaling/v2. Edits in place. */
export function scalingDefaults(spec: HorizontalPodAutoscalerSpec): void {
  if (!spec.metrics?.length) spec.metrics = [cpuMetric(defaultCpuUtilization)]
  behaviorDefaults(spec)
}
