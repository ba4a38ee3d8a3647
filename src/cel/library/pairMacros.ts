import type { Expr } from '../syntax/ast.ts'
import {
  accumulator,
  type Expansion,
  type Loop,
  loops,
  type Macro,
  type MacroCall,
  variableName,
} from '../syntax/macros.ts'

/** The loops over two variables: index and element of a list, key and value of a map. */
export const pairMacros: readonly Macro[] = [
  overTwo('all', 3, ({ make, offset, args }) => loops.all(make, offset, args[2] as Expr)),
  overTwo('exists', 3, ({ make, offset, args }) => loops.exists(make, offset, args[2] as Expr)),
  overTwo('existsOne', 3, ({ make, offset, args }) => loops.existsOne(make, offset, args[2] as Expr)),
  overTwo('exists_one', 3, ({ make, offset, args }) => loops.existsOne(make, offset, args[2] as Expr)),
  overTwo('transformList', 3, ({ make, offset, args }) => loops.collect(make, offset, args[2] as Expr)),
  overTwo('transformList', 4, ({ make, offset, args }) =>
    loops.collect(make, offset, args[3] as Expr, args[2] as Expr),
  ),
  overTwo('transformMap', 3, call => intoMap(call, keyed(call, 2))),
  overTwo('transformMap', 4, call => intoMap(call, keyed(call, 3), call.args[2])),
  overTwo('transformMapEntry', 3, call => intoMap(call, [call.args[2] as Expr])),
  overTwo('transformMapEntry', 4, call => intoMap(call, [call.args[3] as Expr], call.args[2])),
]

const keyed = ({ make, offset, args }: MacroCall, value: number): Expr[] => [
  make.ident(offset, args[0]?.kind === 'ident' ? args[0].name : ''),
  args[value] as Expr,
]

function intoMap({ make, offset }: MacroCall, inserted: readonly Expr[], predicate?: Expr): Loop {
  const more = make.call(offset, 'cel.@mapInsert', make.ident(offset, accumulator), ...inserted)
  return {
    init: make.map(offset, []),
    condition: make.truth(offset, true),
    step: predicate ? make.call(offset, '_?_:_', predicate, more, make.ident(offset, accumulator)) : more,
    result: make.ident(offset, accumulator),
  }
}

function overTwo(name: string, count: number, loop: (call: MacroCall) => Loop): Macro {
  return {
    name,
    method: true,
    count,
    expand(call): Expansion {
      const { make, offset, args } = call
      const [first, other] = args as [Expr, Expr]
      const variable = variableName(first, 'argument must be a simple name')
      if (typeof variable !== 'string') return { issue: variable }
      const second = variableName(other, 'argument must be a simple name')
      if (typeof second !== 'string') return { issue: second }
      if (variable === second)
        return { issue: { offset: other.offset, message: `duplicate variable name: ${variable}` } }
      return { expr: make.fold(offset, { range: call.target as Expr, variable, second, accumulator, ...loop(call) }) }
    },
  }
}
