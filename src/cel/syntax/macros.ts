import type { Expr, Fold, Select } from './ast.ts'
import type { Factory } from './factory.ts'
import type { Issue } from './source.ts'

/** A call that may be a macro. `offset` is the call's. */
export interface MacroCall {
  readonly make: Factory
  readonly offset: number
  readonly name: string
  readonly target: Expr | undefined
  readonly args: readonly Expr[]
}

export type Expansion = { readonly expr: Expr } | { readonly issue: Issue }

/** Rewrites one form of call. `undefined`: it is none after all. */
export interface Macro {
  readonly name: string
  readonly method: boolean
  readonly count: number
  readonly expand: (call: MacroCall) => Expansion | undefined
}

export interface Macros {
  expand(call: MacroCall): Expansion | undefined
}

/** The name under which a loop carries its value; no variable can have it. */
export const accumulator = '@result'

export function macroTable(macros: readonly Macro[]): Macros {
  const table = new Map(macros.map(macro => [`${macro.name}:${macro.count}:${macro.method}`, macro]))
  return {
    expand: call => table.get(`${call.name}:${call.args.length}:${call.target !== undefined}`)?.expand(call),
  }
}

/** The parts of a loop but for its range and variables. */
export type Loop = Pick<Fold, 'init' | 'condition' | 'step' | 'result'>

/** The name that an argument is, or why it cannot be a variable. */
export function variableName(arg: Expr, otherwise: string): string | Issue {
  if (arg.kind !== 'ident') return { offset: arg.offset, message: otherwise }
  if (arg.name === accumulator || arg.name === '__result__')
    return { offset: arg.offset, message: 'iteration variable overwrites accumulator variable' }
  return arg.name
}

/** The loops of the quantifiers and transformations: `predicate` and `transform` speak of the variables. */
export const loops = {
  all(make: Factory, at: number, predicate: Expr): Loop {
    return {
      init: make.truth(at, true),
      condition: make.call(at, '@not_strictly_false', make.ident(at, accumulator)),
      step: make.call(at, '_&&_', make.ident(at, accumulator), predicate),
      result: make.ident(at, accumulator),
    }
  },
  exists(make: Factory, at: number, predicate: Expr): Loop {
    return {
      init: make.truth(at, false),
      condition: make.call(at, '@not_strictly_false', make.call(at, '!_', make.ident(at, accumulator))),
      step: make.call(at, '_||_', make.ident(at, accumulator), predicate),
      result: make.ident(at, accumulator),
    }
  },
  existsOne(make: Factory, at: number, predicate: Expr): Loop {
    const more = make.call(at, '_+_', make.ident(at, accumulator), make.integer(at, 1n))
    return {
      init: make.integer(at, 0n),
      condition: make.truth(at, true),
      step: make.call(at, '_?_:_', predicate, more, make.ident(at, accumulator)),
      result: make.call(at, '_==_', make.ident(at, accumulator), make.integer(at, 1n)),
    }
  },
  collect(make: Factory, at: number, transform: Expr, predicate?: Expr): Loop {
    const more = make.call(at, '_+_', make.ident(at, accumulator), make.list(at, [transform]))
    return {
      init: make.list(at, []),
      condition: make.truth(at, true),
      step: predicate ? make.call(at, '_?_:_', predicate, more, make.ident(at, accumulator)) : more,
      result: make.ident(at, accumulator),
    }
  },
}

type LoopMaker = (call: MacroCall) => Loop

const overOne = (name: string, count: number, otherwise: string, loop: LoopMaker): Macro => ({
  name,
  method: true,
  count,
  expand(call) {
    const variable = variableName(call.args[0] as Expr, otherwise)
    if (typeof variable !== 'string') return { issue: variable }
    const range = call.target as Expr
    return { expr: call.make.fold(call.offset, { range, variable, accumulator, ...loop(call) }) }
  },
})

const quantified = 'argument must be a simple name'
const transformed = 'argument is not an identifier'

/** `has` and the loops over one variable. */
export const standardMacros: readonly Macro[] = [
  {
    name: 'has',
    method: false,
    count: 1,
    expand({ make, offset, args }) {
      const arg = args[0] as Expr
      if (arg.kind !== 'select') return { issue: { offset: arg.offset, message: 'invalid argument to has() macro' } }
      const { operand, field }: Select = arg
      return { expr: make.select(offset, operand, field, true) }
    },
  },
  overOne('all', 2, quantified, ({ make, offset, args }) => loops.all(make, offset, args[1] as Expr)),
  overOne('exists', 2, quantified, ({ make, offset, args }) => loops.exists(make, offset, args[1] as Expr)),
  overOne('exists_one', 2, quantified, ({ make, offset, args }) => loops.existsOne(make, offset, args[1] as Expr)),
  overOne('map', 2, transformed, ({ make, offset, args }) => loops.collect(make, offset, args[1] as Expr)),
  overOne('map', 3, transformed, ({ make, offset, args }) =>
    loops.collect(make, offset, args[2] as Expr, args[1] as Expr),
  ),
  overOne('filter', 2, transformed, ({ make, offset, args }) =>
    loops.collect(make, offset, args[0] as Expr, args[1] as Expr),
  ),
]
