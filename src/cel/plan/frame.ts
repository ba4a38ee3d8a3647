import { CostExceeded, type Value } from '../values/value.ts'

/** One evaluation: its variables and what it has spent. */
export interface Frame {
  readonly tab: Tab
  /** The value of a variable; `undefined` when it has none. */
  lookup(name: string): Value | undefined
}

/** Adds up what an evaluation costs and ends it when that is too much. */
export interface Tab {
  spent: number
  readonly limit: number
}

export const exceeded = 'operation cancelled: actual cost limit exceeded'

export function spend(frame: Frame, cost: number): void {
  const { tab } = frame
  // What is cleaned up after the limit was passed adds nothing.
  if (tab.spent <= tab.limit) tab.spent += cost
  if (tab.spent > tab.limit) throw new CostExceeded(exceeded)
}

/** A step of a program. */
export type Step = (frame: Frame) => Value

/**
 * A planned expression. An attribute (a variable, what is selected from a value, a choice between attributes) costs one
 * unit as a whole and one for each qualifier; what only passes it on (`raw`) leaves the one out, as cel-go's does.
 */
export interface Planned {
  readonly run: Step
  /** Known before any evaluation. */
  readonly constant?: { readonly value: Value }
  readonly attribute?: { readonly raw: Step; readonly choice: boolean }
}
