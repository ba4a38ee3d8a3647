import { pattern } from '../library/regex.ts'
import type { Expr } from '../syntax/ast.ts'
import type { Issue } from '../syntax/source.ts'
import { descend } from '../syntax/walk.ts'
import { formatType, sameType, type Type, unwrapOptional } from '../types.ts'
import { toDuration, toTimestamp } from '../values/convert.ts'
import { CelError, type Value } from '../values/value.ts'
import type { Checked } from './checker.ts'
import { checkFormat } from './formats.ts'

type Attempt = (literal: Value) => unknown

const attempts: Readonly<Record<string, Attempt>> = {
  duration: toDuration,
  timestamp: toTimestamp,
  matches: literal => pattern(literal as string),
}

/** What can be said of literals before running: bad durations, times and patterns, lists of mixed elements. */
export function checkLiterals(root: Expr, checked: Checked): readonly Issue[] {
  const issues: Issue[] = []
  const report = (at: Expr, message: string): void => {
    issues.push({ offset: at.offset, message })
  }
  const typeOf = (expr: Expr): Type => checked.types.get(expr.id) as Type
  const same = (parts: readonly { at: Expr; type: Type }[], all: boolean): void => {
    const [first, ...rest] = parts
    for (const { at, type } of rest) {
      if (!first || alike(first.type, type)) continue
      report(at, `expected type '${formatType(first.type)}' but found '${formatType(type)}'`)
      if (!all) return
    }
  }
  const exempt = new Set<Expr>()
  descend(root, expr => {
    if (expr.kind === 'call' && expr.name === 'format') descend(expr, inner => exempt.add(inner))
    if (expr.kind === 'call') {
      const attempt = Object.hasOwn(attempts, expr.name) ? attempts[expr.name] : undefined
      const arg = expr.args[0]
      if (attempt && arg?.kind === 'literal' && !succeeds(attempt, arg.value))
        report(arg, `invalid ${expr.name} argument`)
      const wrong = checkFormat(expr, checked)
      if (wrong) report(wrong.at, wrong.message)
    } else if (exempt.has(expr)) {
      // What is formatted may be of any types.
    } else if (expr.kind === 'list') {
      const inner = (at: Expr, i: number): Type =>
        expr.optional.has(i) ? (unwrapOptional(typeOf(at)) ?? typeOf(at)) : typeOf(at)
      same(
        expr.elements.map((at, i) => ({ at, type: inner(at, i) })),
        false,
      )
    } else if (expr.kind === 'map') {
      same(
        expr.entries.map(({ key }) => ({ at: key, type: typeOf(key) })),
        true,
      )
      same(
        expr.entries.map(({ value, optional }) => ({
          at: value,
          type: optional ? (unwrapOptional(typeOf(value)) ?? typeOf(value)) : typeOf(value),
        })),
        true,
      )
    }
  })
  return issues
}

const alike = (a: Type, b: Type): boolean => sameType(a, b)

function succeeds(attempt: Attempt, literal: Value): boolean {
  try {
    attempt(literal)
    return true
  } catch (error) {
    if (error instanceof CelError) return false
    throw error
  }
}
