import { equal } from './equal.ts'
import { CelError, List, Mapping, Uint, type Value } from './value.ts'

/**
 * A list made by an expression. Lists that grow one from another share one array: each sees its first `size` elements, so
 * that a loop which appends does not copy.
 */
export class ArrayList extends List {
  readonly #shared: Value[]
  readonly size: number
  constructor(elements: Value[], size = elements.length) {
    super()
    this.#shared = elements
    this.size = size
  }
  at(position: number): Value {
    return this.#shared[position] as Value
  }
  concat(other: List): List {
    const owned = this.size && this.#shared.length === this.size ? this.#shared : this.#shared.slice(0, this.size)
    for (const element of [...other]) owned.push(element)
    return new ArrayList(owned)
  }
}

export const listOf = (elements: readonly Value[]): List => new ArrayList([...elements])

/** A list that lives longer than an evaluation: what grows from it is a copy, or it would hold what grew. */
export const constantList = (elements: readonly Value[]): List => new ArrayList([...elements, null], elements.length)

/** A map made by an expression. */
export class EntryMap extends Mapping {
  readonly #entries: ReadonlyMap<unknown, readonly [Value, Value]>
  constructor(entries: ReadonlyMap<unknown, readonly [Value, Value]>) {
    super()
    this.#entries = entries
  }
  get size(): number {
    return this.#entries.size
  }
  get(key: Value): Value | undefined {
    return this.#entries.get(plainKey(key))?.[1]
  }
  *keys(): Generator<Value> {
    for (const [key] of this.#entries.values()) yield key
  }
  /** With more entries, whose keys must be new. */
  with(added: Iterable<readonly [Value, Value]>): EntryMap {
    const entries = new Map(this.#entries)
    for (const [key, value] of added) insert(entries, key, value)
    return new EntryMap(entries)
  }
}

/** A map of these entries; of a key that comes twice the last. */
export function mapOf(entries: Iterable<readonly [Value, Value]>): EntryMap {
  const made = new Map<unknown, readonly [Value, Value]>()
  for (const [key, value] of entries) made.set(keyOf(key), [key, value])
  return new EntryMap(made)
}

function keyOf(key: Value): unknown {
  const plain = plainKey(key)
  if (plain === undefined) throw new CelError('unsupported key type')
  return plain
}

function insert(entries: Map<unknown, readonly [Value, Value]>, key: Value, value: Value): void {
  const plain = keyOf(key)
  if (entries.has(plain)) throw new CelError(`insert failed: key ${shown(key)} already exists`)
  entries.set(plain, [key, value])
}

/** Keys that are equal have the same plain key, whatever type their number is of. */
export function plainKey(key: Value): unknown {
  if (typeof key === 'string' || typeof key === 'boolean' || typeof key === 'bigint') return key
  if (key instanceof Uint) return key.value
  if (typeof key === 'number') return Number.isInteger(key) ? BigInt(key) : undefined
  return undefined
}

/** Whether the list holds an equal element. */
export function contains(list: List, wanted: Value): boolean {
  for (const element of list) if (equal(element, wanted)) return true
  return false
}

/** A key as messages print it. */
export const shown = (value: Value): string =>
  value instanceof Uint ? String(value.value) : value === null ? 'null' : String(value)
