import { type Expr, qualifiedName } from '../syntax/ast.ts'
import type { Issue } from '../syntax/source.ts'
import { bool, dyn, errorType, formatType, isDyn, list, map, optional, type Type, unwrapOptional } from '../types.ts'
import { assign, type Bindings, mostGeneral, signature, substitute } from './bindings.ts'
import type { Environment, Overload } from './environment.ts'
import { checkFold } from './folds.ts'
import { type Resolution, resolveOverloads } from './overloads.ts'
import { checkStruct } from './structs.ts'

/** What a checked tree means. Kept by the ids of its nodes. */
export interface Checked {
  readonly types: ReadonlyMap<number, Type>
  /** Of calls: the forms that may be meant, and the name, target and arguments they go by. */
  readonly calls: ReadonlyMap<number, ResolvedCall>
  /** Of selections that are one qualified name: the variable. */
  readonly names: ReadonlyMap<number, string>
}

export interface ResolvedCall {
  readonly overloads: readonly Overload[]
  readonly name: string
  /** False when `a.b(c)` turned out to be the function `a.b`. */
  readonly method: boolean
}

/** What the parts of the checker share while they walk one tree. */
export interface Checking {
  readonly env: Environment
  check(expr: Expr): Type
  report(offset: number, message: string): void
  /** Whether `from` may be used as `to`; notes what parameters stand for then. */
  assignable(from: Type, to: Type): boolean
  typeOf(expr: Expr): Type
  freshType(): Type
  resolve(type: Type): Type
  scoped<T>(variables: ReadonlyMap<string, Type>, inside: () => T): T
}

