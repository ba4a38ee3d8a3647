import { sameType } from '../types.ts'
import { Duration, List, Mapping, Opaque, Optional, Timestamp, TypeValue, Uint, type Value } from './value.ts'

/** Whether two values are equal: numbers by what they are worth, values of different types never. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a === null || b === null) return false
  const order = compareNumbers(a, b)
  if (order !== undefined) return order === 0
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos
  if (a instanceof List) return b instanceof List && equalLists(a, b)
  if (a instanceof Mapping) return b instanceof Mapping && equalMaps(a, b)
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a, b)
  if (a instanceof TypeValue) return b instanceof TypeValue && sameType(bare(a), bare(b))
  if (a instanceof Opaque) return b instanceof Opaque && sameType(a.type, b.type) && a.equals(b)
  return false
}

function equalLists(a: List, b: List): boolean {
  if (a.size !== b.size) return false
  if (a.equals) return a.equals(b)
  for (let i = 0; i < a.size; i++) if (!equal(a.at(i), b.at(i))) return false
  return true
}

function equalMaps(a: Mapping, b: Mapping): boolean {
  if (a.size !== b.size) return false
  if (a.equals) return a.equals(b)
  for (const key of a.keys()) {
    const value = a.get(key)
    const other = b.get(key)
    if (value === undefined ? other !== undefined : other === undefined || !equal(value, other)) return false
  }
  return true
}

const equalOptionals = (a: Optional, b: Optional): boolean =>
  a.value === undefined || b.value === undefined ? a.value === b.value : equal(a.value, b.value)

/** Types compare without their parameters: at run time a list is a list. */
const bare = ({ type }: TypeValue): TypeValue['type'] =>
  type.kind === 'list' || type.kind === 'map' ? { kind: 'opaque', name: type.kind, of: [] } : type

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference) return difference < 0 ? -1 : 1
  }
  return Math.sign(a.length - b.length)
}

/** The order of two numbers of any types: NaN when there is none, `undefined` when one is no number. */
export function compareNumbers(a: Value, b: Value): number | undefined {
  const left = a instanceof Uint ? a.value : a
  const right = b instanceof Uint ? b.value : b
  if (typeof left !== 'bigint' && typeof left !== 'number') return undefined
  if (typeof right !== 'bigint' && typeof right !== 'number') return undefined
  if (left < right) return -1
  if (left > right) return 1
  // biome-ignore lint/suspicious/noDoubleEquals: int and double are compared by what they are worth.
  return left == right ? 0 : Number.NaN
}
