import { duplicate, invalid, invalidHere, notSupported, required, tooLong, tooMany } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { indexCount, parseIndexes } from './jobIndexes.ts'
import {
  actions,
  operators,
  type PodFailurePolicy,
  type PodFailurePolicyOnExitCodesRequirement,
  type PodFailurePolicyOnPodConditionsPattern,
  type PodFailurePolicyRule,
  type SuccessPolicy,
  type SuccessPolicyRule,
} from './jobPolicies.ts'
import type { JobSpec } from './jobType.ts'

const most = { rules: 20, exitCodes: 255, conditions: 20, indexesText: 64 * 1024 }

/** Rules of what failed pods mean. Of upstream's validatePodFailurePolicy. */
export function podFailurePolicyRules(spec: JobSpec, { rules }: PodFailurePolicy, path: Path): FieldError[] {
  const here = path.child('rules')
  const { containers, initContainers = [] } = spec.template.spec
  const names = new Set([...containers, ...initContainers].map(({ name }) => name))
  return [
    ...(rules.length > most.rules ? [tooMany(here, rules.length, most.rules)] : []),
    ...rules.flatMap((rule, i) => failureRuleRules(spec, rule, names, here.index(i))),
  ]
}

function failureRuleRules(
  { backoffLimitPerIndex }: JobSpec,
  { action, onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  names: ReadonlySet<string>,
  path: Path,
): FieldError[] {
  const errors = choiceRules(action, actions, path.child('action'))
  if (action === 'FailIndex' && backoffLimitPerIndex === undefined)
    errors.push(invalid(path.child('action'), action, 'requires the backoffLimitPerIndex to be set'))
  if (onExitCodes) errors.push(...exitCodeRules(onExitCodes, names, path.child('onExitCodes')))
  errors.push(...conditionRules(onPodConditions, path.child('onPodConditions')))
  if (onExitCodes && onPodConditions.length > 0)
    errors.push(invalidHere(path, 'specifying both OnExitCodes and OnPodConditions is not supported'))
  if (!onExitCodes && onPodConditions.length === 0)
    errors.push(invalidHere(path, 'specifying one of OnExitCodes and OnPodConditions is required'))
  return errors
}

function choiceRules(value: string, known: readonly string[], path: Path): FieldError[] {
  if (value === '') return [required(path, `valid values: [${known.map(one => JSON.stringify(one)).join(' ')}]`)]
  return known.includes(value) ? [] : [notSupported(path, value, known)]
}

const conditionRules = (patterns: readonly PodFailurePolicyOnPodConditionsPattern[], path: Path): FieldError[] => [
  ...(patterns.length > most.conditions ? [tooMany(path, patterns.length, most.conditions)] : []),
  ...patterns.flatMap(({ type }, i) =>
    qualifiedName(type).map(detail => invalid(path.index(i).child('type'), type, detail)),
  ),
]

function exitCodeRules(
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
  path: Path,
): FieldError[] {
  const errors = choiceRules(operator, operators, path.child('operator'))
  const here = path.child('values')
  if (containerName !== undefined && !names.has(containerName))
    errors.push(
      invalid(
        path.child('containerName'),
        containerName,
        'must be one of the container or initContainer names in the pod template',
      ),
    )
  if (values.length === 0) errors.push(invalid(here, values, 'at least one value is required'))
  else if (values.length > most.exitCodes) errors.push(tooMany(here, values.length, most.exitCodes))
  const seen = new Set<number>()
  for (const [i, code] of values.entries()) {
    if (operator === 'In' && code === 0) errors.push(invalid(here.index(i), code, 'must not be 0 for the In operator'))
    if (seen.has(code)) errors.push(duplicate(here.index(i), code))
    seen.add(code)
  }
  if (values.some((code, i) => i > 0 && (values[i - 1] ?? code) > code))
    errors.push(invalid(here, values, 'must be ordered'))
  return errors
}

/** Rules of when an indexed job is a success. Of upstream's validateSuccessPolicy. */
export function successPolicyRules({ rules }: SuccessPolicy, completions: number, path: Path): FieldError[] {
  const here = path.child('rules')
  return [
    ...(rules.length === 0
      ? [required(here, 'at least one rules must be specified when the successPolicy is specified')]
      : []),
    ...(rules.length > most.rules ? [tooMany(here, rules.length, most.rules)] : []),
    ...rules.flatMap((rule, i) => successRuleRules(rule, completions, here.index(i))),
  ]
}

function successRuleRules(
  { succeededIndexes, succeededCount }: SuccessPolicyRule,
  completions: number,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = []
  if (succeededCount === undefined && succeededIndexes === undefined)
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'))
  let total = 0
  if (succeededIndexes !== undefined) {
    const here = path.child('succeededIndexes')
    if (succeededIndexes.length > most.indexesText) errors.push(tooLong(here, most.indexesText))
    const read = parseIndexes(succeededIndexes, completions)
    if ('problem' in read)
      errors.push(invalid(here, succeededIndexes, `error parsing succeededIndexes: ${read.problem}`))
    else total = indexCount(read)
  }
  if (succeededCount === undefined) return errors
  const here = path.child('succeededCount')
  const bound = (limit: number, what: string) => {
    if (succeededCount > limit)
      errors.push(invalid(here, succeededCount, `must be less than or equal to ${limit} (${what})`))
  }
  if (succeededCount < 0) errors.push(invalid(here, succeededCount, 'must be greater than or equal to 0'))
  bound(completions, 'the number of specified completions')
  if (succeededIndexes !== undefined) bound(total, 'the number of indexes in the specified succeededIndexes field')
  return errors
}
