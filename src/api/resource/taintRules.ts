import { duplicate, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { labelValue, qualifiedName } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { wrong } from '../core/pod/rules/names.ts'
import type { DeviceTaint, DeviceToleration } from './deviceType.ts'
import { listRules } from './lists.ts'

const effects = ['NoExecute', 'NoSchedule', 'None']
const operators = ['Equal', 'Exists']

/** Of upstream's `validateDeviceTaint`; an effect that was there before is let through. */
export function taintRules({ key, value, effect }: DeviceTaint, path: Path, old?: DeviceTaint): FieldError[] {
  const errors = wrong(qualifiedName(key), path.child('key'), key)
  if (value) errors.push(...wrong(labelValue(value), path.child('value'), value))
  if (old?.effect === effect) return errors
  if (!effect) errors.push(required(path.child('effect')))
  else if (!effects.includes(effect)) errors.push(notSupported(path.child('effect'), effect, effects))
  return errors
}

/** Of upstream's `validateDeviceToleration`. */
export function tolerationRules(toleration: DeviceToleration, path: Path): FieldError[] {
  const { key, operator, value = '', effect } = toleration
  const errors = key ? wrong(qualifiedName(key), path.child('key'), key) : []
  if (!operator) errors.push(required(path.child('operator')))
  else if (!operators.includes(operator)) errors.push(notSupported(path.child('operator'), operator, operators))
  else if (operator === 'Equal') errors.push(...wrong(labelValue(value), path.child('value'), value))
  else if (value) errors.push(invalid(path.child('value'), value, 'must be empty for operator `Exists`'))
  if (effect && !effects.includes(effect)) errors.push(notSupported(path.child('effect'), effect, effects))
  return errors
}

const mostConditions = 4

/** Conditions that a binding waits for, and those that it fails by: there are both or none. */
export function bindingRules(
  wanted: readonly string[] = [],
  failing: readonly string[] = [],
  path: Path,
): FieldError[] {
  const [goodPath, badPath] = [path.child('bindingConditions'), path.child('bindingFailureConditions')]
  const typeRules = (type: string, here: Path) => wrong(qualifiedName(type), here, type)
  const twice = (types: readonly string[], here: Path) =>
    types.flatMap((type, index) => (types.indexOf(type) < index ? [duplicate(here.index(index), type)] : []))
  const errors = [
    ...listRules(wanted, mostConditions, typeRules, goodPath),
    ...listRules(failing, mostConditions, typeRules, badPath),
    ...twice(wanted, goodPath),
    ...twice(failing, badPath),
    ...failing.flatMap((type, index) =>
      wanted.includes(type)
        ? [invalid(badPath.index(index), type, 'bindingFailureConditions must not overlap with bindingConditions')]
        : [],
    ),
  ]
  if (wanted.length === 0 && failing.length > 0)
    errors.push(invalid(goodPath, null, 'bindingConditions are required to use bindingFailureConditions'))
  if (failing.length === 0 && wanted.length > 0)
    errors.push(invalid(badPath, null, 'bindingFailureConditions are required to use bindingConditions'))
  return errors
}
