import { A, type Library, method, type Overload } from '../check/environment.ts'
import { bool, bytes, double, duration, int, list, string, type Type, timestamp, typeName, uint } from '../types.ts'
import { add } from '../values/arithmetic.ts'
import { compare } from '../values/compare.ts'
import { equal } from '../values/equal.ts'
import { CelError, Duration, type List, Uint, type Value } from '../values/value.ts'

/** Types whose values have an order. */
export const comparable: readonly Type[] = [int, uint, double, bool, duration, timestamp, string, bytes]

const zeros: readonly (readonly [Type, Value])[] = [
  [int, 0n],
  [uint, new Uint(0n)],
  [double, 0],
  [duration, new Duration(0n)],
]

const shortName = (type: Type): string =>
  type.kind === 'duration' || type.kind === 'timestamp' ? type.kind : typeName(type)

function isSorted(values: Value): boolean {
  let before: Value | undefined
  for (const value of values as List) {
    if (before !== undefined && compare(before, value) > 0) return false
    before = value
  }
  return true
}

const sum =
  (zero: Value) =>
  (values: Value): Value => {
    let total = zero
    for (const value of values as List) total = add(total, value)
    return total
  }

const extreme =
  (name: string, sign: number) =>
  (values: Value): Value => {
    let best: Value | undefined
    for (const value of values as List) if (best === undefined || compare(value, best) * sign > 0) best = value
    if (best === undefined) throw new CelError(`${name} called on empty list`)
    return best
  }

const indexOf = (values: Value, wanted: Value): bigint =>
  BigInt([...(values as List)].findIndex(value => equal(value, wanted)))
const lastIndexOf = (values: Value, wanted: Value): bigint =>
  BigInt([...(values as List)].findLastIndex(value => equal(value, wanted)))

const each = (form: (type: Type, name: string) => Overload): Overload[] =>
  comparable.map(type => form(type, shortName(type)))

/** Kubernetes' functions of lists: order, sums and positions. */
export const kubernetesLists: Library = {
  functions: {
    isSorted: each((type, name) => method(`list_${name}_is_sorted_bool`, [list(type)], bool, isSorted)),
    sum: zeros.map(([type, zero]) =>
      method(`list_${shortName(type)}_sum_${shortName(type)}`, [list(type)], type, sum(zero)),
    ),
    max: each((type, name) => method(`list_${name}_max_${name}`, [list(type)], type, extreme('max', 1))),
    min: each((type, name) => method(`list_${name}_min_${name}`, [list(type)], type, extreme('min', -1))),
    indexOf: [method('list_a_index_of_int', [list(A), A], int, indexOf)],
    lastIndexOf: [method('list_a_last_index_of_int', [list(A), A], int, lastIndexOf)],
  },
}