/** Gives every node its type, or says what does not go together. */
export function check(root: Expr, env: Environment): { checked: Checked; issues: readonly Issue[] } {
  const types = new Map<number, Type>()
  const calls = new Map<number, ResolvedCall>()
  const names = new Map<number, string>()
  const issues: Issue[] = []
  const scopes: ReadonlyMap<string, Type>[] = []
  let bindings: Bindings = new Map()
  let fresh = 0

  const report = (offset: number, message: string): void => {
    issues.push({ offset, message })
  }
  const undeclared = (offset: number, name: string): Type => {
    report(offset, `undeclared reference to '${name}' (in container '')`)
    return errorType
  }
  const typeOf = (expr: Expr): Type => types.get(expr.id) as Type
  const resolve = (type: Type): Type => substitute(bindings, type, false)
  const assignAll = (from: readonly Type[], to: readonly Type[]): boolean => {
    const after = assign(bindings, from, to)
    if (after) bindings = after
    return after !== undefined
  }
  const lookup = (name: string): Type | undefined => {
    if (name.startsWith('.')) return env.variable(name.slice(1))
    for (let i = scopes.length - 1; i >= 0; i--) {
      const found = scopes[i]?.get(name)
      if (found) return found
    }
    return env.variable(name)
  }
  const functions = (name: string): readonly Overload[] | undefined =>
    env.functions(name.startsWith('.') ? name.slice(1) : name)

  const select = (operand: Expr, field: string, offset: number, asOptional: boolean): Type => {
    const given = resolve(checkOne(operand))
    const inner = unwrapOptional(given)
    const target = inner ?? given
    let result: Type = errorType
    if (target.kind === 'map') result = target.value
    else if (target.kind === 'struct') {
      const found = target.field(field)
      if (found) result = found
      else report(offset, `undefined field '${field}'`)
    } else {
      if (target.kind === 'param') assignAll([dyn], [target])
      else if (target.kind !== 'dyn' && target.kind !== 'error')
        report(offset, `type '${formatType(target)}' does not support field selection`)
      result = dyn
    }
    return inner || asOptional ? optional(result) : result
  }

  const selection = (expr: Expr & { kind: 'select' }): Type => {
    const name = qualifiedName(expr)
    const variable = name === undefined ? undefined : lookup(name)
    if (variable) {
      names.set(expr.id, name as string)
      return variable
    }
    const result = select(expr.operand, expr.field, expr.offset, false)
    return expr.test ? bool : resolve(result)
  }

  const call = (expr: Expr & { kind: 'call' }): Type => {
    if (expr.name === '_?._') {
      const [operand, field] = expr.args as [Expr, Expr]
      checkOne(field)
      calls.set(expr.id, { overloads: [], name: expr.name, method: false })
      return resolve(select(operand, field.kind === 'literal' ? String(field.value) : '', expr.offset, true))
    }
    for (const arg of expr.args) checkOne(arg)
    const { target } = expr
    if (!target) return resolved(expr, expr.name, functions(expr.name), undefined)
    const prefix = qualifiedName(target)
    const namespaced = prefix === undefined ? undefined : functions(`${prefix}.${expr.name}`)
    if (namespaced) return resolved(expr, `${prefix}.${expr.name}`, namespaced, undefined)
    checkOne(target)
    return resolved(expr, expr.name, functions(expr.name), target)
  }

  const resolved = (
    expr: Expr & { kind: 'call' },
    name: string,
    overloads: readonly Overload[] | undefined,
    target: Expr | undefined,
  ): Type => {
    if (!overloads) return undeclared(expr.offset, name)
    const args = target ? [target, ...expr.args] : expr.args
    const result: Resolution | undefined = resolveOverloads(overloads, name, args, target !== undefined, {
      ...checking,
      assignAll,
    })
    if (!result) {
      if (name !== '_&&_' && name !== '_||_') {
        const given = args.map(arg => substitute(bindings, typeOf(arg), true))
        report(
          expr.offset,
          `found no matching overload for '${name}' applied to '${signature(given, target !== undefined)}'`,
        )
      }
      return errorType
    }
    calls.set(expr.id, { overloads: result.overloads, name, method: target !== undefined })
    return result.type
  }

  const join = (before: Type | undefined, next: Type): Type => {
    if (!before) return next
    if (assignAll([before], [next])) return mostGeneral(before, next)
    return dyn
  }

  const optionalElement = (at: Expr, type: Type): Type => {
    const inner = unwrapOptional(type)
    if (inner) return inner
    if (!isDyn(type)) report(at.offset, `expected type '${formatType(optional(type))}' but found '${formatType(type)}'`)
    return type
  }

  const listing = (expr: Expr & { kind: 'list' }): Type => {
    let element: Type | undefined
    expr.elements.forEach((each, i) => {
      const type = checkOne(each)
      element = join(element, expr.optional.has(i) ? optionalElement(each, type) : type)
    })
    return list(element ?? checking.freshType())
  }

  const mapping = (expr: Expr & { kind: 'map' }): Type => {
    let key: Type | undefined
    let value: Type | undefined
    for (const entry of expr.entries) {
      key = join(key, checkOne(entry.key))
      const type = checkOne(entry.value)
      value = join(value, entry.optional ? optionalElement(entry.value, type) : type)
    }
    return map(key ?? checking.freshType(), value ?? checking.freshType())
  }

  const typed = (expr: Expr): Type => {
    switch (expr.kind) {
      case 'literal':
        return expr.type
      case 'ident':
        return lookup(expr.name) ?? undeclared(expr.offset, expr.name)
      case 'select':
        return selection(expr)
      case 'call':
        return call(expr)
      case 'list':
        return listing(expr)
      case 'map':
        return mapping(expr)
      case 'struct':
        return checkStruct(checking, expr)
      case 'fold':
        return checkFold(checking, expr)
    }
  }

  const checkOne = (expr: Expr): Type => {
    const type = typed(expr)
    types.set(expr.id, type)
    return type
  }

  const checking: Checking = {
    env,
    check: checkOne,
    report,
    assignable: (from, to) => assignAll([from], [to]),
    typeOf,
    freshType: () => ({ kind: 'param', name: `_var${fresh++}` }),
    resolve,
    scoped(variables, inside) {
      scopes.push(variables)
      const result = inside()
      scopes.pop()
      return result
    },
  }

  checkOne(root)
  for (const [id, type] of types) types.set(id, substitute(bindings, type, true))
  return { checked: { types, calls, names }, issues }
}
