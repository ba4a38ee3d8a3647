import type { Type } from '../types.ts'
import type { Value } from '../values/value.ts'

interface Node {
  /** Unique in its expression: what types and costs are kept by. */
  readonly id: number
  /** Where messages point to, in code points. */
  readonly offset: number
}

export type Literal = Node & { readonly kind: 'literal'; readonly value: Value; readonly type: Type }
export type Ident = Node & { readonly kind: 'ident'; readonly name: string }
/** `operand.field`; a test asks whether it is there. */
export type Select = Node & {
  readonly kind: 'select'
  readonly operand: Expr
  readonly field: string
  readonly test: boolean
}
export type Call = Node & {
  readonly kind: 'call'
  readonly name: string
  readonly target?: Expr
  readonly args: readonly Expr[]
}
export type ListExpr = Node & {
  readonly kind: 'list'
  readonly elements: readonly Expr[]
  readonly optional: ReadonlySet<number>
}
export interface Entry {
  readonly offset: number
  readonly key: Expr
  readonly value: Expr
  readonly optional: boolean
}
export type MapExpr = Node & { readonly kind: 'map'; readonly entries: readonly Entry[] }
export interface Initializer {
  readonly offset: number
  readonly field: string
  readonly value: Expr
  readonly optional: boolean
}
export type StructExpr = Node & {
  readonly kind: 'struct'
  readonly name: string
  readonly fields: readonly Initializer[]
}
/** What the macros over lists and maps become: a loop that carries one value along. */
export type Fold = Node & {
  readonly kind: 'fold'
  readonly range: Expr
  readonly variable: string
  readonly second?: string
  readonly accumulator: string
  readonly init: Expr
  readonly condition: Expr
  readonly step: Expr
  readonly result: Expr
}

/** The tree of an expression, macros already expanded. Operators are calls: `_+_`, `_&&_`, `_[_]`. */
export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | StructExpr | Fold

/** `a.b.c` as one name, when the tree is nothing else. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name
  if (expr.kind !== 'select' || expr.test) return undefined
  const prefix = qualifiedName(expr.operand)
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`
}
