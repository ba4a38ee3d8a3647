import type { Compiled } from '../compile.ts'
import type { Decl } from '../schema/declare.ts'
import type { Call, Expr, Fold } from '../syntax/ast.ts'
import { accumulator } from '../syntax/macros.ts'
import { type Type, unwrapOptional } from '../types.ts'
import { length, type Value } from '../values/value.ts'
import { type CallEstimate, estimateCall, type Node } from './estimateCall.ts'
import { around, exactly, plus, type Range, times, unbounded, unknown, zero } from './range.ts'
import { units } from './units.ts'

export type CostEstimate = Range

/** The most elements or characters of what stands under a path of variable, fields, `@items`, `@keys` and `@values`. */
export type Sizes = (path: readonly string[]) => number | undefined

/** Sizes of variables from their declarations. */
export function declaredSizes(variables: Readonly<Record<string, Decl>>): Sizes {
  return ([variable = '', ...path]) => {
    let at = Object.hasOwn(variables, variable) ? variables[variable] : undefined
    for (const name of path) {
      if (name === '@keys') return at?.type.kind === 'map' ? 0 : undefined
      at = name === '@items' || name === '@values' ? at?.element : at?.fields?.get(name)
      if (!at) return undefined
    }
    return at && (at.most ?? 0)
  }
}

interface Entries {
  readonly in: 'list' | 'map'
  readonly key: Range
  readonly value: Range
}

interface Local {
  readonly path: readonly string[]
  readonly size: Range | undefined
  readonly entries: Entries | undefined
}

/**
 * What an expression may cost at least and at most, before anything is known but sizes.
 * Follows cel-go's checker (Cost), whose results decide which rules are let in.
 */
