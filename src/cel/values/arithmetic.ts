import { shown } from './collections.ts'
import { CelError, Duration, List, Mapping, Timestamp, Uint, type Value } from './value.ts'

const noOverload = (): never => {
  throw new CelError('no such overload')
}

/** An int of 64 bits, or an overflow. */
export function int64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new CelError('integer overflow')
  return value
}

/** An unsigned int of 64 bits, or an overflow. */
export function uint64(value: bigint): Uint {
  if (BigInt.asUintN(64, value) !== value) throw new CelError('unsigned integer overflow')
  return new Uint(value)
}

function span(nanos: bigint): Duration {
  if (BigInt.asIntN(64, nanos) !== nanos) throw new CelError('integer overflow')
  return new Duration(nanos)
}

const billion = 1_000_000_000n
const firstSecond = -62135596800n
const lastSecond = 253402300799n

/** A point in time between the years 1 and 9999. */
export function moment(nanos: bigint, offset = 0): Timestamp {
  if (nanos < firstSecond * billion || nanos > lastSecond * billion + billion - 1n)
    throw new CelError('timestamp overflow')
  return new Timestamp(nanos, offset)
}

export function add(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int64(a + b)
  if (typeof a === 'string' && typeof b === 'string') return a + b
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (a instanceof List && b instanceof List) return a.concat(b)
  if (a instanceof Uint && b instanceof Uint) return uint64(a.value + b.value)
  if (a instanceof Duration && b instanceof Duration) return span(a.nanos + b.nanos)
  if (a instanceof Timestamp && b instanceof Duration) return moment(a.nanos + b.nanos, a.offset)
  if (a instanceof Duration && b instanceof Timestamp) return moment(a.nanos + b.nanos, b.offset)
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    const joined = new Uint8Array(a.length + b.length)
    joined.set(a)
    joined.set(b, a.length)
    return joined
  }
  return noOverload()
}

export function subtract(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int64(a - b)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (a instanceof Uint && b instanceof Uint) return uint64(a.value - b.value)
  if (a instanceof Duration && b instanceof Duration) return span(a.nanos - b.nanos)
  if (a instanceof Timestamp && b instanceof Duration) return moment(a.nanos - b.nanos, a.offset)
  if (a instanceof Timestamp && b instanceof Timestamp) return span(a.nanos - b.nanos)
  return noOverload()
}

export function multiply(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int64(a * b)
  if (typeof a === 'number' && typeof b === 'number') return a * b
  if (a instanceof Uint && b instanceof Uint) return uint64(a.value * b.value)
  return noOverload()
}

export function divide(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return a / b
  const byZero = (): never => {
    throw new CelError('division by zero')
  }
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? byZero() : int64(a / b)
  if (a instanceof Uint && b instanceof Uint) return b.value === 0n ? byZero() : new Uint(a.value / b.value)
  return noOverload()
}

export function modulo(a: Value, b: Value): Value {
  const byZero = (): never => {
    throw new CelError('modulus by zero')
  }
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? byZero() : a % b
  if (a instanceof Uint && b instanceof Uint) return b.value === 0n ? byZero() : new Uint(a.value % b.value)
  return noOverload()
}

export function negate(a: Value): Value {
  if (typeof a === 'bigint') return int64(-a)
  if (typeof a === 'number') return -a
  if (a instanceof Duration) return span(-a.nanos)
  return noOverload()
}

/** The element under an index or key; `undefined` when it is not there. Throws when the index is of no use. */
export function find(container: Value, key: Value): Value | undefined {
  if (container instanceof List) {
    const position = listIndex(key)
    return position >= 0 && position < container.size ? container.at(position) : undefined
  }
  if (container instanceof Mapping) return container.get(key)
  throw new CelError(`no such key: ${shown(key)}`)
}

function listIndex(key: Value): number {
  if (typeof key === 'bigint') return Number(key)
  if (key instanceof Uint) return Number(key.value)
  if (typeof key === 'number' && Number.isInteger(key)) return key
  throw new CelError(
    typeof key === 'number'
      ? `unsupported index value ${key} in list`
      : `unsupported index type in list: ${String(key)}`,
  )
}
