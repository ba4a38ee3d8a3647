import { admissionEnvironment, compileExpression } from '../../../api/admissionregistration/expressions.ts'
import type { MatchCondition } from '../../../api/admissionregistration/matchCondition.ts'
import {
  type Binding,
  bool,
  dynamic,
  evaluate,
  matchConditionsBudget,
  type Program,
  perCallLimit,
} from '../../../cel/index.ts'
import { authorizerValue, resourceValue } from '../../../cel/library/authorizer.ts'
import type { AdmissionRequest } from '../../contract.ts'
import type { Inquiries } from './inquiries.ts'

/** A match condition, or what is wrong with its expression. */
export interface Condition {
  readonly expression: string
  readonly program?: Program
  readonly problem?: string
}

export function compileConditions(conditions: readonly MatchCondition[]): readonly Condition[] {
  if (conditions.length === 0) return []
  const environment = admissionEnvironment({ authorizer: true })
  return conditions.map(({ expression }) => {
    const made = compileExpression(expression, environment, bool)
    return 'problem' in made ? { expression, problem: made.problem } : { expression, program: made.compiled.program }
  })
}

/** What expressions see: plain data as JSON has it. */
export interface Seen {
  readonly object: unknown
  readonly oldObject: unknown
  readonly request: unknown
}

/** Told of conditions that excluded a request, or could not be told: how many could not, and what all of them took. */
export type Told = (errors: number, seconds: number) => void

/**
 * Whether all conditions hold. One that does not decides, whatever becomes of the others; otherwise one that cannot be
 * told is an Error in upstream's words.
 */
export async function conditionsHold(
  conditions: readonly Condition[],
  seen: Seen,
  request: AdmissionRequest,
  inquiries: Inquiries,
  told: Told,
): Promise<boolean | Error> {
  const begun = performance.now()
  const tell = () => told(problems.length, (performance.now() - begun) / 1000)
  const { resource, subresource, namespace, name } = request
  const { group, plural } = resource
  const bindings: Record<string, Binding> = {
    object: () => dynamic(seen.object),
    oldObject: () => dynamic(seen.oldObject),
    request: () => dynamic(seen.request),
    namespaceObject: null,
    authorizer: () => authorizerValue(inquiries.ask),
    'authorizer.requestResource': () =>
      resourceValue(inquiries.ask, { group, resource: plural, subresource, namespace, name }),
  }
  const problems: string[] = []
  let left = matchConditionsBudget
  for (const { expression, program, problem } of conditions) {
    if (!program) {
      problems.push(`compilation error: ${problem}`)
      continue
    }
    const limit = Math.min(left, perCallLimit)
    const outcome = await inquiries.answered(() => evaluate(program, bindings, { limit }))
    left -= outcome.cost
    if ('value' in outcome) {
      if (outcome.value !== false) continue
      tell()
      return false
    }
    if (outcome.exceeded && left <= 0) {
      tell()
      return new Error('validation failed due to running out of cost budget, no further validation rules will be run')
    }
    problems.push(`expression '${expression}' resulted in error: ${outcome.error.message}`)
  }
  if (problems.length === 0) return true
  tell()
  return new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`)
}
