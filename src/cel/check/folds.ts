import type { Fold } from '../syntax/ast.ts'
import { bool, dyn, errorType, formatType, int, type Type } from '../types.ts'
import type { Checking } from './checker.ts'

/** The type of a loop: of its result, with the accumulator and the variables in scope. */
export function checkFold(checking: Checking, fold: Fold): Type {
  checking.check(fold.range)
  const accumulated = checking.check(fold.init)
  const range = checking.resolve(checking.typeOf(fold.range))
  const [first, second] = variableTypes(checking, fold, range)
  const variables = new Map([[fold.variable, first]])
  if (fold.second !== undefined) variables.set(fold.second, second)
  return checking.scoped(new Map([[fold.accumulator, accumulated]]), () => {
    checking.scoped(variables, () => {
      checking.check(fold.condition)
      mustBe(checking, fold.condition, bool)
      checking.check(fold.step)
      mustBe(checking, fold.step, accumulated)
    })
    checking.check(fold.result)
    return checking.resolve(checking.typeOf(fold.result))
  })
}

/** One variable is the element or the key; of two, the first is the index or key. */
function variableTypes(checking: Checking, fold: Fold, range: Type): readonly [Type, Type] {
  switch (range.kind) {
    case 'list':
      return fold.second === undefined ? [range.of, dyn] : [int, range.of]
    case 'map':
      return [range.key, range.value]
    case 'dyn':
    case 'error':
    case 'param':
      checking.assignable(dyn, range)
      return [dyn, dyn]
    default:
      checking.report(
        fold.range.offset,
        `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
      )
      return [errorType, errorType]
  }
}

function mustBe(checking: Checking, expr: Fold['step'], wanted: Type): void {
  const type = checking.typeOf(expr)
  if (!checking.assignable(wanted, type))
    checking.report(expr.offset, `expected type '${formatType(wanted)}' but found '${formatType(type)}'`)
}
