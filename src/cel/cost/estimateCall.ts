import { parameters, sameType, type Type, typeName } from '../types.ts'
import type { Value } from '../values/value.ts'
import { around, exactly, plus, type Range, scaled, times, unbounded, unknown } from './range.ts'
import { comparisons, flat, longestFormat, longestFormatPattern, traversals, units } from './units.ts'

/** What is known of an argument: its size, and that of its elements where its place in the data tells. */
export interface Node {
  readonly type: Type
  readonly size: Range | undefined
  readonly element: Range | undefined
  readonly literal: Value | undefined
}

export interface CallEstimate {
  readonly cost: Range
  /** Of the result, where it has a size. */
  readonly size?: Range
}

const sizeOf = (node: Node | undefined): Range => node?.size ?? unknown
const walk = (size: Range, passes = 1): Range => scaled(size, passes * units.perCharacter)
const one = exactly(1)

/** The cost of a call itself, without its arguments. */
export function estimateCall(
  name: string,
  overload: string,
  target: Node | undefined,
  args: readonly Node[],
): CallEstimate {
  return (
    estimateLists(overload, target, args) ??
    estimateKubernetes(name, overload, target, args) ??
    estimateLanguage(overload, target, args)
  )
}

function estimateLists(overload: string, target: Node | undefined, args: readonly Node[]): CallEstimate | undefined {
  const made = (size: Range, factor = 1): CallEstimate => ({
    cost: plus(scaled(size, factor), one, exactly(units.list)),
    size,
  })
  const set = /^list_sets_(contains|intersects|equivalent)_list$/.exec(overload)
  if (set) {
    const compared = scaled(times(sizeOf(args[0]), sizeOf(args[1])), set[1] === 'equivalent' ? 2 : 1)
    return { cost: plus(compared, one) }
  }
  const sort = /^list_(\S+)_(sort|sortByAssociatedKeys)$/.exec(overload)
  if (sort) {
    const size = sizeOf(sort[2] === 'sort' ? target : args[0])
    const texts = sort[1] === 'string' || sort[1] === 'bytes'
    return made(times(size, size), 2 + (texts ? units.perCharacter : 0))
  }
  switch (overload) {
    case 'list_slice': {
      const size = literalInt(args[1], sizeOf(target).max) - literalInt(args[0], 0)
      return made(exactly(size < 0 ? unbounded : size))
    }
    case 'lists_range':
      return made(exactly(literalInt(args[0], unbounded)))
    case 'list_reverse':
      return made(sizeOf(target))
    case 'list_flatten':
      return made(sizeOf(target))
    case 'list_flatten_int':
      return made(sizeOf(target), literalInt(args[0], unbounded))
    case 'list_distinct':
      return made(times(sizeOf(target), sizeOf(target)), 2)
    default:
      return undefined
  }
}

const literalInt = (node: Node | undefined, otherwise: number): number =>
  typeof node?.literal === 'bigint' ? Math.max(0, Number(node.literal)) : otherwise

function estimateKubernetes(
  name: string,
  overload: string,
  target: Node | undefined,
  args: readonly Node[],
): CallEstimate | undefined {
  const [first, second] = args
  if (flat.has(name) || overload === 'cidr_ip') return { cost: one }
  if (traversals.has(name)) {
    if (!first) return undefined
    const size = sizeOf(first)
    const kept = name === 'url' || name === 'jsonpatch.escapeKey'
    return { cost: walk(size), ...(kept ? { size } : {}) }
  }
  switch (name) {
    case 'check':
      return { cost: exactly(units.authorization) }
    case 'fieldSelector':
    case 'labelSelector':
      return first && { cost: selector(sizeOf(first)) }
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
      return target && { cost: perElement(target) }
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
      return target && { cost: walk(sizeOf(target)), size: sizeOf(target) }
    case 'replace':
      return (
        target &&
        second && { cost: walk(sizeOf(target), 2), size: replaced(sizeOf(target), sizeOf(first), sizeOf(second)) }
      )
    case 'split':
      return target && { cost: walk(sizeOf(target), 2), size: { min: 0, max: literalInt(second, sizeOf(target).max) } }
    case 'join':
      return target && joined(target, first)
    case 'find':
    case 'findAll':
      return (
        target && first && { cost: matched(sizeOf(target), sizeOf(first)), size: { min: 0, max: sizeOf(target).max } }
      )
    case 'ip.isCanonical':
      return first && { cost: walk(sizeOf(first), 2) }
    case 'containsIP':
    case 'containsCIDR':
      return first && { cost: within(name, overload, first) }
    case 'validate':
      return first && { cost: scaled(walk(sizeOf(first)), longestFormatPattern * units.perPatternCharacter) }
    case '_==_':
      return first && second && equality(first, second)
    default:
      return undefined
  }
}

