import { bool, int, nullType, string, type Type } from '../types.ts'
import type { Value } from '../values/value.ts'
import type { Call, Entry, Expr, Fold, Ident, ListExpr, Literal, MapExpr, Select } from './ast.ts'

/** Makes nodes, each with an id of its own. */
export interface Factory {
  literal(offset: number, value: Value, type: Type): Literal
  truth(offset: number, value: boolean): Literal
  integer(offset: number, value: bigint): Literal
  text(offset: number, value: string): Literal
  nothing(offset: number): Literal
  ident(offset: number, name: string): Ident
  select(offset: number, operand: Expr, field: string, test?: boolean): Select
  call(offset: number, name: string, ...args: Expr[]): Call
  method(offset: number, target: Expr, name: string, ...args: Expr[]): Call
  list(offset: number, elements: readonly Expr[], optional?: ReadonlySet<number>): ListExpr
  map(offset: number, entries: readonly Entry[]): MapExpr
  fold(offset: number, parts: Omit<Fold, 'id' | 'offset' | 'kind'>): Fold
  id(): number
}

const none: ReadonlySet<number> = new Set()

export function factory(): Factory {
  let last = 0
  const id = (): number => ++last
  const literal = (offset: number, value: Value, type: Type): Literal => ({
    kind: 'literal',
    id: id(),
    offset,
    value,
    type,
  })
  return {
    id,
    literal,
    truth: (offset, value) => literal(offset, value, bool),
    integer: (offset, value) => literal(offset, value, int),
    text: (offset, value) => literal(offset, value, string),
    nothing: offset => literal(offset, null, nullType),
    ident: (offset, name) => ({ kind: 'ident', id: id(), offset, name }),
    select: (offset, operand, field, test = false) => ({ kind: 'select', id: id(), offset, operand, field, test }),
    call: (offset, name, ...args) => ({ kind: 'call', id: id(), offset, name, args }),
    method: (offset, target, name, ...args) => ({ kind: 'call', id: id(), offset, name, target, args }),
    list: (offset, elements, optional = none) => ({ kind: 'list', id: id(), offset, elements, optional }),
    map: (offset, entries) => ({ kind: 'map', id: id(), offset, entries }),
    fold: (offset, parts) => ({ ...parts, kind: 'fold', id: id(), offset }),
  }
}
