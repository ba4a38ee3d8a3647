import { invalid, required } from '../../schema/rules/errors.ts'
import { percentText } from '../../schema/rules/names.ts'
import { percent } from '../../schema/scalars/intOrString.ts'
import type { FieldError, Path } from '../../schema/types.ts'

/** What several kinds that keep pods running have in common. */

const negative = 'must be greater than or equal to 0'

/** Each of these numbers, where it is there, is not below zero. */
export const notNegative = <T extends object>(object: T, path: Path, ...fields: (keyof T & string)[]): FieldError[] =>
  fields.flatMap(field => {
    const value = object[field]
    return typeof value === 'number' && value < 0 ? [invalid(path.child(field), value, negative)] : []
  })

export interface ReplicaCounts {
  readonly replicas?: number
  readonly fullyLabeledReplicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
  readonly terminatingReplicas?: number
  readonly observedGeneration?: number
}

/** Rules of the status of a ReplicaSet or ReplicationController: parts are not more than the whole. */
export function replicaCountRules(status: ReplicaCounts, path: Path): FieldError[] {
  const errors = notNegative(
    status,
    path,
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'terminatingReplicas',
    'observedGeneration',
  )
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status
  for (const field of ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const)
    if ((status[field] ?? 0) > replicas)
      errors.push(invalid(path.child(field), status[field], 'cannot be greater than status.replicas'))
  if (availableReplicas > readyReplicas)
    errors.push(invalid(path.child('availableReplicas'), availableReplicas, 'cannot be greater than readyReplicas'))
  return errors
}

/** `replicas` is there and not negative. */
export function wantedRules(replicas: number | undefined, path: Path): FieldError[] {
  if (replicas === undefined) return [required(path)]
  return replicas < 0 ? [invalid(path, replicas, negative)] : []
}

/** A number that is not negative, or a percentage. Of upstream's ValidatePositiveIntOrPercent. */
export function countOrPercentRules(count: number | string, path: Path): FieldError[] {
  if (typeof count === 'number') return count < 0 ? [invalid(path, count, negative)] : []
  return percentText(count).map(detail => invalid(path, count, detail))
}

/** A percentage is not above 100. */
export const atMostAllRules = (count: number | string, path: Path): FieldError[] =>
  (percent(count) ?? 0) > 100 ? [invalid(path, count, 'must not be greater than 100%')] : []

/** Whether a number or percentage is zero. */
export const isNone = (count: number | string): boolean => (percent(count) ?? count) === 0

/** How often a name was taken is never counted down. */
export function collisionRules(
  { collisionCount = 0 }: { readonly collisionCount?: number },
  old: { readonly collisionCount?: number } | undefined,
  path: Path,
): FieldError[] {
  return collisionCount < (old?.collisionCount ?? 0)
    ? [invalid(path.child('collisionCount'), collisionCount, 'cannot be decremented')]
    : []
}
