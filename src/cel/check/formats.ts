import { clausesOf, formatTakes } from '../library/stringFormat.ts'
import type { Call, Expr } from '../syntax/ast.ts'
import { type Type, typeName } from '../types.ts'
import type { Checked } from './checker.ts'

/** What is wrong with a call of `format` whose text and arguments are literals. */
export function checkFormat(call: Call, checked: Checked): { at: Expr; message: string } | undefined {
  const [args] = call.args
  const { target } = call
  if (call.name !== 'format' || target?.kind !== 'literal' || typeof target.value !== 'string') return undefined
  if (args?.kind !== 'list') return undefined
  const clauses = clausesOf(target.value)
  for (const [i, clause] of clauses.entries()) {
    const arg = args.elements[i]
    if (!arg) return { at: call, message: `index ${i} out of range` }
    if (clause.problem !== undefined) return { at: call, message: clause.problem }
    const { kind } = checked.types.get(arg.id) as Type
    const wrong = formatTakes(clause.letter, kind)
    if (wrong)
      return {
        at: arg,
        message: `error during formatting: ${wrong}, was given ${typeName(checked.types.get(arg.id) as Type)}`,
      }
  }
  if (args.elements.length <= clauses.length) return undefined
  const message = `too many arguments supplied to string.format (expected ${clauses.length}, got ${args.elements.length})`
  return { at: call, message }
}
