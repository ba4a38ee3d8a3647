import { isPlainObject } from '../plain.ts'
import { compareElements, type Element } from './element.ts'
import { type FieldSet, isMember } from './fieldSet.ts'
import { itemsByElement } from './items.ts'
import { holdsNothing } from './set.ts'
import { fieldAt, formOf, type ListShape, type MapShape, type Shape } from './shape.ts'

/**
 * The JSON of the set of fields that a new object sets, in order, without what is in `excluded` and below; empty when
 * there are none. The same as `compare` with `nothing`, the empty object of the shape, would find; but most objects are
 * made, and nobody ever looks at who made them: so it is text from the beginning.
 */
export function createdFields(shape: Shape, nothing: unknown, value: unknown, excluded: FieldSet): string {
  const inside = insideChanged(shape, nothing, value, excluded)
  return inside === '' ? '' : `{${inside}}`
}

/** What changed below a place that was there before, without the braces around it; undefined at a leaf that changed. */
function changed(shape: Shape, before: unknown, value: unknown, excluded: FieldSet | undefined): string | undefined {
  const form = formOf(shape, value)
  if (form === 'scalar' || (holdsNothing(before) && holdsNothing(value)) || isAtomic(shape, form)) {
    return before === value || JSON.stringify(before) === JSON.stringify(value) ? '' : undefined
  }
  return form === 'map'
    ? insideChanged(shape, before, value, excluded)
    : insideList(shape.list as ListShape, value, excluded)
}

const isAtomic = (shape: Shape, form: 'map' | 'list'): boolean => shape[form]?.atomic === true

function insideChanged(shape: Shape, before: unknown, value: unknown, excluded: FieldSet | undefined): string {
  const map = shape.map as MapShape
  const was = isPlainObject(before) ? before : {}
  let text = ''
  for (const key of keysOf(value)) {
    const held = (value as Record<string, unknown>)[key]
    const field = fieldAt(map, key)
    if (held === undefined || !field) continue
    const out = excluded?.[field.element]
    if (out && isMember(out)) continue
    const old = Object.hasOwn(was, key) ? was[key] : undefined
    const inside = old === undefined ? whole(field.shape, held, out) : changed(field.shape, old, held, out)
    if (inside !== '') text += entry(text, field.element, inside)
  }
  return text
}

const entry = (before: string, element: Element, inside: string | undefined): string =>
  `${before === '' ? '' : ','}${JSON.stringify(element)}:${inside === undefined ? '{}' : `{${inside}}`}`

/** All that a new value holds; undefined at a leaf. */
function whole(shape: Shape, value: unknown, excluded: FieldSet | undefined): string | undefined {
  const form = formOf(shape, value)
  if (form === 'scalar' || holdsNothing(value) || isAtomic(shape, form)) return undefined
  let text = '".":{}'
  if (form === 'list') {
    const inside = insideList(shape.list as ListShape, value, excluded)
    return inside === '' ? undefined : `${text},${inside}`
  }
  const map = shape.map as MapShape
  for (const key of keysOf(value)) {
    const held = (value as Record<string, unknown>)[key]
    const field = fieldAt(map, key)
    if (held === undefined || !field) continue
    const out = excluded?.[field.element]
    if (!out || !isMember(out)) text += entry(text, field.element, whole(field.shape, held, out))
  }
  return text
}

function insideList(list: ListShape, value: unknown, excluded: FieldSet | undefined): string {
  const items = [...itemsByElement(list, value)]
  if (items.length > 1) items.sort(([a], [b]) => compareElements(a, b))
  let text = ''
  for (const [element, same] of items)
    text += entry(text, element, same.length > 1 ? undefined : whole(list.of, same[0], excluded?.[element]))
  return text
}

const ascii = /^[\0-\x7f]*$/

/** The keys of an object in the order of their elements. */
function keysOf(value: unknown): string[] {
  if (!isPlainObject(value)) return []
  const keys = Object.keys(value).sort()
  // Others are not ordered as Go does.
  return keys.every(key => ascii.test(key)) ? keys : keys.sort((a, b) => compareElements(`f:${a}`, `f:${b}`))
}
