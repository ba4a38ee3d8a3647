import { Format } from '../library/format.ts'
import { List, Mapping, Opaque, sizeOf, type Value } from '../values/value.ts'
import { comparisons, flat, selectorCost, traversals, units } from './units.ts'

/**
 * What a call has cost, from its arguments (a method's target first) and its result.
 * Follows cel-go's CostTracker and the estimator of Kubernetes (CallCost).
 */
export function callCost(name: string, overload: string, args: readonly Value[], result: Value | undefined): number {
  return (
    listCost(overload, args, result) ?? kubernetesCost(name, overload, args, result) ?? languageCost(overload, args)
  )
}

/** Functions that make or compare whole lists. */
function listCost(overload: string, args: readonly Value[], result: Value | undefined): number | undefined {
  const [first, second] = args as [Value, Value]
  const made = (size: number, factor = 1): number => Math.trunc(size * factor) + 1 + units.list
  const set = /^list_sets_(contains|intersects|equivalent)_list$/.exec(overload)
  if (set) return 1 + sizeOf(first) * sizeOf(second) * (set[1] === 'equivalent' ? 2 : 1)
  if (/^list_\S+_(sort|sortByAssociatedKeys)$/.test(overload))
    return comparedWithin(overload.endsWith('Keys') ? second : first)
  switch (overload) {
    case 'list_slice':
    case 'lists_range':
    case 'list_reverse':
      return made(result === undefined ? 1 : sizeOf(result))
    case 'list_flatten':
      return made(sizeOf(first))
    case 'list_flatten_int':
      return made(sizeOf(first), Number(second as bigint))
    case 'list_distinct':
      return comparedWithin(first)
    default:
      return undefined
  }
}

/** Every element of a list compared with every other. */
function comparedWithin(value: Value): number {
  const size = sizeOf(value)
  const element = value instanceof List && size ? value.at(0) : null
  const texts = typeof element === 'string' || element instanceof Uint8Array
  return Math.trunc(size * size * (2 + (texts ? units.perCharacter : 0))) + 1 + units.list
}

const traversed = (value: Value, times = 1): number => Math.ceil(sizeOf(value) * times * units.perCharacter)
const matched = (text: number, pattern: number): number =>
  Math.ceil((1 + text) * units.perCharacter) * Math.ceil(pattern * units.perPatternCharacter)

function kubernetesCost(
  name: string,
  overload: string,
  args: readonly Value[],
  result: Value | undefined,
): number | undefined {
  if (flat.has(name)) return 1
  const [first, second] = args as [Value, Value]
  if (overload === 'cidr_ip') return 1
  if (traversals.has(name)) return args.length ? traversed(first) : undefined
  switch (name) {
    case 'check':
      return units.authorization
    case 'fieldSelector':
    case 'labelSelector':
      return args.length >= 2 ? selectorCost(sizeOf(second)) : undefined
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
      return args.length ? dataCost(first) : 0
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
      return traversed(first)
    case 'replace':
    case 'split':
    case 'ip.isCanonical':
      return traversed(first, 2)
    case 'join':
      return result === undefined ? 1 : traversed(result, 2)
    case 'find':
    case 'findAll':
      return matched(sizeOf(first), sizeOf(second))
    case 'containsIP':
    case 'containsCIDR':
      return withinCost(name, overload, first, second)
    case 'validate':
      return first instanceof Format ? matched(sizeOf(second), first.patternSize) : undefined
    case '_==_':
      return first instanceof Opaque ? 1 : undefined
    default:
      return undefined
  }
}

function withinCost(name: string, overload: string, range: Value, other: Value): number {
  const compared = Math.ceil(sizeOf(range) * 2 * units.perCharacter)
  const parsed = overload.endsWith('_string') ? traversed(other) : 0
  return compared + parsed + (name === 'containsCIDR' ? traversed(range) + 1 : 0)
}

/** A walk over everything in a value. */
function dataCost(value: Value): number {
  if (typeof value === 'string') return Math.floor(new TextEncoder().encode(value).length * units.perCharacter)
  if (value instanceof Uint8Array) return Math.floor(value.length * units.perCharacter)
  let cost = 0
  if (value instanceof List) {
    for (const element of value) cost += dataCost(element)
    return cost
  }
  if (value instanceof Mapping) {
    for (const key of value.keys()) cost += dataCost(key) + dataCost(value.get(key) ?? null)
    return cost
  }
  return 1
}

function languageCost(overload: string, args: readonly Value[]): number {
  const [first, second] = args as [Value, Value]
  if (comparisons.has(overload)) return Math.ceil(Math.min(sizeOf(first), sizeOf(second)) * units.perCharacter)
  switch (overload) {
    case 'starts_with_string':
    case 'ends_with_string':
    case 'string_to_bytes':
    case 'bytes_to_string':
    case 'strings_quote':
    case 'string_format':
      return traversed(first)
    case 'in_list':
      return sizeOf(second)
    case 'add_string':
    case 'add_bytes':
      return Math.ceil((sizeOf(first) + sizeOf(second)) * units.perCharacter)
    case 'matches_string':
      return matched(sizeOf(first), sizeOf(second))
    case 'contains_string':
      return traversed(first) * traversed(second)
    default:
      return 1
  }
}
