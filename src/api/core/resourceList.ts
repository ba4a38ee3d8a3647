import { addQuantities, compareQuantities } from '../../schema/scalars/quantity.ts'

/** Amounts by resource name; quantities as text. */
export type ResourceList = Readonly<Record<string, string>>

/** The sums, by resource. */
export function addResources(a: ResourceList, b: ResourceList = {}): ResourceList {
  const sum: Record<string, string> = { ...a }
  for (const [name, amount] of Object.entries(b)) {
    const before = sum[name]
    sum[name] = before === undefined ? amount : addQuantities(before, amount)
  }
  return sum
}

/** The greater amount of each resource. */
export function maxResources(a: ResourceList, b: ResourceList = {}): ResourceList {
  const most: Record<string, string> = { ...a }
  for (const [name, amount] of Object.entries(b)) {
    const before = most[name]
    if (before === undefined || compareQuantities(amount, before) > 0) most[name] = amount
  }
  return most
}

/** Whether two lists name the same resources with the same amounts; `1` and `1000m` are the same. */
export function sameResources(a: ResourceList = {}, b: ResourceList = {}): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every(name => {
    const other = b[name]
    return other !== undefined && compareQuantities(a[name] ?? '0', other) === 0
  })
}
