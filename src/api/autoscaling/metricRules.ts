import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsLabel, pathSegment } from '../../schema/rules/names.ts'
import { compareQuantities } from '../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { containerResourceName } from '../core/pod/rules/resources.ts'
import type { CrossVersionObjectReference, MetricIdentifier, MetricSpec, MetricTarget } from './metrics.ts'

/** How an `apiVersion` is checked: not at all, or whether it may be of the core group. */
export type VersionCheck = 'none' | 'any' | 'group'

/** What is wrong with the `apiVersion` of a reference; undefined when nothing is. */
export function versionProblem(apiVersion = '', check: VersionCheck): string | undefined {
  if (check === 'none') return undefined
  const parts = apiVersion.split('/')
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`
  return check === 'group' && (parts.length < 2 || parts[0] === '') ? 'apiVersion must specify API group' : undefined
}

/** Rules of a reference. Of upstream's ValidateCrossVersionObjectReference. */
export function referenceRules(reference: CrossVersionObjectReference, check: VersionCheck, path: Path): FieldError[] {
  const errors: FieldError[] = []
  for (const field of ['kind', 'name'] as const) {
    const text = reference[field]
    if (text === '') errors.push(required(path.child(field)))
    else errors.push(...pathSegment(text).map(detail => invalid(path.child(field), text, detail)))
  }
  const problem = versionProblem(reference.apiVersion, check)
  if (problem) errors.push(invalid(path.child('apiVersion'), reference.apiVersion ?? '', problem))
  return errors
}

const fieldOf: Readonly<Record<string, 'object' | 'external' | 'pods' | 'resource' | 'containerResource'>> = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
}

/** Rules of a metric. Of upstream's validateMetricSpec. */
export function metricRules(metric: MetricSpec, check: VersionCheck, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const { type } = metric
  if (type === '') errors.push(required(path.child('type'), 'must specify a metric source type'))
  const expected = Object.hasOwn(fieldOf, type) ? fieldOf[type] : undefined
  if (!expected) errors.push(notSupported(path.child('type'), type, Object.keys(fieldOf)))
  const present = Object.values(fieldOf).filter(field => metric[field] !== undefined)
  const [first] = present
  if (first) errors.push(...sourceRules(metric, first, check, path.child(first)))
  if (expected && !metric[expected])
    errors.push(required(path.child(expected), 'must populate information for the given metric source'))
  if (present.length > 1)
    for (const field of present)
      if (field !== expected) errors.push(forbidden(path.child(field), 'must populate the given metric source only'))
  return errors
}

function sourceRules(
  { object, external, pods, resource, containerResource }: MetricSpec,
  field: (typeof fieldOf)[string],
  check: VersionCheck,
  path: Path,
): FieldError[] {
  if (field === 'object' && object) {
    const { target } = object
    const errors = [
      ...referenceRules(object.describedObject, check, path.child('describedObject')),
      ...identifierRules(object.metric, path.child('metric')),
      ...targetRules(target, path.child('target')),
    ]
    if (target.value === undefined && target.averageValue === undefined)
      errors.push(required(path.child('target', 'averageValue'), 'must set either a target value or averageValue'))
    return errors
  }
  if (field === 'external' && external) return externalRules(external.metric, external.target, path)
  if (field === 'pods' && pods) {
    const errors = [
      ...identifierRules(pods.metric, path.child('metric')),
      ...targetRules(pods.target, path.child('target')),
    ]
    if (pods.target.averageValue === undefined)
      errors.push(required(path.child('target', 'averageValue'), 'must specify a positive target averageValue'))
    return errors
  }
  if (field === 'resource' && resource) return [...nameRules(resource.name, path), ...useRules(resource.target, path)]
  if (!containerResource) return []
  const { name, container, target } = containerResource
  return [
    ...(name === '' ? nameRules(name, path) : containerResourceName(name, path.child('name'))),
    ...(container === ''
      ? [required(path.child('container'), 'must specify a container')]
      : dnsLabel(container).map(detail => invalid(path.child('container'), container, detail))),
    ...useRules(target, path),
  ]
}

function externalRules(metric: MetricIdentifier, target: MetricTarget, path: Path): FieldError[] {
  const errors = [...identifierRules(metric, path.child('metric')), ...targetRules(target, path.child('target'))]
  const { value, averageValue } = target
  if (value === undefined && averageValue === undefined)
    errors.push(
      required(path.child('target', 'averageValue'), 'must set either a target value for metric or a per-pod target'),
    )
  if (value !== undefined && averageValue !== undefined)
    errors.push(
      forbidden(path.child('target', 'value'), 'may not set both a target value for metric and a per-pod target'),
    )
  return errors
}

const nameRules = (name: string, path: Path): FieldError[] =>
  name === '' ? [required(path.child('name'), 'must specify a resource name')] : []

/** Rules of a target of how much of a resource is used. */
function useRules(target: MetricTarget, path: Path): FieldError[] {
  const errors = targetRules(target, path.child('target'))
  const { averageUtilization, averageValue } = target
  if (averageUtilization === undefined && averageValue === undefined)
    errors.push(
      required(
        path.child('target', 'averageUtilization'),
        'must set either a target raw value or a target utilization',
      ),
    )
  if (averageUtilization !== undefined && averageValue !== undefined)
    errors.push(
      forbidden(path.child('target', 'averageValue'), 'may not set both a target raw value and a target utilization'),
    )
  return errors
}

function targetRules({ type, value, averageValue, averageUtilization }: MetricTarget, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (type === '') errors.push(required(path.child('type'), 'must specify a metric target type'))
  if (!['Utilization', 'Value', 'AverageValue'].includes(type))
    errors.push(invalid(path.child('type'), type, 'must be either Utilization, Value, or AverageValue'))
  const positive = (amount: string | undefined, field: string) => {
    if (amount !== undefined && compareQuantities(amount, '0') <= 0)
      errors.push(invalid(path.child(field), amount, 'must be positive'))
  }
  positive(value, 'value')
  positive(averageValue, 'averageValue')
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(invalid(path.child('averageUtilization'), averageUtilization, 'must be greater than 0'))
  return errors
}

const identifierRules = ({ name }: MetricIdentifier, path: Path): FieldError[] =>
  name === ''
    ? [required(path.child('name'), 'must specify a metric name')]
    : pathSegment(name).map(detail => invalid(path.child('name'), name, detail))
