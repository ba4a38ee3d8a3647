import { compareBytes, compareNumbers } from './equal.ts'
import { CelError, Duration, Timestamp, type Value } from './value.ts'

/** -1, 0 or 1; NaN where there is no order. Throws for values that cannot be compared. */
export function compare(a: Value, b: Value): number {
  const order = compareNumbers(a, b)
  if (order !== undefined) {
    if (Number.isNaN(order)) throw new CelError('NaN values cannot be ordered')
    return order
  }
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b)
  if ((a instanceof Timestamp && b instanceof Timestamp) || (a instanceof Duration && b instanceof Duration))
    return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0
  throw new CelError('no such overload')
}

/** By code points, as the bytes of UTF-8 are ordered. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  const shared = Math.min(a.length, b.length)
  let at = 0
  while (at < shared && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === shared) return a.length < b.length ? -1 : 1
  const left = a.charCodeAt(at)
  const right = b.charCodeAt(at)
  // A surrogate stands for a code point above all single units.
  const lifted = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
  return lifted(left) < lifted(right) ? -1 : 1
}