export function estimateCost({ expr: root, checked }: Compiled, sizes: Sizes = () => undefined): CostEstimate {
  const paths = new Map<number, readonly string[]>()
  const known = new Map<number, Range>()
  const knownEntries = new Map<number, Entries>()
  const locals = new Map<string, Local[]>()

  const typeOf = (expr: Expr): Type => checked.types.get(expr.id) as Type
  const local = (name: string): Local | undefined => locals.get(name)?.at(-1)
  const push = (name: string, value: Local): void => {
    locals.set(name, [...(locals.get(name) ?? []), value])
  }
  const pop = (name: string): void => {
    locals.get(name)?.pop()
  }
  const pathOf = (expr: Expr): readonly string[] =>
    (expr.kind === 'ident' ? local(expr.name)?.path : undefined) ?? paths.get(expr.id) ?? []

  const sizeOf = (expr: Expr): Range | undefined => {
    const before = known.get(expr.id) ?? literalSize(expr)
    if (before) return before
    const most = named(pathOf(expr))
    if (most) {
      known.set(expr.id, most)
      return most
    }
    if (isScalar(typeOf(expr))) return exactly(1)
    return expr.kind === 'ident' ? local(expr.name)?.size : undefined
  }
  const named = (path: readonly string[]): Range | undefined => {
    const most = path.length ? sizes(path) : undefined
    return most === undefined ? undefined : { min: 0, max: most }
  }
  const entriesOf = (expr: Expr): Entries | undefined =>
    knownEntries.get(expr.id) ?? (expr.kind === 'ident' ? local(expr.name)?.entries : undefined)
  const setSize = (expr: Expr, size: Range | undefined): void => {
    if (size) known.set(expr.id, size)
  }
  const setEntries = (expr: Expr, entries: Entries | undefined): void => {
    if (entries) knownEntries.set(expr.id, entries)
  }
  const node = (expr: Expr): Node => {
    const path = pathOf(expr)
    const reachable = path[0] === accumulator ? [] : path
    return {
      type: typeOf(expr),
      size: sizeOf(expr),
      literal: expr.kind === 'literal' ? expr.value : undefined,
      element: elementSize(reachable),
    }
  }
  const elementSize = (path: readonly string[]): Range | undefined =>
    path.length ? named([...path, '@items']) : undefined

  const call = (expr: Call): Range => {
    const resolved = checked.calls.get(expr.id)
    if (resolved?.name === 'dyn') {
      const [arg] = expr.args as [Expr]
      const argCost = cost(arg)
      setSize(expr, sizeOf(arg))
      setEntries(expr, entriesOf(arg))
      return plus(exactly(1), argCost)
    }
    const argCosts = expr.args.map(cost)
    const args = expr.args.map(node)
    if (expr.name === '_?._') return plus(exactly(1), ...argCosts)
    if (!resolved?.overloads.length) return zero
    const target = resolved.method ? expr.target : undefined
    const targetCost = target ? cost(target) : zero
    const targetNode = target && node(target)
    let total: Range = { min: unbounded, max: 0 }
    let result: Range | undefined
    for (const { id } of resolved.overloads) {
      const estimate =
        special(expr, id, args, argCosts) ?? withArgs(estimateCall(resolved.name, id, targetNode, args), argCosts)
      total = around(total, estimate.cost)
      if (estimate.size) result = result ? around(result, estimate.size) : estimate.size
      if (id === 'index_list' || id === 'index_map') {
        const container = expr.args[0] as Expr
        result = entriesOf(container)?.value
        paths.set(expr.id, [...pathOf(container), id === 'index_list' ? '@items' : '@values'])
      }
      result ??= sizeOf(expr)
    }
    setSize(expr, result)
    return plus(targetCost, total)
  }

  /** Forms whose arguments are not all evaluated, or whose entries are known. */
  const special = (
    expr: Call,
    id: string,
    args: readonly Node[],
    costs: readonly Range[],
  ): CallEstimate | undefined => {
    const [first, second, third] = costs as [Range, Range, Range]
    const [a, b, c] = expr.args as [Expr, Expr, Expr]
    switch (id) {
      case 'logical_or':
      case 'logical_and':
        return { cost: { min: first.min, max: plus(first, second).max } }
      case 'conditional':
        setEntries(expr, bothEntries(entriesOf(b), entriesOf(c)))
        return {
          cost: plus(first, around(second, third)),
          size: around(args[1]?.size ?? unknown, args[2]?.size ?? unknown),
        }
      case 'add_list':
      case 'add_string':
      case 'add_bytes':
        setEntries(expr, bothEntries(entriesOf(a), entriesOf(b)))
        return undefined
      default:
        return undefined
    }
  }

  const fold = (expr: Fold): Range => {
    if (isBinding(expr)) {
      const before = plus(cost(expr.range), cost(expr.init))
      push(expr.accumulator, { path: pathOf(expr.init), size: sizeOf(expr.init), entries: entriesOf(expr.init) })
      const after = cost(expr.result)
      pop(expr.accumulator)
      setSize(expr, sizeOf(expr.result))
      setEntries(expr, entriesOf(expr.result))
      return plus(before, after)
    }
    const before = plus(cost(expr.range), cost(expr.init))
    push(expr.accumulator, { path: pathOf(expr.init), size: sizeOf(expr.init), entries: entriesOf(expr.init) })
    const entries = entriesOf(expr.range)
    const kind = entries?.in ?? typeOf(expr.range).kind
    const path = pathOf(expr.range)
    const variable = (part: 'key' | 'value'): Local => ({
      path: [
        ...path,
        kind === 'list' ? (part === 'key' ? '@indices' : '@items') : part === 'key' ? '@keys' : '@values',
      ],
      size: entries?.[part],
      entries: undefined,
    })
    if (expr.second !== undefined) {
      push(expr.variable, variable('key'))
      push(expr.second, variable('value'))
    } else push(expr.variable, variable(kind === 'list' ? 'value' : 'key'))
    const each = plus(cost(expr.condition), cost(expr.step))
    pop(expr.variable)
    if (expr.second !== undefined) pop(expr.second)
    const after = cost(expr.result)
    pop(expr.accumulator)
    const count = sizeOf(expr.range) ?? unknown
    if (expr.init.kind === 'literal') setSize(expr, sizeOf(expr.init))
    else if (expr.init.kind === 'list' || expr.init.kind === 'map') {
      setSize(expr, count)
      setEntries(expr, entriesOf(expr.step))
    }
    return plus(before, after, times(count, each))
  }

  const collection = (expr: Expr, parts: readonly { key?: Expr; value: Expr }[], base: number): Range => {
    let total = exactly(base)
    const start: Range = parts.length ? { min: unbounded, max: 0 } : zero
    let key = start
    let value = start
    for (const part of parts) {
      if (part.key) {
        total = plus(total, cost(part.key))
      }
      total = plus(total, cost(part.value))
      if (part.key) key = around(key, sizeOf(part.key) ?? unknown)
      value = around(value, sizeOf(part.value) ?? unknown)
    }
    setEntries(expr, { in: expr.kind === 'map' ? 'map' : 'list', key: expr.kind === 'map' ? key : exactly(1), value })
    return total
  }

  const cost = (expr: Expr): Range => {
    switch (expr.kind) {
      case 'literal':
        return zero
      case 'ident':
        paths.set(expr.id, local(expr.name)?.path ?? [expr.name])
        return exactly(units.select)
      case 'select': {
        const name = checked.names.get(expr.id)
        if (name !== undefined) {
          paths.set(expr.id, [name])
          return exactly(units.select)
        }
        const operand = cost(expr.operand)
        if (expr.test) return operand
        const { kind } = typeOf(expr.operand)
        paths.set(expr.id, [...pathOf(expr.operand), expr.field])
        return kind === 'map' || kind === 'struct' || kind === 'param' ? plus(operand, exactly(units.select)) : operand
      }
      case 'call':
        return call(expr)
      case 'list':
        return collection(
          expr,
          expr.elements.map(value => ({ value })),
          units.list,
        )
      case 'map':
        return collection(expr, expr.entries, units.map)
      case 'struct':
        return plus(exactly(units.struct), ...expr.fields.map(({ value }) => cost(value)))
      case 'fold':
        return fold(expr)
    }
  }
  return cost(root)
}

const withArgs = ({ cost, size }: CallEstimate, args: readonly Range[]): CallEstimate => ({
  cost: plus(cost, ...args),
  ...(size ? { size } : {}),
})

const bothEntries = (a: Entries | undefined, b: Entries | undefined): Entries | undefined =>
  a && b ? { in: a.in, key: around(a.key, b.key), value: around(a.value, b.value) } : undefined

/** A loop over nothing that only names a value. */
const isBinding = ({ range, condition, accumulator: name }: Fold): boolean =>
  range.kind === 'list' &&
  range.elements.length === 0 &&
  condition.kind === 'literal' &&
  condition.value === false &&
  name !== accumulator

function literalSize(expr: Expr): Range | undefined {
  if (expr.kind === 'list') return exactly(expr.elements.length)
  if (expr.kind === 'map') return exactly(expr.entries.length)
  return expr.kind === 'literal' ? exactly(valueSize(expr.value)) : undefined
}

const valueSize = (value: Value): number =>
  typeof value === 'string' ? length(value) : value instanceof Uint8Array ? value.length : 1

function isScalar(type: Type): boolean {
  const inner = unwrapOptional(type)
  if (inner) return isScalar(inner)
  return ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'].includes(type.kind)
}
