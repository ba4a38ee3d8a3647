import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from './metrics.ts'

const unknown = '<unknown>'
const shown = 2

/** Metrics as tables show them: what is, and what is wanted, of the first two. Of upstream's formatHPAMetrics. */
export function metricsText(metrics: readonly MetricSpec[], seen: readonly MetricStatus[]): string {
  if (metrics.length === 0) return '<none>'
  const texts = metrics.map((metric, i) => metricText(metric, seen[i]))
  const more = texts.length - shown
  return texts.slice(0, shown).join(', ') + (more > 0 ? ` + ${more} more...` : '')
}

function metricText({ type, object, pods, resource, containerResource, external }: MetricSpec, seen?: MetricStatus) {
  if (type === 'External' && external) return amountText(external.target, seen?.external?.current)
  if (type === 'Object' && object) return amountText(object.target, seen?.object?.current)
  if (type === 'Pods' && pods)
    return `${seen?.pods?.current.averageValue ?? unknown}/${pods.target.averageValue ?? unknown}`
  if (type === 'Resource' && resource) return useText(resource.name, resource.target, seen?.resource?.current)
  if (type === 'ContainerResource' && containerResource)
    return useText(containerResource.name, containerResource.target, seen?.containerResource?.current)
  return '<unknown type>'
}

const amountText = ({ value, averageValue }: MetricTarget, current: MetricValueStatus | undefined): string =>
  averageValue === undefined
    ? `${current?.value ?? unknown}/${value ?? unknown}`
    : `${current?.averageValue ?? unknown}/${averageValue} (avg)`

function useText(name: string, target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${name}: ${current?.averageValue ?? unknown}/${target.averageValue}`
  const percent = (value: number | undefined, otherwise: string) => (value === undefined ? otherwise : `${value}%`)
  return `${name}: ${percent(current?.averageUtilization, unknown)}/${percent(target.averageUtilization, '<auto>')}`
}
