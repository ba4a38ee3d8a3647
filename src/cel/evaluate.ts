import type { Program } from './compile.ts'
import { perCallLimit } from './limits.ts'
import type { Frame, Tab } from './plan/frame.ts'
import { CelError, CostExceeded, type Value } from './values/value.ts'

/** A variable: its value, or what makes it when it is first asked for. */
export type Binding = Value | (() => Value)

/** What came of an evaluation, and the units it spent. */
export type Outcome = { readonly cost: number } & (
  | { readonly value: Value }
  | { readonly error: CelError; readonly exceeded: boolean }
)

/** Carries out a program. `limit` is what it may spend: by default `perCallLimit`. Never throws what an expression causes. */
export function evaluate(
  program: Program,
  bindings: Readonly<Record<string, Binding>>,
  { limit = perCallLimit }: { limit?: number } = {},
): Outcome {
  const tab: Tab = { spent: 0, limit }
  const made = new Map<string, Value>()
  const frame: Frame = {
    tab,
    lookup(name) {
      if (!Object.hasOwn(bindings, name)) return undefined
      const binding = bindings[name]
      if (typeof binding !== 'function') return binding
      const known = made.get(name)
      if (known !== undefined) return known
      const value = binding()
      made.set(name, value)
      return value
    },
  }
  try {
    const value = program.run(frame)
    return { cost: tab.spent, value }
  } catch (error) {
    if (error instanceof CostExceeded)
      return { cost: tab.spent, error: new CelError(error.message, { cause: error }), exceeded: true }
    if (error instanceof CelError) return { cost: tab.spent, error, exceeded: false }
    throw error
  }
}
