import type { Environment } from '../../cel/check/environment.ts'
import { dyn, type Type } from '../../cel/types.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { admissionEnvironment, compileExpression, variableType } from './expressions.ts'
import type { Variable } from './policyMatch.ts'

const keywords: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

/** Rules of a policy's variables, and the environments of the expressions that come after them. */
export function variableRules(
  variables: readonly Variable[],
  path: Path,
  params: boolean,
): { errors: FieldError[]; env: (more: { authorizer?: boolean; patches?: boolean; params?: boolean }) => Environment } {
  const errors: FieldError[] = []
  const types = new Map<string, Type>()
  variables.forEach(({ name, expression }, i) => {
    const here = path.index(i)
    if (name.trim() === '') errors.push(required(here.child('name'), 'name is not specified'))
    else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || keywords.has(name))
      errors.push(invalid(here.child('name'), name, 'must be a valid CEL identifier'))
    if (expression.trim() === '') {
      errors.push(required(here.child('expression'), 'expression is not specified'))
      return
    }
    const result = compileExpression(expression, admissionEnvironment({ params, authorizer: true, variables: types }))
    if ('problem' in result) errors.push(invalid(here.child('expression'), expression, result.problem))
    types.set(name, 'problem' in result ? dyn : variableType(result.compiled.type))
  })
  return { errors, env: more => admissionEnvironment({ params, variables: types, ...more }) }
}
