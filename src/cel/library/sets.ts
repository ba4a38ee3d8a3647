import { A, fn, type Library } from '../check/environment.ts'
import { bool, list } from '../types.ts'
import { contains } from '../values/collections.ts'
import type { List, Value } from '../values/value.ts'

const listA = list(A)
const all = (values: Value, other: Value): boolean =>
  [...(values as List)].every(value => contains(other as List, value))

/** Lists taken as sets. */
export const sets: Library = {
  functions: {
    'sets.contains': [fn('list_sets_contains_list', [listA, listA], bool, (values, wanted) => all(wanted, values))],
    'sets.equivalent': [fn('list_sets_equivalent_list', [listA, listA], bool, (a, b) => all(a, b) && all(b, a))],
    'sets.intersects': [
      fn('list_sets_intersects_list', [listA, listA], bool, (a, b) =>
        [...(a as List)].some(value => contains(b as List, value)),
      ),
    ],
  },
}
