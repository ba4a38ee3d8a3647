import { compareQuantities, subtractQuantities } from '../../../schema/scalars/quantity.ts'
import type { ResourceList } from '../resourceList.ts'

/** The part of a list that has these names. */
export const only = (list: ResourceList, names: Iterable<string>): ResourceList => {
  const kept = new Set(names)
  return Object.fromEntries(Object.entries(list).filter(([name]) => kept.has(name)))
}

/** What `now` has more than `before`; what it has less counts as nothing. */
export const increase = (now: ResourceList, before: ResourceList): ResourceList =>
  Object.fromEntries(
    Object.entries(now).map(([name, amount]) => {
      const had = before[name]
      if (had === undefined) return [name, amount]
      return [name, compareQuantities(amount, had) > 0 ? subtractQuantities(amount, had) : '0']
    }),
  )

/** The names whose amounts are below zero. */
export const negative = (list: ResourceList): readonly string[] =>
  Object.keys(list).filter(name => compareQuantities(list[name] ?? '0', '0') < 0)

export const withoutZeros = (list: ResourceList): ResourceList =>
  Object.fromEntries(Object.entries(list).filter(([, amount]) => compareQuantities(amount, '0') !== 0))

/** The names of which there is more than `most` allows. */
export const beyond = (list: ResourceList, most: ResourceList): readonly string[] =>
  Object.keys(list).filter(name => {
    const limit = most[name]
    return limit !== undefined && compareQuantities(list[name] ?? '0', limit) > 0
  })

/** As people read it: `cpu=1,pods=2`. */
export const inWords = (list: ResourceList): string =>
  Object.keys(list)
    .sort()
    .map(name => `${name}=${list[name]}`)
    .join(',')
