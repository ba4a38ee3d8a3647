import { equal as equalData } from '../../schema/derive/equal.ts'
import { contains } from '../values/collections.ts'
import { equal } from '../values/equal.ts'
import { List, Mapping, type Value } from '../values/value.ts'
import { escapeName, unescapeName } from './escape.ts'
import type { Schema } from './schema.ts'

type Bind = (data: unknown) => Value

/** A list whose schema makes it atomic. What is added may be any values. */
export class SchemaList extends List {
  readonly data: readonly unknown[]
  readonly bind: Bind
  readonly #added: readonly Value[]
  constructor(data: readonly unknown[], bind: Bind, added: readonly Value[] = []) {
    super()
    this.data = data
    this.bind = bind
    this.#added = added
  }
  get size(): number {
    return this.data.length + this.#added.length
  }
  at(position: number): Value {
    return position < this.data.length
      ? this.bind(this.data[position])
      : (this.#added[position - this.data.length] as Value)
  }
  concat(other: List): List {
    return new SchemaList(this.data, this.bind, [...this.#added, ...other])
  }
}

/** A list that is a set: order means nothing, adding is joining. */
export class SetList extends List {
  readonly #elements: readonly Value[]
  constructor(data: readonly unknown[], bind: Bind, elements: readonly Value[] = data.map(bind)) {
    super()
    this.#elements = elements
  }
  get size(): number {
    return this.#elements.length
  }
  at(position: number): Value {
    return this.#elements[position] as Value
  }
  concat(other: List): List {
    const added = [...other].filter(value => !contains(this, value))
    return new SetList([], identity, [...this.#elements, ...added])
  }
  override equals(other: List): boolean {
    for (const value of other) if (!contains(this, value)) return false
    return true
  }
}

const identity: Bind = data => data as Value

/** A list that is a map by keys inside its elements: adding overwrites elements with the same keys where they stand. */
export class MapList extends List {
  readonly #elements: readonly Value[]
  readonly #keys: readonly string[]
  constructor(
    data: readonly unknown[],
    bind: Bind,
    keys: readonly string[],
    elements: readonly Value[] = data.map(bind),
  ) {
    super()
    this.#elements = elements
    this.#keys = keys
  }
  get size(): number {
    return this.#elements.length
  }
  at(position: number): Value {
    return this.#elements[position] as Value
  }
  #identity(element: Value): string {
    if (!(element instanceof Mapping)) return String(element)
    return JSON.stringify(this.#keys.map(key => String(element.get(escapeName(key) ?? key) ?? '')))
  }
  #index(): Map<string, number> {
    return new Map(this.#elements.map((element, i) => [this.#identity(element), i]))
  }
  concat(other: List): List {
    const elements = [...this.#elements]
    const index = this.#index()
    for (const element of other) {
      const place = index.get(this.#identity(element))
      if (place === undefined) elements.push(element)
      else elements[place] = element
    }
    return new MapList([], identity, this.#keys, elements)
  }
  override equals(other: List): boolean {
    const index = this.#index()
    for (const element of other) {
      const place = index.get(this.#identity(element))
      if (place === undefined || !equal(this.#elements[place] as Value, element)) return false
    }
    return true
  }
}

/** An object or a map under its schema. An object's fields go by escaped names, and a null field is not there. */
export class SchemaMap extends Mapping {
  readonly data: Readonly<Record<string, unknown>>
  readonly #schemaOf: (name: string) => Schema | undefined
  readonly #isObject: boolean
  readonly #bind: (schema: Schema, data: unknown) => Value
  constructor(
    data: Readonly<Record<string, unknown>>,
    schemaOf: (name: string) => Schema | undefined,
    isObject: boolean,
    bind: (schema: Schema, data: unknown) => Value,
  ) {
    super()
    this.data = data
    this.#schemaOf = schemaOf
    this.#isObject = isObject
    this.#bind = bind
  }
  get size(): number {
    return Object.keys(this.data).length
  }
  get(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined
    const name = this.#isObject ? unescapeName(key) : key
    if (name === undefined || !Object.hasOwn(this.data, name)) return undefined
    const data = this.data[name]
    if (this.#isObject && (data === null || data === undefined)) return undefined
    const schema = this.#schemaOf(name)
    return schema && this.#bind(schema, data)
  }
  *keys(): Generator<Value> {
    for (const name of Object.keys(this.data)) {
      if (this.#schemaOf(name)) yield this.#isObject ? (escapeName(name) ?? name) : name
    }
  }
  override equals(other: Mapping): boolean {
    for (const [name, data] of Object.entries(this.data)) {
      if (this.#schemaOf(name)) {
        const key = this.#isObject ? (escapeName(name) ?? name) : name
        const value = this.get(key)
        const theirs = other.get(key)
        if ((value === undefined) !== (theirs === undefined)) return false
        if (value !== undefined && theirs !== undefined && !equal(value, theirs)) return false
        // What the schema does not describe, where it is kept, is compared as it is.
      } else if (other instanceof SchemaMap && Object.hasOwn(other.data, name) && !equalData(data, other.data[name])) {
        return false
      }
    }
    return true
  }
}
