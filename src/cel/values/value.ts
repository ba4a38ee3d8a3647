import { dyn, type Type } from '../types.ts'

/**
 * What an expression computes with: null, bool, int (`bigint`), double (`number`), string, bytes (`Uint8Array`), and the
 * classes below. A value never changes.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | List
  | Mapping
  | Optional
  | TypeValue
  | Opaque

/** What went wrong while evaluating, in cel-go's words. */
export class CelError extends Error {}

/** Ends an evaluation that has spent its limit. No logical operator absorbs it. */
export class CostExceeded extends Error {}

/** An unsigned integer of 64 bits. */
export class Uint {
  readonly value: bigint
  constructor(value: bigint) {
    this.value = value
  }
}

/** A point in time: nanoseconds since the epoch. */
export class Timestamp {
  readonly nanos: bigint
  /** Seconds east of UTC, where it was written so: only its text tells. */
  readonly offset: number
  constructor(nanos: bigint, offset = 0) {
    this.nanos = nanos
    this.offset = offset
  }
}

/** A span of time in nanoseconds. */
export class Duration {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

/** A list. Elements are made when asked for. */
export abstract class List {
  abstract readonly size: number
  /** The element at a position inside the list. */
  abstract at(position: number): Value
  /** `this + other`. */
  abstract concat(other: List): List
  /** Equality, where it is not element by element in order. */
  equals?(other: List): boolean
  *[Symbol.iterator](): Generator<Value> {
    for (let i = 0; i < this.size; i++) yield this.at(i)
  }
}

/** A map, or an object with fields. */
export abstract class Mapping {
  abstract readonly size: number
  /** The value under a key; numbers are found whatever their type. */
  abstract get(key: Value): Value | undefined
  abstract keys(): Iterable<Value>
  /** Equality, where it is not entry by entry. */
  equals?(other: Mapping): boolean
  /** The type that `type()` tells, where it is not map. */
  readonly struct?: string
}

export class Optional {
  readonly value: Value | undefined
  constructor(value: Value | undefined) {
    this.value = value
  }
}
export const none = new Optional(undefined)

/** A type as a value: what `type(x)` gives and `int` names. */
export class TypeValue {
  readonly type: Type
  constructor(type: Type) {
    this.type = type
  }
}

/** A value of a library's own type. */
export abstract class Opaque {
  abstract readonly type: Type
  abstract equals(other: Opaque): boolean
  /** What costs are reckoned by. */
  get size(): number {
    return 1
  }
}

/** The type that a value is of, parameters left open. */
export function typeOf(value: Value): Type {
  if (value === null) return { kind: 'null' }
  switch (typeof value) {
    case 'boolean':
      return { kind: 'bool' }
    case 'bigint':
      return { kind: 'int' }
    case 'number':
      return { kind: 'double' }
    case 'string':
      return { kind: 'string' }
  }
  if (value instanceof Uint8Array) return { kind: 'bytes' }
  if (value instanceof Uint) return { kind: 'uint' }
  if (value instanceof Timestamp) return { kind: 'timestamp' }
  if (value instanceof Duration) return { kind: 'duration' }
  if (value instanceof List) return { kind: 'list', of: dyn }
  if (value instanceof Mapping)
    return value.struct
      ? { kind: 'struct', name: value.struct, field: () => dyn }
      : { kind: 'map', key: dyn, value: dyn }
  if (value instanceof Optional) return { kind: 'opaque', name: 'optional_type', of: [dyn] }
  if (value instanceof TypeValue) return { kind: 'type' }
  return value.type
}

/** The size that costs are reckoned by: characters, bytes, elements or entries; 1 for what has none. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return length(value)
  if (value instanceof Uint8Array) return value.length
  if (value instanceof List || value instanceof Mapping) return value.size
  if (value instanceof Optional) return value.value === undefined ? 1 : sizeOf(value.value)
  if (value instanceof Opaque) return value.size
  return 1
}

/** Code points of a text. */
export function length(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0xd800 || unit > 0xdbff) continue
    const next = text.charCodeAt(i + 1)
    if (next >= 0xdc00 && next <= 0xdfff) {
      count--
      i++
    }
  }
  return count
}
