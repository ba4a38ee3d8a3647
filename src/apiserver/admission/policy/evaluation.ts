import {
  type Binding,
  CelError,
  dynamic,
  evaluate,
  type Outcome,
  perCallLimit,
  type Value,
} from '../../../cel/index.ts'
import { authorizerValue, resourceValue } from '../../../cel/library/authorizer.ts'
import { Mapping } from '../../../cel/values/value.ts'
import type { Inquiries } from '../webhook/inquiries.ts'
import type { Compiled, Expression } from './compile.ts'
import type { Seen } from './seen.ts'

/** What an expression made, or why it did not, in upstream's words. */
export type Result = ({ readonly value: Value } | { readonly error: string }) & {
  /** What it took. */
  readonly seconds: number
}

/** The expressions of one step have spent more than they may together: none of them counts. */
export class OutOfBudget extends Error {
  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run')
  }
}

/** One step of carrying out a policy: its expressions share variables and a budget. */
export interface Evaluation {
  /** Throws OutOfBudget. */
  result(expression: Expression): Promise<Result>
  /** What may still be spent. */
  readonly left: number
}

export function evaluation(
  { variables }: Pick<Compiled, 'variables'>,
  seen: Seen,
  params: unknown,
  inquiries: Inquiries | undefined,
  budget: number,
): Evaluation {
  let left = budget
  const bindings: Record<string, Binding> = {
    object: () => dynamic(seen.object),
    oldObject: () => dynamic(seen.oldObject),
    request: () => dynamic(seen.request),
    namespaceObject: () => dynamic(seen.namespaceObject),
    params: () => dynamic(params),
  }
  if (inquiries) {
    const { ask } = inquiries
    bindings.authorizer = () => authorizerValue(ask)
    bindings['authorizer.requestResource'] = () => resourceValue(ask, seen.resource)
  }
  const known = new LazyVariables(variables, expression => {
    const outcome = evaluate(expression, bindings)
    known.spent += outcome.cost
    return outcome
  })
  bindings.variables = known
  return {
    get left() {
      return left
    },
    async result({ text, program, problem }) {
      if (!program) return { error: `compilation error: ${problem}`, seconds: 0 }
      known.spent = 0
      const begun = performance.now()
      const work = (): Outcome => evaluate(program, bindings, { limit: perCallLimit })
      const outcome = await (inquiries ? inquiries.answered(work) : work())
      left -= known.spent + outcome.cost
      if (left < 0) throw new OutOfBudget()
      const seconds = (performance.now() - begun) / 1000
      if ('value' in outcome) return { value: outcome.value, seconds }
      return { error: `expression '${text}' resulted in error: ${outcome.error.message}`, seconds }
    },
  }
}

type Program = NonNullable<Expression['program']>

/** The value of `variables`: each is evaluated when first asked for, and kept. */
class LazyVariables extends Mapping {
  /** What evaluating them has cost since somebody set it to nothing. */
  spent = 0
  readonly #expressions: ReadonlyMap<string, Expression>
  readonly #evaluate: (program: Program) => Outcome
  readonly #known = new Map<string, Outcome>()
  constructor(expressions: ReadonlyMap<string, Expression>, run: (program: Program) => Outcome) {
    super()
    this.#expressions = expressions
    this.#evaluate = run
  }
  get size(): number {
    return this.#expressions.size
  }
  keys(): Iterable<string> {
    return this.#expressions.keys()
  }
  get(key: Value): Value | undefined {
    const expression = typeof key === 'string' ? this.#expressions.get(key) : undefined
    if (!expression) return undefined
    const quoted = JSON.stringify(key)
    const { program, problem } = expression
    if (!program) throw new CelError(`composited variable ${quoted} fails to compile: ${problem}`)
    const outcome = this.#known.get(key as string) ?? this.#evaluate(program)
    this.#known.set(key as string, outcome)
    if ('value' in outcome) return outcome.value
    throw new CelError(`composited variable ${quoted} fails to evaluate: ${outcome.error.message}`)
  }
}
