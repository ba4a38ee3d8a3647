/** What a figure is to be, in its own unit. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number }

/** Figures below a hundred are printed with three digits. */
const shown = (figure: number): string =>
  figure.toLocaleString('en', figure < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 })

/** Prints a figure, with its goal beside it where it has one. */
export function report(what: string, figure: number, unit: string, goal?: Goal): void {
  const line = `${what.padEnd(66)} ${shown(figure).padStart(9)} ${unit.padEnd(9)}`
  console.log(goal ? `${line} ${judged(figure, unit, goal)}` : line.trimEnd())
}

function judged(figure: number, unit: string, goal: Goal): string {
  if ('atMost' in goal) return `${figure <= goal.atMost ? '✔' : '✘'} at most ${shown(goal.atMost)} ${unit}`
  return `${figure >= goal.atLeast ? '✔' : '✘'} at least ${shown(goal.atLeast)} ${unit}`
}

/** The value below which a part of all values lies: `quantile(all, 0.99)`. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}
