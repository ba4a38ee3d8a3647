import { slotsOf, typeOf } from '../codec/layout.ts'
import type { ObjectType, Type } from '../types.ts'

/** Whether two pieces of plain data are the same. The order of keys does not matter; an undefined value is an absent key. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return Number.isNaN(a) && Number.isNaN(b)
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let index = 0; index < a.length; index++) if (!equal(a[index], b[index])) return false
    return true
  }
  if (Array.isArray(b)) return false
  return sameEntries(a as Record<string, unknown>, b as Record<string, unknown>, equal)
}

function sameEntries(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
  same: (a: unknown, b: unknown) => boolean,
): boolean {
  let count = 0
  for (const key in a) {
    const held = a[key]
    if (held === undefined) continue
    count++
    if (!Object.hasOwn(b, key) || !same(held, b[key])) return false
  }
  for (const key in b) if (b[key] !== undefined) count--
  return count === 0
}

/**
 * Whether two values of a type mean the same: quantities by amount, absent and empty lists and maps alike, absent and
 * zero where the field is by value. Upstream's equality.Semantic.
 */
export function semanticEqual<T>(type: Type<T>, a: T | undefined, b: T | undefined): boolean {
  return comparerOf(type)(a, b)
}

type Compare = (a: unknown, b: unknown) => boolean

/** Compiled once for each type, by identity. */
const comparers = new WeakMap<Type, Compare>()

function comparerOf(type: Type): Compare {
  const known = comparers.get(type)
  if (known) return known
  let inner: Compare | undefined
  const compare: Compare = (a, b) => {
    if (a === b) return true
    inner ??= buildComparer(type)
    return inner(a, b)
  }
  comparers.set(type, compare)
  return compare
}

const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null

function buildComparer(type: Type): Compare {
  if (type.structural) return equal
  if (type.form === 'object') return objectComparer(type)
  if (type.form === 'scalar') {
    const same = type.scalar.equal ?? equal
    return (a, b) => (isAbsent(a) || isAbsent(b) ? isAbsent(a) && isAbsent(b) : same(a, b))
  }
  const same = comparerOf(type.of)
  if (type.form === 'map') {
    return (a, b) => sameEntries((a ?? {}) as Record<string, unknown>, (b ?? {}) as Record<string, unknown>, same)
  }
  return (a, b) => {
    const [x, y] = [(a ?? []) as unknown[], (b ?? []) as unknown[]]
    return x.length === y.length && x.every((element, index) => same(element, y[index]))
  }
}

function objectComparer(type: ObjectType): Compare {
  const fields = slotsOf(type).map(({ name, field }) => {
    const inner = typeOf(field)
    const same = comparerOf(inner)
    // By value, absence is the zero value.
    const zero = inner.form === 'scalar' ? inner.scalar.zero : inner.form === 'object' ? {} : undefined
    return { name, zero: field.presence === 'pointer' ? undefined : zero, same }
  })
  if (type.root) fields.push(...['apiVersion', 'kind'].map(name => ({ name, zero: undefined, same: equal })))
  return (a, b) => {
    if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b)
    const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>]
    return fields.every(({ name, zero, same }) => same(x[name] ?? zero, y[name] ?? zero))
  }
}
