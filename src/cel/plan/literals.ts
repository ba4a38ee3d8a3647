import { units } from '../cost/units.ts'
import type { ListExpr, MapExpr, StructExpr } from '../syntax/ast.ts'
import { ArrayList, constantList, mapOf } from '../values/collections.ts'
import { CelError, Optional, type Value } from '../values/value.ts'
import { type Frame, type Planned, spend } from './frame.ts'
import { constant, type Planning } from './planner.ts'

/** A list; one of constants is made once and costs nothing. */
export function planList({ plan }: Planning, expr: ListExpr): Planned {
  const elements = expr.elements.map(plan)
  const fixed = constants(elements)
  if (fixed && !expr.optional.size) return constant(constantList(fixed))
  const steps = elements.map((element, i) => ({ run: element.run, optional: expr.optional.has(i) }))
  return {
    run(frame) {
      try {
        const made: Value[] = []
        for (const { run, optional } of steps) {
          const value = optional ? present(run(frame), 'list element') : run(frame)
          if (value !== undefined) made.push(value)
        }
        return new ArrayList(made)
      } finally {
        spend(frame, units.list)
      }
    },
  }
}

/** A map; one of constants is made once and costs nothing. */
export function planMap({ plan }: Planning, expr: MapExpr): Planned {
  const entries = expr.entries.map(({ key, value, optional }) => ({ key: plan(key), value: plan(value), optional }))
  const keys = constants(entries.map(entry => entry.key))
  const values = constants(entries.map(entry => entry.value))
  if (keys && values && !entries.some(entry => entry.optional))
    return constant(mapOf(keys.map((key, i) => [key, values[i] as Value] as const)))
  return {
    run(frame) {
      const made: (readonly [Value, Value])[] = []
      for (const { key, value, optional } of entries) {
        const name = key.run(frame)
        const given = optional ? present(value.run(frame), 'entry') : value.run(frame)
        if (given !== undefined) made.push([name, given])
      }
      spend(frame, units.map)
      return mapOf(made)
    },
  }
}

export function planStruct({ env, plan }: Planning, expr: StructExpr): Planned {
  const name = expr.name.startsWith('.') ? expr.name.slice(1) : expr.name
  const struct = env.struct(name)
  if (!struct) throw new CelError(`unknown type: ${name}`)
  const fields = expr.fields.map(({ field, value, optional }) => ({ field, run: plan(value).run, optional }))
  return {
    run(frame: Frame) {
      const given = new Map<string, Value>()
      for (const { field, run, optional } of fields) {
        const value = optional ? present(run(frame), 'entry') : run(frame)
        if (value !== undefined) given.set(field, value)
      }
      spend(frame, units.struct)
      return struct.make(given)
    },
  }
}

function constants(planned: readonly Planned[]): Value[] | undefined {
  const values: Value[] = []
  for (const { constant: fixed } of planned) {
    if (!fixed) return undefined
    values.push(fixed.value)
  }
  return values
}

/** What is in an optional, for the places that take one. */
function present(value: Value, place: string): Value | undefined {
  if (value instanceof Optional) return value.value
  throw new CelError(`cannot initialize optional ${place} from non-optional value`)
}
