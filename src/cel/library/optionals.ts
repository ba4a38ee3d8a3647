import { A, B, fn, type Library, method } from '../check/environment.ts'
import type { Expr } from '../syntax/ast.ts'
import type { Expansion, Macro, MacroCall } from '../syntax/macros.ts'
import { bool, dyn, int, list, map, opaque, optional, string } from '../types.ts'
import { listOf } from '../values/collections.ts'
import { CelError, Duration, List, Mapping, none, Optional, Timestamp, Uint, type Value } from '../values/value.ts'

const own = (): never => {
  throw new Error('the interpreter carries this out itself')
}

const optionalA = optional(A)
const listA = list(A)

/** Whether a value says nothing: zero, empty, null. */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === '') return true
  if (value instanceof Uint) return value.value === 0n
  if (value instanceof Duration) return value.nanos === 0n
  if (value instanceof Timestamp) return value.nanos === -62135596800n * 1_000_000_000n
  if (value instanceof Uint8Array) return value.length === 0
  if (value instanceof List || value instanceof Mapping) return value.size === 0
  return value instanceof Optional && (value.value === undefined || isZero(value.value))
}

function inside(value: Value): Value {
  if (value instanceof Optional && value.value !== undefined) return value.value
  throw new CelError('optional.none() dereference')
}

const unwrapped = (values: Value): Value =>
  listOf(
    [...(values as List)].flatMap(value => {
      if (!(value instanceof Optional)) throw new CelError('value is not optional')
      return value.value === undefined ? [] : [value.value]
    }),
  )

const end = (values: Value, position: (size: number) => number): Value => {
  const { size } = values as List
  return size ? new Optional((values as List).at(position(size))) : none
}

/** `target.optMap(v, e)`: `e` of what is inside, if anything is. */
const mapping = (name: string, wrap: (call: MacroCall, bound: Expr) => Expr): Macro => ({
  name,
  method: true,
  count: 2,
  expand(call): Expansion {
    const { make, offset, args } = call
    const target = call.target as Expr
    const [variable, result] = args as [Expr, Expr]
    if (variable.kind !== 'ident')
      return { issue: { offset: variable.offset, message: `${name}() variable name must be a simple identifier` } }
    const bound = make.fold(offset, {
      range: make.list(offset, []),
      variable: '#unused',
      accumulator: variable.name,
      init: make.method(offset, target, 'value'),
      condition: make.truth(offset, false),
      step: make.ident(offset, variable.name),
      result,
    })
    const given = make.method(offset, target, 'hasValue')
    return { expr: make.call(offset, '_?_:_', given, wrap(call, bound), make.call(offset, 'optional.none')) }
  },
})

/** Values that may not be there: `optional.of(x)`, `a.?b`, `a[?i]`. */
export const optionals: Library = {
  types: { optional_type: opaque('optional_type', dyn) },
  macros: [
    mapping('optMap', ({ make, offset }, bound) => make.call(offset, 'optional.of', bound)),
    mapping('optFlatMap', (_, bound) => bound),
  ],
  functions: {
    'optional.of': [fn('optional_of', [A], optionalA, value => new Optional(value))],
    'optional.ofNonZeroValue': [
      fn('optional_ofNonZeroValue', [A], optionalA, value => (isZero(value) ? none : new Optional(value))),
    ],
    'optional.none': [fn('optional_none', [], optionalA, () => none)],
    value: [method('optional_value', [optionalA], A, inside)],
    hasValue: [method('optional_hasValue', [optionalA], bool, value => (value as Optional).value !== undefined)],
    or: [method('optional_or_optional', [optionalA, optionalA], optionalA, own)],
    orValue: [method('optional_orValue_value', [optionalA, A], A, own)],
    '_?._': [fn('select_optional_field', [dyn, string], optionalA, own)],
    '_[?_]': [
      fn('list_optindex_optional_int', [listA, int], optionalA, own),
      fn('optional_list_optindex_optional_int', [optional(listA), int], optionalA, own),
      fn('map_optindex_optional_value', [map(A, B), A], optional(B), own),
      fn('optional_map_optindex_optional_value', [optional(map(A, B)), A], optional(B), own),
    ],
    '_[_]': [
      fn('optional_list_index_int', [optional(listA), int], optionalA, own),
      fn('optional_map_index_value', [optional(map(A, B)), A], optional(B), own),
    ],
    last: [method('list_last', [listA], optionalA, values => end(values, size => size - 1))],
    first: [method('list_first', [listA], optionalA, values => end(values, () => 0))],
    'optional.unwrap': [fn('optional_unwrap', [list(optionalA)], listA, unwrapped)],
    unwrapOpt: [method('optional_unwrapOpt', [list(optionalA)], listA, unwrapped)],
  },
}
