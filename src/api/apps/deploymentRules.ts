import { forbidden, invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import type { Deployment, RollingUpdateDeployment } from './deploymentType.ts'
import { atMostAllRules, collisionRules, countOrPercentRules, isNone, notNegative } from './replicas.ts'
import { selectorRules } from './workloadRules.ts'

const spec = at('spec')

/** Rules of a Deployment. Of upstream's ValidateDeploymentSpec. */
export function deploymentRules({ spec: of }: Deployment): readonly FieldError[] {
  const errors = notNegative(of, spec, 'replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds')
  errors.push(...selectorRules(of))
  const { type, rollingUpdate } = of.strategy
  const rolling = spec.child('strategy', 'rollingUpdate')
  if (type === 'Recreate') {
    if (rollingUpdate) errors.push(forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'"))
  } else if (type === 'RollingUpdate') {
    if (rollingUpdate) errors.push(...rollingRules(rollingUpdate, rolling))
    else errors.push(required(rolling, 'this should be defaulted and never be nil'))
  }
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = of
  if (deadline !== undefined && deadline <= minReadySeconds)
    errors.push(invalid(spec.child('progressDeadlineSeconds'), deadline, 'must be greater than minReadySeconds'))
  return errors
}

function rollingRules({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDeployment, path: Path): FieldError[] {
  const unavailable = path.child('maxUnavailable')
  const errors = [
    ...countOrPercentRules(maxUnavailable, unavailable),
    ...countOrPercentRules(maxSurge, path.child('maxSurge')),
  ]
  if (isNone(maxUnavailable) && isNone(maxSurge))
    errors.push(invalid(unavailable, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  return [...errors, ...atMostAllRules(maxUnavailable, unavailable)]
}

/** Rules of what the controller reports; `collisionCount` never goes down. */
export function deploymentStatusRules({ status }: Deployment, old: Deployment | undefined): readonly FieldError[] {
  const path = at('status')
  const errors = notNegative(
    status,
    path,
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'terminatingReplicas',
    'collisionCount',
  )
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status
  for (const field of ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const)
    if ((status[field] ?? 0) > replicas)
      errors.push(invalid(path.child(field), status[field] ?? 0, 'cannot be greater than status.replicas'))
  if (availableReplicas > readyReplicas)
    errors.push(invalid(path.child('availableReplicas'), availableReplicas, 'cannot be greater than readyReplicas'))
  return [...errors, ...collisionRules(status, old?.status, path)]
}
