import type { Fold } from '../syntax/ast.ts'
import { CelError, CostExceeded, List, Mapping, type Value } from '../values/value.ts'
import type { Frame, Planned } from './frame.ts'
import type { Planning } from './planner.ts'

/**
 * A loop. The value it carries along may be an error: `exists` and `all` go on past it, since a later element can decide.
 */
export function planFold(planning: Planning, fold: Fold): Planned {
  const { plan } = planning
  const range = plan(fold.range).run
  const init = plan(fold.init).run
  const condition = plan(fold.condition).run
  const step = plan(fold.step).run
  const result = plan(fold.result).run
  return {
    run(frame) {
      const over = range(frame)
      // Made when first asked for, in the frame outside: what a binding names may never be needed.
      let carried: Value | CelError | undefined
      let first: Value = null
      let second: Value = null
      let inside = true
      const inner: Frame = {
        tab: frame.tab,
        lookup(name) {
          if (name === fold.accumulator) {
            carried ??= init(frame)
            if (carried instanceof CelError) throw carried
            return carried
          }
          if (inside && name === fold.variable) return first
          if (inside && name === fold.second) return second
          return frame.lookup(name)
        },
      }
      for (const [key, value] of pairs(over, fold.second !== undefined)) {
        first = key
        second = value
        if (condition(inner) !== true) break
        carried = attempt(() => step(inner))
      }
      inside = false
      return result(inner)
    },
  }
}

/** What the variables are in turn: element or key alone, or index and element, key and value. */
function* pairs(over: Value, two: boolean): Generator<readonly [Value, Value]> {
  if (over instanceof List) {
    for (let i = 0; i < over.size; i++) yield two ? [BigInt(i), over.at(i)] : [over.at(i), null]
  } else if (over instanceof Mapping) {
    for (const key of over.keys()) yield [key, two ? (over.get(key) ?? null) : null]
  } else throw new CelError('unsupported comprehension range type')
}

function attempt(run: () => Value): Value | CelError {
  try {
    return run()
  } catch (error) {
    if (error instanceof CostExceeded || !(error instanceof CelError)) throw error
    return error
  }
}
