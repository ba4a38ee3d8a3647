import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { compareQuantities } from '../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { notNegative } from '../apps/replicas.ts'
import type { HorizontalPodAutoscaler, HPAScalingPolicy, HPAScalingRules } from './horizontalPodAutoscalerType.ts'
import { metricRules, referenceRules, type VersionCheck, versionProblem } from './metricRules.ts'

const spec = at('spec')
const most = { periodSeconds: 1800, windowSeconds: 3600 }

/** Rules of an autoscaler. Of upstream's validateHorizontalPodAutoscalerSpec. */
export function autoscalerRules(
  { spec: of }: HorizontalPodAutoscaler,
  old: HorizontalPodAutoscaler | undefined,
): readonly FieldError[] {
  const { minReplicas, maxReplicas, metrics = [], behavior } = of
  const errors: FieldError[] = []
  // Scaling to zero is a feature that upstream has switched off; those that use it already may keep it.
  const least = old?.spec.minReplicas === 0 ? 0 : 1
  if (minReplicas !== undefined && minReplicas < least)
    errors.push(invalid(spec.child('minReplicas'), minReplicas, `must be greater than or equal to ${least}`))
  const maxPath = spec.child('maxReplicas')
  if (maxReplicas === 0) errors.push(required(maxPath, 'must be set and greater than 0'))
  if (maxReplicas < 0) errors.push(invalid(maxPath, maxReplicas, 'must be greater than or equal to 1'))
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(invalid(maxPath, maxReplicas, 'must be greater than or equal to `minReplicas`'))
  errors.push(...referenceRules(of.scaleTargetRef, targetCheck(of, old?.spec), spec.child('scaleTargetRef')))
  const path = spec.child('metrics')
  const check = describedCheck(old)
  errors.push(...metrics.flatMap((metric, i) => metricRules(metric, check, path.index(i))))
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External'))
    errors.push(
      forbidden(path, 'must specify at least one Object or External metric to support scaling to zero replicas'),
    )
  for (const direction of ['scaleUp', 'scaleDown'] as const) {
    const rules = behavior?.[direction]
    if (rules) errors.push(...scalingRules(rules, spec.child('behavior', direction)))
  }
  return errors
}

type Spec = HorizontalPodAutoscaler['spec']

/** What is scaled must be named with its group, unless an older object already did without. */
function targetCheck({ scaleTargetRef: target }: Spec, old: Spec | undefined): VersionCheck {
  const before = old?.scaleTargetRef
  if (before && before.apiVersion === target.apiVersion && before.kind === target.kind) return 'none'
  return target.kind === 'ReplicationController' ? 'any' : 'group'
}

const describedCheck = (old: HorizontalPodAutoscaler | undefined): VersionCheck =>
  old?.spec.metrics?.some(
    ({ type, object }) => type === 'Object' && object && versionProblem(object.describedObject.apiVersion, 'any'),
  )
    ? 'none'
    : 'any'

function scalingRules(rules: HPAScalingRules, path: Path): FieldError[] {
  const { stabilizationWindowSeconds: seconds, selectPolicy, policies = [], tolerance } = rules
  const errors: FieldError[] = []
  const window = path.child('stabilizationWindowSeconds')
  if (seconds !== undefined && seconds < 0)
    errors.push(invalid(window, seconds, 'must be greater than or equal to zero'))
  if (seconds !== undefined && seconds > most.windowSeconds)
    errors.push(invalid(window, seconds, `must be less than or equal to ${most.windowSeconds}`))
  const select = ['Max', 'Min', 'Disabled']
  if (selectPolicy !== undefined && !select.includes(selectPolicy))
    errors.push(notSupported(path.child('selectPolicy'), selectPolicy, select))
  const here = path.child('policies')
  if (policies.length === 0) errors.push(required(here, 'must specify at least one Policy'))
  errors.push(...policies.flatMap((policy, i) => policyRules(policy, here.index(i))))
  if (tolerance !== undefined && compareQuantities(tolerance, '0') < 0)
    errors.push(invalid(path.child('tolerance'), tolerance, 'must be greater than or equal to 0'))
  return errors
}

function policyRules({ type, value, periodSeconds }: HPAScalingPolicy, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (type !== 'Pods' && type !== 'Percent') errors.push(notSupported(path.child('type'), type, ['Pods', 'Percent']))
  if (value <= 0) errors.push(invalid(path.child('value'), value, 'must be greater than zero'))
  const period = path.child('periodSeconds')
  if (periodSeconds <= 0) errors.push(invalid(period, periodSeconds, 'must be greater than zero'))
  if (periodSeconds > most.periodSeconds)
    errors.push(invalid(period, periodSeconds, `must be less than or equal to ${most.periodSeconds}`))
  return errors
}

/** Rules of what the controller reports. */
export const autoscalerStatusRules = ({ status }: HorizontalPodAutoscaler): readonly FieldError[] =>
  notNegative(status, at('status'), 'currentReplicas', 'desiredReplicas')
