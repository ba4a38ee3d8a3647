import type { Expr } from '../syntax/ast.ts'
import { bool, errorType, formatType, isDyn, parameters, sameType, type Type } from '../types.ts'
import { type Bindings, substitute } from './bindings.ts'
import type { Checking } from './checker.ts'
import type { Overload } from './environment.ts'

/** The forms of a function that a call may mean, and the type of its result. */
export interface Resolution {
  readonly overloads: readonly Overload[]
  readonly type: Type
}

/** Finds the forms that take these arguments. `undefined`: none does. */
export function resolveOverloads(
  overloads: readonly Overload[],
  name: string,
  args: readonly Expr[],
  method: boolean,
  checking: Checking & { assignAll(from: readonly Type[], to: readonly Type[]): boolean },
): Resolution | undefined {
  if (name === '_&&_' || name === '_||_') return logical(overloads, args, checking)
  const given = args.map(checking.typeOf)
  const found: Overload[] = []
  let result: Type | undefined
  for (const overload of overloads) {
    if (overload.method !== method) continue
    const { wanted, gives } = instantiate(overload, checking.freshType)
    if (!checking.assignAll(given, wanted)) continue
    found.push(overload)
    const type = checking.resolve(gives)
    if (!result) result = type
    else if (!isDyn(result) && !sameType(type, result)) result = { kind: 'dyn' }
  }
  return result ? { overloads: found, type: result } : undefined
}

/** Logical operators take anything that may be a bool, and say of each argument that is none. */
function logical(overloads: readonly Overload[], args: readonly Expr[], checking: Checking): Resolution | undefined {
  let wrong = false
  for (const arg of args) {
    const type = checking.typeOf(arg)
    if (checking.assignable(type, bool)) continue
    checking.report(arg.offset, `expected type 'bool' but found '${formatType(type)}'`)
    wrong = true
  }
  return wrong ? undefined : { overloads, type: bool }
}

/** The types of a form, with parameters that no other call shares. */
function instantiate(overload: Overload, fresh: () => Type): { wanted: readonly Type[]; gives: Type } {
  const names = new Set<string>()
  const collect = (type: Type): void => {
    if (type.kind === 'param') names.add(type.name)
    parameters(type).forEach(collect)
  }
  overload.args.forEach(collect)
  collect(overload.result)
  if (!names.size) return { wanted: overload.args, gives: overload.result }
  const bindings: Bindings = new Map([...names].map(name => [name, fresh()]))
  return {
    wanted: overload.args.map(type => substitute(bindings, type, false)),
    gives: substitute(bindings, overload.result ?? errorType, false),
  }
}
