import type { Overload } from '../check/environment.ts'
import { callCost } from '../cost/actual.ts'
import type { Call } from '../syntax/ast.ts'
import { type Type, typeName } from '../types.ts'
import { plainKey } from '../values/collections.ts'
import { CelError, CostExceeded, type List, Optional, typeOf, Uint, type Value } from '../values/value.ts'
import { type Planned, spend } from './frame.ts'
import { constant, type Planning } from './planner.ts'

/** Functions with one implementation for all forms: upstream names them without arguments. */
const singletons: ReadonlySet<string> = new Set(['size', 'matches', 'sort', 'type', 'dyn'])

const conversions: ReadonlySet<string> = new Set(
  'bool bytes double duration dyn int string timestamp type uint'.split(' '),
)

/** A call of a function; the operators with rules of their own are not among them. */
export function planCall(planning: Planning, expr: Call): Planned {
  const resolved = planning.checked.calls.get(expr.id)
  if (!resolved) throw new CelError(`no such overload: ${expr.name}`)
  const { overloads, name } = resolved
  const args = (resolved.method && expr.target ? [expr.target, ...expr.args] : expr.args).map(planning.plan)
  const only = overloads.length === 1 ? overloads[0] : undefined
  const [first, second] = args as [Planned, Planned]

  if (name === '@not_strictly_false') return notStrictlyFalse(first)
  if (name === 'or' || name === 'orValue') {
    if (args.length === 2 && overloads.every(each => each.id.startsWith('optional_')))
      return fallback(name, first, second)
  }
  const id = only?.id ?? ''
  if (id === 'in_list' && second.constant) {
    const members = memberKeys(second.constant.value as List)
    if (members) return membership(first, members)
  }
  const call = dispatch(name, overloads, second?.constant)
  if (conversions.has(name) && args.length === 1 && first.constant) return constant(call([first.constant.value]))
  const steps = args.map(arg => arg.run)
  return {
    run(frame) {
      const values: Value[] = []
      let failed: CelError | undefined
      for (const step of steps) {
        try {
          values.push(step(frame))
        } catch (error) {
          // The others are evaluated all the same, and the call costs what it would.
          if (!(error instanceof CelError)) throw error
          failed ??= error
          values.push(null)
        }
      }
      if (failed) {
        spend(frame, callCost(name, id, values, undefined))
        throw failed
      }
      let result: Value | undefined
      try {
        result = call(values)
        return result
      } finally {
        spend(frame, callCost(name, id, values, result))
      }
    },
  }
}

/** Picks the form that takes these values, and calls it. */
function dispatch(
  name: string,
  overloads: readonly Overload[],
  literal: { readonly value: Value } | undefined,
): (values: Value[]) => Value {
  const forms = overloads.map(overload => ({
    args: overload.args,
    call: literal && overload.prepare ? overload.prepare(literal.value) : overload.call,
  }))
  const operator = name.includes('_') && !/^[a-zA-Z]/.test(name)
  return values => {
    for (const { args, call } of forms) {
      if (args.length === values.length && args.every((type, i) => accepts(type, values[i] as Value)))
        return call(...values)
    }
    const given = values.map(value => typeName(typeOf(value))).join(', ')
    if (operator) throw new CelError('no such overload')
    throw new CelError(`no such overload: ${singletons.has(name) ? name : `${name}(${given})`}`)
  }
}

/** Whether a value may be given where the type is wanted: what is inside lists and maps is not looked at. */
export function accepts(wanted: Type, value: Value): boolean {
  if (wanted.kind === 'param' || wanted.kind === 'dyn') return true
  const given = typeOf(value)
  if (given.kind !== wanted.kind) return false
  return wanted.kind === 'struct' || wanted.kind === 'opaque' ? typeName(given) === typeName(wanted) : true
}

function notStrictlyFalse(arg: Planned): Planned {
  return {
    run(frame) {
      let value: Value = true
      try {
        value = arg.run(frame)
      } catch (error) {
        if (error instanceof CostExceeded || !(error instanceof CelError)) throw error
      }
      spend(frame, 1)
      return value !== false
    },
  }
}

/** `or` and `orValue`: what is on the right is looked at only if nothing is on the left. */
function fallback(name: string, left: Planned, right: Planned): Planned {
  return {
    run(frame) {
      const given = left.run(frame)
      if (!(given instanceof Optional)) throw new CelError(`no such overload: ${name}`)
      if (given.value === undefined) return right.run(frame)
      return name === 'or' ? given : given.value
    },
  }
}

/** The elements of a constant list that membership can be looked up in, numbers by what they are worth. */
function memberKeys(list: List): ReadonlySet<unknown> | undefined {
  const keys = new Set<unknown>()
  for (const element of list) {
    const scalar = element === null || typeof element !== 'object' || element instanceof Uint
    if (!scalar) return undefined
    keys.add(memberKey(element))
  }
  return keys
}

const memberKey = (value: Value): unknown => plainKey(value) ?? value

function membership(wanted: Planned, members: ReadonlySet<unknown>): Planned {
  if (!members.size) return constant(false)
  return { run: frame => members.has(memberKey(wanted.run(frame))) }
}
