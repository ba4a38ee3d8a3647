import { isPlainObject } from '../plain.ts'
import { type Element, keyElement, valueElement } from './element.ts'
import type { ListShape } from './shape.ts'

/**
 * What names an element of a list that is merged. A key that is not there counts with its default; one that has none is
 * left out. Throws, in upstream's words, where an element has no name.
 */
export function itemElement(list: ListShape, item: unknown): Element {
  if (list.keys.length === 0) return scalarItem(item)
  if (item === null || item === undefined) throw new Error('associative list with keys may not have a null element')
  if (!isPlainObject(item)) throw new Error('associative list with keys may not have non-map elements')
  const keys: (readonly [string, unknown])[] = []
  for (const key of list.keys) {
    const value = item[key] ?? list.of.map?.fields.get(key)?.default
    if (value !== undefined) keys.push([key, value])
  }
  if (keys.length > 0) return keyElement(keys)
  const told = `[${list.keys.map(key => JSON.stringify(key)).join(' ')}]`
  throw new Error(
    `associative list with keys has an element that omits all key fields ${told} (and doesn't have default values for any key fields)`,
  )
}

function scalarItem(item: unknown): Element {
  if (Array.isArray(item)) throw new Error('not supported: associative list with lists as elements')
  if (isPlainObject(item)) throw new Error("associative list without keys has an element that's a map type")
  if (item === null || item === undefined)
    throw new Error("associative list without keys has an element that's an explicit null")
  return valueElement(item)
}

/** The elements of a list by name, in order; several values where a name stands more than once. */
export function itemsByElement(list: ListShape, value: unknown): Map<Element, unknown[]> {
  const found = new Map<Element, unknown[]>()
  if (!Array.isArray(value)) return found
  for (const item of value as unknown[]) {
    const element = itemElement(list, item)
    const same = found.get(element)
    if (same) same.push(item)
    else found.set(element, [item])
  }
  return found
}
