import { equal as equalData } from '../../schema/derive/equal.ts'
import { dyn, type Type } from '../types.ts'
import { ArrayList } from '../values/collections.ts'
import { List, Mapping, Opaque, type Value } from '../values/value.ts'

/** JSON data that no schema describes: whole numbers are ints, others doubles. Parts are looked at when asked for. */
export function dynamic(data: unknown): Value {
  if (data === null || data === undefined) return null
  if (typeof data === 'number') return Number.isInteger(data) ? BigInt(data) : data
  if (typeof data === 'string' || typeof data === 'boolean') return data
  if (Array.isArray(data)) return new DynamicList(data)
  return new DynamicMap(data as Readonly<Record<string, unknown>>)
}

class DynamicList extends List {
  readonly data: readonly unknown[]
  constructor(data: readonly unknown[]) {
    super()
    this.data = data
  }
  get size(): number {
    return this.data.length
  }
  at(position: number): Value {
    return dynamic(this.data[position])
  }
  concat(other: List): List {
    return new ArrayList([...this, ...other])
  }
}

class DynamicMap extends Mapping {
  readonly data: Readonly<Record<string, unknown>>
  constructor(data: Readonly<Record<string, unknown>>) {
    super()
    this.data = data
  }
  get size(): number {
    return Object.keys(this.data).length
  }
  get(key: Value): Value | undefined {
    return typeof key === 'string' && Object.hasOwn(this.data, key) ? dynamic(this.data[key]) : undefined
  }
  keys(): Iterable<Value> {
    return Object.keys(this.data)
  }
}

/** Data that a schema keeps without describing it: all that can be asked is whether it is equal. */
export class KeptValue extends Opaque {
  readonly type: Type = dyn
  readonly data: unknown
  constructor(data: unknown) {
    super()
    this.data = data
  }
  equals(other: Opaque): boolean {
    return other instanceof KeptValue && equalData(this.data, other.data)
  }
}