function selector(characters: Range): Range {
  const requirements = scaled(scaled(characters, 0.5), units.list + units.struct)
  return plus(exactly(units.list), walk(characters), requirements)
}

function perElement(target: Node): Range {
  const element = parameters(target.type)[0]
  if (!element) return walk(sizeOf(target))
  const texts = element.kind === 'string' || element.kind === 'bytes'
  return times(sizeOf(target), texts ? plus(one, walk(target.element ?? unknown)) : one)
}

/** How long a text may be once every `old` has become `by`. */
function replaced(text: Range, old: Range, by: Range): Range {
  const most = (size: number): { count: number; kept: number } => {
    if (old.min === 0) return { count: size < unbounded ? size + 1 : size, kept: size }
    return by.max <= old.min ? { count: 0, kept: size } : { count: Math.ceil(size / old.min), kept: 0 }
  }
  const least = (size: number): { count: number; kept: number } => {
    if (old.max === 0) return { count: size < unbounded ? size + 1 : size, kept: size }
    return old.max <= by.min ? { count: 0, kept: size } : { count: Math.ceil(size / old.max), kept: 0 }
  }
  const low = least(text.min)
  const high = most(text.max)
  return plus(times({ min: low.count, max: high.count }, by), { min: low.kept, max: high.kept })
}

function joined(target: Node, separator: Node | undefined): CallEstimate {
  const count = sizeOf(target)
  let size = parameters(target.type).length ? times(count, target.element ?? unknown) : { min: 0, max: 0 }
  if (separator) {
    const between = { min: Math.max(0, count.min - 1), max: Math.max(0, count.max - 1) }
    size = plus(size, times(sizeOf(separator), between))
  }
  return { cost: walk(size), size }
}

const matched = (text: Range, pattern: Range): Range =>
  times(walk(plus(text, one)), scaled(pattern, units.perPatternCharacter))

function within(name: string, overload: string, other: Node): Range {
  const address: Range = { min: 4, max: 16 }
  const compared = walk(plus(address, address))
  const masked = name === 'containsCIDR' ? [walk(address), one] : []
  const parsed = overload.endsWith('_string') ? [scaled(sizeOf(other), units.perCharacter)] : []
  return plus(compared, ...masked, ...parsed)
}

const cheapToCompare: ReadonlySet<string> = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  ...['Authorizer', 'PathCheck', 'GroupCheck', 'ResourceCheck', 'Decision'].map(
    name => `kubernetes.authorization.${name}`,
  ),
])

function equality(left: Node, right: Node): CallEstimate | undefined {
  if (!sameType(left.type, right.type)) return undefined
  const name = typeName(left.type)
  if (cheapToCompare.has(name)) return { cost: one }
  if (name === 'kubernetes.NamedFormat') return { cost: walk({ min: 1, max: longestFormat }) }
  if (name !== 'kubernetes.URL') return undefined
  const size = right.size ? around(right.size, right.size) : one
  return { cost: walk({ min: 1, max: size.max }) }
}

function estimateLanguage(overload: string, target: Node | undefined, args: readonly Node[]): CallEstimate {
  const [first, second] = args
  const a = sizeOf(first)
  const b = sizeOf(second)
  if (comparisons.has(overload)) {
    const max = Math.min(a.max, b.max)
    return { cost: walk({ min: max > 0 ? 1 : 0, max }) }
  }
  switch (overload) {
    case 'string_format':
      return { cost: walk(sizeOf(target)) }
    case 'string_to_bytes':
      return { cost: walk(a), size: { min: a.min, max: Math.min(a.max * 4, unbounded) } }
    case 'bytes_to_string':
      return { cost: walk(a), size: { min: Math.floor(a.min / 4), max: a.max } }
    case 'strings_quote':
      return { cost: walk(a), size: { min: a.min + 2, max: Math.min(a.max * 2 + 2, unbounded) } }
    case 'starts_with_string':
    case 'ends_with_string':
      return { cost: walk(a) }
    case 'in_list':
      return { cost: b }
    case 'matches_string':
      return { cost: matched(sizeOf(target), a) }
    case 'contains_string':
      return { cost: times(walk(sizeOf(target)), walk(a)) }
    case 'add_list':
      return { cost: one, size: plus(a, b) }
    case 'add_string':
    case 'add_bytes':
      return { cost: walk(plus(a, b)), size: plus(a, b) }
    default:
      return { cost: one }
  }
}
