import {
  type AdmissionExpression,
  type AdmissionVariables,
  admissionEnvironment,
  compileExpression,
  variableType,
} from '../../../api/admissionregistration/expressions.ts'
import type { MatchCondition } from '../../../api/admissionregistration/matchCondition.ts'
import { configurationType, jsonPatchType } from '../../../api/admissionregistration/patchTypes.ts'
import type { MutatingAdmissionPolicy, ValidatingAdmissionPolicy, Variable } from '../../../api/index.ts'
import { bool, dyn, list, nullType, type Program, string, type Type } from '../../../cel/index.ts'

/** An expression of a policy, or what is wrong with it. */
export interface Expression {
  readonly text: string
  readonly program?: Program
  readonly problem?: string
}

/** What all policies have, compiled. */
export interface Compiled {
  readonly conditions: readonly Expression[]
  /** By their names; null when the policy has none. */
  readonly variables: ReadonlyMap<string, Expression>
}

export interface CompiledValidation extends Compiled {
  readonly validations: readonly {
    readonly expression: Expression
    readonly message: Expression | undefined
  }[]
  readonly annotations: readonly { readonly key: string; readonly value: Expression }[]
}

export interface CompiledMutation extends Compiled {
  readonly mutations: readonly { readonly patch: boolean; readonly expression: Expression }[]
}

const made = (text: string, result: AdmissionExpression): Expression =>
  'problem' in result ? { text, problem: result.problem } : { text, program: result.compiled.program }

function compileShared(
  conditions: readonly MatchCondition[],
  variables: readonly Variable[],
  params: boolean,
): Compiled & { env: (more: AdmissionVariables) => ReturnType<typeof admissionEnvironment> } {
  const types = new Map<string, Type>()
  const compiled = new Map<string, Expression>()
  const known = variables.length ? { variables: types } : {}
  for (const { name, expression } of variables) {
    const result = compileExpression(expression, admissionEnvironment({ params, authorizer: true, ...known }))
    compiled.set(name, made(expression, result))
    types.set(name, 'problem' in result ? dyn : variableType(result.compiled.type))
  }
  const conditionEnv = conditions.length ? admissionEnvironment({ params, authorizer: true }) : undefined
  return {
    conditions: conditions.map(({ expression }) =>
      made(expression, compileExpression(expression, conditionEnv as ReturnType<typeof admissionEnvironment>, bool)),
    ),
    variables: compiled,
    env: more => admissionEnvironment({ params, ...known, ...more }),
  }
}

/** Compiles a validating policy. What does not compile is told when it is carried out. */
export function compileValidation({ spec }: ValidatingAdmissionPolicy): CompiledValidation {
  const { paramKind, matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = spec
  const { env, ...shared } = compileShared(matchConditions, variables, paramKind !== undefined)
  const full = env({ authorizer: true })
  const messages = env({})
  return {
    ...shared,
    validations: validations.map(({ expression, messageExpression = '' }) => ({
      expression: made(expression, compileExpression(expression, full, bool)),
      message:
        messageExpression === ''
          ? undefined
          : made(messageExpression, compileExpression(messageExpression, messages, string)),
    })),
    annotations: auditAnnotations.map(({ key, valueExpression }) => ({
      key,
      value: made(valueExpression, compileExpression(valueExpression, full, string, nullType)),
    })),
  }
}

/** Compiles a mutating policy. What does not compile is told when it is carried out. */
export function compileMutation({ spec }: MutatingAdmissionPolicy): CompiledMutation {
  const { paramKind, matchConditions = [], variables = [], mutations = [] } = spec
  const { env, ...shared } = compileShared(matchConditions, variables, paramKind !== undefined)
  const full = env({ authorizer: true, patches: true })
  return {
    ...shared,
    mutations: mutations.map(({ patchType, jsonPatch, applyConfiguration }) => {
      const patch = patchType === 'JSONPatch'
      const text = (patch ? jsonPatch : applyConfiguration)?.expression ?? ''
      const result = compileExpression(text, full, patch ? list(jsonPatchType) : configurationType)
      return { patch, expression: made(text, result) }
    }),
  }
}
