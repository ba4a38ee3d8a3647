import { isPlainObject } from '../plain.ts'
import type { Element } from './element.ts'
import { type FieldSet, leaf } from './fieldSet.ts'
import { itemsByElement } from './items.ts'
import { fieldAt, formOf, type ListShape, type MapShape, type Shape } from './shape.ts'

/** A set while it is made. */
export type Growing = Record<Element, FieldSet>

const self = '.'

/** Empty objects and lists, and null, count as leaves. */
export const holdsNothing = (value: unknown): boolean => {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  if (!isPlainObject(value)) return false
  for (const key in value) if (value[key] !== undefined) return false
  return true
}

/**
 * The fields that a value sets: all leaves, elements of lists, keys of maps. What an applier owns of what it applied.
 * Upstream's `TypedValue.ToFieldSet`.
 */
export function fieldsIn(shape: Shape, value: unknown): FieldSet {
  return nodeOf(shape, value) ?? leaf
}

/** What stands at the value's own place; undefined: nothing is set there. */
function nodeOf(shape: Shape, value: unknown): FieldSet | undefined {
  const form = formOf(shape, value)
  if (form === 'scalar') return leaf
  if (form === 'list') return listNode(shape.list as ListShape, value)
  return mapNode(shape.map as MapShape, value)
}

function listNode(list: ListShape, value: unknown): FieldSet | undefined {
  if (list.atomic) return leaf
  let node: Growing | undefined
  for (const [element, items] of itemsByElement(list, value)) {
    node ??= {}
    // What stands there more than once is owned as a whole.
    node[element] = items.length > 1 ? leaf : member(nodeOf(list.of, items[0]))
  }
  return node
}

function mapNode(map: MapShape, value: unknown): FieldSet | undefined {
  if (map.atomic) return leaf
  if (!isPlainObject(value)) return undefined
  let node: Growing | undefined
  for (const key in value) {
    const held = value[key]
    const field = fieldAt(map, key)
    if (held === undefined || field === undefined) continue
    const inner = nodeOf(field.shape, held)
    const isMember = held === null || (isPlainObject(held) && holdsNothing(held)) || !map.fields.has(key)
    const child = isMember ? member(inner) : inner
    if (child === undefined) continue
    node ??= {}
    node[field.element] = child
  }
  return node
}

const member = (node: FieldSet | undefined): FieldSet =>
  node === undefined || node === leaf || node[self] !== undefined ? (node ?? leaf) : { [self]: leaf, ...node }

/**
 * All that a value holds, its objects and lists themselves included: what comes to be, or goes, with it.
 * The right side of upstream's `TypedValue.Compare` where the other side is absent.
 */
export function wholeOf(shape: Shape, value: unknown): FieldSet {
  const form = formOf(shape, value)
  if (form === 'scalar' || holdsNothing(value)) return leaf
  const node: Growing = { [self]: leaf }
  if (form === 'list') {
    const list = shape.list as ListShape
    if (list.atomic) return leaf
    for (const [element, items] of itemsByElement(list, value))
      node[element] = items.length > 1 ? leaf : wholeOf(list.of, items[0])
    return node
  }
  const map = shape.map as MapShape
  if (map.atomic || !isPlainObject(value)) return leaf
  for (const key in value) {
    const field = fieldAt(map, key)
    if (value[key] !== undefined && field) node[field.element] = wholeOf(field.shape, value[key])
  }
  return node
}
