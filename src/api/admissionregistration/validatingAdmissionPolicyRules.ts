import type { Environment } from '../../cel/check/environment.ts'
import { bool, nullType, string } from '../../cel/types.ts'
import { equal } from '../../schema/derive/equal.ts'
import { duplicate, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { conditionRules } from '../meta/conditionRules.ts'
import { admissionEnvironment, compileExpression } from './expressions.ts'
import { constraintsRules, matchConditionsRules, paramKindRules } from './policyRules.ts'
import type { AuditAnnotation, ValidatingAdmissionPolicy, Validation } from './validatingAdmissionPolicyType.ts'
import { variableRules } from './variableRules.ts'

const mostAnnotations = 20
const longestValueExpression = 5 * 1024
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized']

export function policyRules(
  policy: ValidatingAdmissionPolicy,
  old: ValidatingAdmissionPolicy | undefined,
): FieldError[] {
  const { metadata, spec } = policy
  const path = at('spec')
  const { paramKind, matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = spec
  const params = paramKind !== undefined
  const unchanged =
    old && equal(old.spec.matchConditions ?? [], matchConditions) && equal(old.spec.paramKind, paramKind)
  const shared = variableRules(variables, path.child('variables'), params)
  const env = variables.length ? shared.env : (more: object) => admissionEnvironment({ params, ...more })
  const nothing = 'validations or auditAnnotations must contain at least one item'
  return [
    ...(paramKind ? paramKindRules(paramKind, path.child('paramKind')) : []),
    ...constraintsRules(spec.matchConstraints, path.child('matchConstraints')),
    ...(unchanged ? [] : matchConditionsRules(matchConditions, path.child('matchConditions'), { params })),
    ...shared.errors,
    ...(validations.length || auditAnnotations.length
      ? []
      : [required(path.child('validations'), nothing), required(path.child('auditAnnotations'), nothing)]),
    ...validations.flatMap((validation, i) => validationRules(validation, path.child('validations').index(i), env)),
    ...annotationsRules(
      auditAnnotations,
      metadata.name ?? '',
      path.child('auditAnnotations'),
      env({ authorizer: true }),
    ),
  ]
}

type Environments = (more: { authorizer?: boolean }) => Environment

function validationRules(validation: Validation, path: Path, env: Environments): FieldError[] {
  const { expression, message = '', messageExpression = '', reason } = validation
  const errors: FieldError[] = []
  if (expression.trim() === '') errors.push(required(path.child('expression'), 'expression is not specified'))
  else errors.push(...expressionRules(expression, path.child('expression'), env({ authorizer: true }), bool))
  if (messageExpression.trim() !== '')
    errors.push(...expressionRules(messageExpression, path.child('messageExpression'), env({}), string))
  else if (messageExpression !== '')
    errors.push(invalid(path.child('messageExpression'), messageExpression, 'must be non-empty if specified'))
  if (message !== '' && message.trim() === '')
    errors.push(invalid(path.child('message'), message, 'must be non-empty if specified'))
  else if (/[\n\r]/.test(message.trim()))
    errors.push(invalid(path.child('message'), message, 'must not contain line breaks'))
  if (reason !== undefined && !reasons.includes(reason))
    errors.push(notSupported(path.child('reason'), reason, reasons))
  return errors
}

function expressionRules(text: string, path: Path, env: Environment, returns: typeof bool): FieldError[] {
  const result = compileExpression(text, env, returns)
  return 'problem' in result ? [invalid(path, text, result.problem)] : []
}

function annotationsRules(
  annotations: readonly AuditAnnotation[],
  policy: string,
  path: Path,
  env: Environment,
): FieldError[] {
  const errors: FieldError[] = []
  if (annotations.length > mostAnnotations)
    errors.push(invalid(path, annotations, `must not have more than ${mostAnnotations} auditAnnotations`))
  annotations.forEach(({ key, valueExpression }, i) => {
    const here = path.index(i)
    if (policy === '') errors.push(invalid(here.child('key'), key, 'requires metadata.name be non-empty'))
    else {
      const full = `${policy}/${key}`
      errors.push(...qualifiedName(full).map(detail => invalid(here.child('key'), full, detail)))
    }
    const text = valueExpression.trim()
    const where = here.child('valueExpression')
    if (text === '') errors.push(required(where, 'valueExpression is not specified'))
    else if (new TextEncoder().encode(text).length > longestValueExpression)
      errors.push(required(where, `must not exceed ${longestValueExpression} bytes in length`))
    else {
      const result = compileExpression(text, env, string, nullType)
      if ('problem' in result) errors.push(invalid(where, valueExpression, result.problem))
    }
    if (annotations.findIndex(other => other.key === key) < i) errors.push(duplicate(here.child('key'), key))
  })
  return errors
}

export function policyStatusRules({ status }: ValidatingAdmissionPolicy): FieldError[] {
  const path = at('status')
  const warnings = path.child('typeChecking', 'expressionWarnings')
  return [
    ...(status.typeChecking?.expressionWarnings ?? []).flatMap(({ fieldRef, warning }, i) => [
      ...(warning === '' ? [required(warnings.index(i).child('warning'))] : []),
      ...(fieldRef.trim() === '' ? [required(warnings.index(i).child('fieldRef'))] : []),
    ]),
    ...conditionRules(status.conditions, path.child('conditions')),
  ]
}
