import { type Checked, check } from './check/checker.ts'
import type { Environment } from './check/environment.ts'
import { checkLiterals } from './check/literals.ts'
import type { Step } from './plan/frame.ts'
import { plan } from './plan/planner.ts'
import type { Expr } from './syntax/ast.ts'
import { parse } from './syntax/parser.ts'
import { displayIssues, type Issue } from './syntax/source.ts'
import { children } from './syntax/walk.ts'
import type { Type } from './types.ts'
import { CelError } from './values/value.ts'

/** An expression ready to be evaluated, any number of times. */
export interface Program {
  readonly run: Step
}

export interface Compiled {
  readonly type: Type
  readonly program: Program
  /** For estimates. */
  readonly expr: Expr
  readonly checked: Checked
}

/** Why a text is no expression. `message` has all of it, as cel-go prints it. */
export interface NotCompiled {
  readonly errors: readonly Issue[]
  readonly message: string
  /** It was read and checked, but can only fail: upstream cannot make a program of it. */
  readonly unplannable?: true
}

/** Reads, checks and plans an expression. Never throws for what is wrong with the text. */
export function compile(text: string, env: Environment): Compiled | NotCompiled {
  const parsed = parse(text, env.macros)
  if ('issues' in parsed) return { errors: parsed.issues, message: parsed.message }
  const { expr, source } = parsed
  const { checked, issues } = check(expr, env)
  const wrong = issues.length ? issues : checkLiterals(expr, checked)
  if (wrong.length) return { errors: wrong, message: displayIssues(source, wrong) }
  try {
    return { type: checked.types.get(expr.id) as Type, program: { run: plan(expr, env, checked) }, expr, checked }
  } catch (error) {
    if (!(error instanceof CelError)) throw error
    return { errors: [{ offset: expr.offset, message: error.message }], message: error.message, unplannable: true }
  }
}

/** The variables that an expression speaks of, those of its loops left out. */
export function variablesOf({ expr, checked }: Compiled): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (node: Expr, bound: readonly string[]): void => {
    const qualified = checked.names.get(node.id)
    if (qualified !== undefined) names.add(qualified)
    else if (node.kind === 'ident' && !bound.includes(node.name)) names.add(node.name)
    else if (node.kind === 'fold') {
      visit(node.range, bound)
      visit(node.init, bound)
      const inside = [...bound, node.accumulator, node.variable, ...(node.second === undefined ? [] : [node.second])]
      for (const part of [node.condition, node.step, node.result]) visit(part, inside)
    } else for (const child of children(node)) visit(child, bound)
  }
  visit(expr, [])
  return names
}
