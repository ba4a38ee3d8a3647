import type { Checked } from '../check/checker.ts'
import type { Environment } from '../check/environment.ts'
import { units } from '../cost/units.ts'
import type { Call, Expr, Select } from '../syntax/ast.ts'
import { find } from '../values/arithmetic.ts'
import { shown } from '../values/collections.ts'
import { CelError, CostExceeded, Mapping, none, Optional, TypeValue, type Value } from '../values/value.ts'
import { planCall } from './calls.ts'
import { planFold } from './folds.ts'
import { type Planned, type Step, spend } from './frame.ts'
import { planList, planMap, planStruct } from './literals.ts'

/** What the planners of single forms share. */
export interface Planning {
  readonly env: Environment
  readonly checked: Checked
  plan(expr: Expr): Planned
}

/** Turns a checked tree into closures. Throws a CelError for what can only fail, such as `int('a')`. */
export function plan(root: Expr, env: Environment, checked: Checked): Step {
  const planning: Planning = { env, checked, plan: planOne }
  function planOne(expr: Expr): Planned {
    switch (expr.kind) {
      case 'literal':
        return constant(expr.value)
      case 'ident':
        return variable(planning, expr.id, expr.name)
      case 'select':
        return selection(planning, expr)
      case 'call':
        return callOf(planning, expr)
      case 'list':
        return planList(planning, expr)
      case 'map':
        return planMap(planning, expr)
      case 'struct':
        return planStruct(planning, expr)
      case 'fold':
        return planFold(planning, expr)
    }
  }
  return planOne(root).run
}

export const constant = (value: Value): Planned => ({ run: () => value, constant: { value } })

/** An attribute out of the step that finds its value. */
export const attribute = (raw: Step, choice = false): Planned => ({
  run: choice
    ? raw
    : frame => {
        try {
          return raw(frame)
        } finally {
          spend(frame, units.select)
        }
      },
  attribute: { raw, choice },
})

function variable({ checked, env }: Planning, id: number, name: string): Planned {
  const type = checked.types.get(id)
  const plain = name.startsWith('.') ? name.slice(1) : name
  const declared = env.variable(plain)
  if (type?.kind === 'type' && declared?.kind === 'type' && declared.of) return constant(new TypeValue(declared.of))
  return attribute(frame => {
    const value = frame.lookup(plain)
    if (value === undefined) throw new CelError(`no such attribute(s): ${plain}`)
    return value
  })
}

/** The step whose value a qualifier is applied to, and whether that value is a choice. */
export const operandOf = (operand: Planned): { raw: Step; choice: boolean } =>
  operand.attribute ?? { raw: operand.run, choice: false }

function selection(planning: Planning, expr: Select): Planned {
  const name = planning.checked.names.get(expr.id)
  if (name !== undefined) return variable(planning, expr.id, name)
  const { raw, choice } = operandOf(planning.plan(expr.operand))
  if (expr.test) {
    const present: Step = frame => {
      const target = raw(frame)
      spend(frame, units.select)
      return has(target, expr.field)
    }
    return { run: present, attribute: { raw: present, choice: true } }
  }
  return attribute(
    qualify(raw, () => expr.field),
    choice,
  )
}

/** Applies a field, index or key; on an optional, to what is inside. */
export const qualify =
  (raw: Step, key: Step): Step =>
  frame => {
    const target = raw(frame)
    const wanted = key(frame)
    spend(frame, units.select)
    if (target instanceof Optional) return optionally(target, wanted)
    const found = find(target, wanted)
    if (found !== undefined) return found
    throw new CelError(
      target instanceof Mapping ? `no such key: ${shown(wanted)}` : `index out of bounds: ${shown(wanted)}`,
    )
  }

/** The same where nothing is found is no error. Costs only where something is. */
export const qualifyOptional =
  (raw: Step, key: Step): Step =>
  frame => {
    const target = raw(frame)
    const found = optionally(target, key(frame))
    if (found.value !== undefined) spend(frame, units.select)
    return found
  }

function optionally(target: Value, key: Value): Optional {
  const inner = target instanceof Optional ? target.value : target
  if (inner === undefined) return none
  const found = find(inner, key)
  return found === undefined ? none : new Optional(found)
}

function has(target: Value, field: string): boolean {
  if (target instanceof Optional) return target.value !== undefined && has(target.value, field)
  if (target instanceof Mapping) return target.get(field) !== undefined
  throw new CelError(`no such key: ${field}`)
}

function callOf(planning: Planning, expr: Call): Planned {
  const { plan } = planning
  switch (expr.name) {
    case '_?_:_': {
      const [condition, then, otherwise] = expr.args.map(plan) as [Planned, Planned, Planned]
      const yes = operandOf(then).raw
      const no = operandOf(otherwise).raw
      return attribute(frame => (truth(condition.run(frame)) ? yes : no)(frame), true)
    }
    case '_&&_':
      return planJunction(expr.args.map(plan), false)
    case '_||_':
      return planJunction(expr.args.map(plan), true)
    case '_[_]':
    case '_?._':
    case '_[?_]': {
      const [target, key] = expr.args.map(plan) as [Planned, Planned]
      const { raw, choice } = operandOf(target)
      const qualified = expr.name === '_[_]' ? qualify : qualifyOptional
      return attribute(qualified(raw, operandOf(key).raw), choice)
    }
    default:
      return planCall(planning, expr)
  }
}

export function truth(value: Value): boolean {
  if (typeof value !== 'boolean') throw new CelError('no such overload')
  return value
}

/** `&&` and `||`: one deciding term outweighs the errors of the others. */
function planJunction(terms: readonly Planned[], decisive: boolean): Planned {
  const steps = terms.map(term => term.run)
  return {
    run(frame) {
      let error: unknown
      for (const step of steps) {
        try {
          if (truth(step(frame)) === decisive) return decisive
        } catch (cause) {
          if (cause instanceof CostExceeded || !(cause instanceof CelError)) throw cause
          error ??= cause
        }
      }
      if (error) throw error
      return !decisive
    },
  }
}
