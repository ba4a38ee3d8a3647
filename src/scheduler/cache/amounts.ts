import { intValue, milliValue } from '../../schema/scalars/quantity.ts'

/** Amounts by resource name: CPU in thousandths, everything else in whole units. */
export type Amounts = ReadonlyMap<string, number>

/** Quantities as numbers, rounded up. */
export function amountsOf(quantities: Readonly<Record<string, string>>): Amounts {
  return new Map(
    Object.entries(quantities).map(([name, text]) => [
      name,
      Number(name === 'cpu' ? milliValue(text) : intValue(text)),
    ]),
  )
}

/** Adds (`sign` 1) or takes away (-1) in place. */
export function accumulate(total: Map<string, number>, amounts: Amounts, sign: 1 | -1): void {
  for (const [name, amount] of amounts) total.set(name, (total.get(name) ?? 0) + sign * amount)
}
