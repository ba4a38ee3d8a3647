import { A, fn, type Library, method } from '../check/environment.ts'
import { perCallLimit } from '../limits.ts'
import { exceeded } from '../plan/frame.ts'
import type { Expr } from '../syntax/ast.ts'
import { accumulator, type Expansion, loops, type MacroCall, variableName } from '../syntax/macros.ts'
import { dyn, int, list, typeName } from '../types.ts'
import { contains, listOf } from '../values/collections.ts'
import { compare } from '../values/compare.ts'
import { CelError, CostExceeded, List, typeOf, type Value } from '../values/value.ts'
import { comparable } from './kubernetesLists.ts'

const listA = list(A)

function range(count: Value): Value {
  // Its cost, a unit for each number, is more than any evaluation may spend: it is not made first.
  if ((count as bigint) > BigInt(perCallLimit)) throw new CostExceeded(exceeded)
  return listOf(Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i)))
}

function slice(values: Value, start: Value, end: Value): Value {
  const [from, to] = [start as bigint, end as bigint]
  const { size } = values as List
  const wrong = (why: string): never => {
    throw new CelError(`cannot slice(${from}, ${to}), ${why}`)
  }
  if (from < 0n || to < 0n) wrong('negative indexes not supported')
  if (from > to) wrong('start index must be less than or equal to end index')
  if (BigInt(size) < to) wrong(`list is length ${size}`)
  return listOf([...(values as List)].slice(Number(from), Number(to)))
}

function flatten(values: Value, depth: Value = 1n): Value {
  if ((depth as bigint) < 0n) throw new CelError('level must be non-negative')
  return listOf(flat(values as List, depth as bigint))
}

const flat = (values: List, depth: bigint): Value[] =>
  [...values].flatMap(value => (value instanceof List && depth > 0n ? flat(value, depth - 1n) : [value]))

function sortBy(values: Value, by: Value): Value {
  const elements = [...(values as List)]
  const keys = [...(by as List)]
  if (elements.length !== keys.length)
    throw new CelError(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${elements.length} and ${keys.length} elements respectively`,
    )
  const [first] = keys
  if (first === undefined) return values
  if (!comparable.some(type => type.kind === typeOf(first).kind)) throw new CelError('list elements must be comparable')
  if (keys.some(key => typeOf(key).kind !== typeOf(first).kind))
    throw new CelError('list elements must have the same type')
  const order = keys.map((_, i) => i).sort((a, b) => compare(keys[a] as Value, keys[b] as Value))
  return listOf(order.map(i => elements[i] as Value))
}

function distinct(values: Value): Value {
  const kept: Value[] = []
  for (const value of values as List) if (!contains(listOf(kept), value)) kept.push(value)
  return listOf(kept)
}

const sorted = '@__sortBy_input__'

/** `target.sortBy(v, key)`: the target is made once, its keys beside it. */
function expandSortBy(call: MacroCall): Expansion {
  const { make, offset, args } = call
  const target = call.target as Expr
  if (target.kind === 'literal' || target.kind === 'map' || target.kind === 'struct')
    return {
      issue: {
        offset: target.offset,
        message: 'sortBy can only be applied to a list, identifier, comprehension, call or select expression',
      },
    }
  const variable = variableName(args[0] as Expr, 'argument is not an identifier')
  if (typeof variable !== 'string') return { issue: variable }
  const keys = make.fold(offset, {
    range: make.ident(offset, sorted),
    variable,
    accumulator,
    ...loops.collect(make, offset, args[1] as Expr),
  })
  return {
    expr: make.fold(offset, {
      range: make.list(offset, []),
      variable: '#unused',
      accumulator: sorted,
      init: target,
      condition: make.truth(offset, false),
      step: make.ident(offset, sorted),
      result: make.method(offset, make.ident(offset, sorted), '@sortByAssociatedKeys', keys),
    }),
  }
}

/** The language's own extension for lists. */
export const lists: Library = {
  macros: [{ name: 'sortBy', method: true, count: 2, expand: expandSortBy }],
  functions: {
    slice: [method('list_slice', [listA, int, int], listA, slice)],
    flatten: [
      method('list_flatten', [list(listA)], listA, flatten),
      method('list_flatten_int', [list(dyn), int], list(dyn), flatten),
    ],
    sort: comparable.map(type =>
      method(`list_${typeName(type)}_sort`, [list(type)], list(type), values => sortBy(values, values)),
    ),
    '@sortByAssociatedKeys': comparable.map(type =>
      method(`list_${typeName(type)}_sortByAssociatedKeys`, [listA, list(type)], listA, sortBy),
    ),
    'lists.range': [fn('lists_range', [int], list(int), range)],
    reverse: [method('list_reverse', [listA], listA, values => listOf([...(values as List)].reverse()))],
    distinct: [method('list_distinct', [listA], listA, distinct)],
  },
}
