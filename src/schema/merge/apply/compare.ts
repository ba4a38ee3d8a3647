import { equal } from '../../derive/equal.ts'
import { isPlainObject } from '../plain.ts'
import type { Element } from './element.ts'
import { difference, type FieldSet, leaf, union } from './fieldSet.ts'
import { itemsByElement } from './items.ts'
import { type Growing, holdsNothing, wholeOf } from './set.ts'
import { fieldAt, formOf, type ListShape, type MapShape, type Shape } from './shape.ts'

/** What is different between two values. No path is in more than one of the sets. */
export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

type Kind = keyof Comparison
type Found = { [K in Kind]?: FieldSet }

/** Compares two values of a shape field by field. Upstream's `TypedValue.Compare`. */
export function compare(shape: Shape, before: unknown, after: unknown): Comparison {
  const { added = leaf, modified = leaf, removed = leaf } = compared(shape, before, after, true) ?? {}
  return { added, modified, removed }
}

/** Undefined: there is no difference. Both sides are there. */
function compared(shape: Shape, before: unknown, after: unknown, top = false): Found | undefined {
  if (before === after) return undefined
  const [was, is] = [formOf(shape, before), formOf(shape, after)]
  if (was !== is && before !== null && after !== null) return otherForm(shape, before, after)
  const form = before === null ? is : was
  if (form === 'scalar') return changed(before, after)
  if (holdsNothing(before) && holdsNothing(after)) return changed(before, after)
  if (form === 'list') {
    const list = shape.list as ListShape
    return list.atomic ? changed(before, after) : comparedLists(list, before, after)
  }
  const map = shape.map as MapShape
  return map.atomic ? changed(before, after) : comparedMaps(map, before, after, top)
}

const changed = (before: unknown, after: unknown): Found | undefined =>
  equal(before, after) ? undefined : { modified: leaf }

/** A value that became one of another form: what was in the one goes, what is in the other comes. */
function otherForm(shape: Shape, before: unknown, after: unknown): Found {
  const inside = (value: unknown): FieldSet => {
    const { '.': _, ...below } = wholeOf(shape, value)
    return below
  }
  const [gone, come] = [inside(before), inside(after)]
  const isLeaf = (set: FieldSet) => Object.keys(set).length === 0
  return {
    ...(isLeaf(gone) ? {} : { removed: gone }),
    ...(isLeaf(come) ? {} : { added: come }),
    ...(isLeaf(gone) || isLeaf(come) ? { modified: leaf } : {}),
  }
}

/** What was found at an element joins what was found so far. */
function note(found: Found | undefined, element: Element, at: Found | undefined): Found | undefined {
  if (at === undefined) return found
  const result = found ?? {}
  for (const kind in at) {
    const own = result[kind as Kind] as Growing | undefined
    const node = at[kind as Kind] as FieldSet
    if (own) own[element] = node
    else result[kind as Kind] = { [element]: node }
  }
  return result
}

function comparedMaps(map: MapShape, before: unknown, after: unknown, top: boolean): Found | undefined {
  const was = isPlainObject(before) ? before : {}
  const is = isPlainObject(after) ? after : {}
  let found: Found | undefined
  for (const key in is) {
    const [old, value] = [Object.hasOwn(was, key) ? was[key] : undefined, is[key]]
    if (value === old || value === undefined) continue
    // Mostly spec or status is as it was: that is found out fast.
    if (top && old !== undefined && equal(old, value)) continue
    const field = fieldAt(map, key)
    if (!field) continue
    const { shape, element } = field
    const at = old === undefined ? { added: wholeOf(shape, value) } : compared(shape, old, value)
    found = note(found, element, at)
  }
  for (const key in was) {
    const old = was[key]
    if (old === undefined || (Object.hasOwn(is, key) && is[key] !== undefined)) continue
    const field = fieldAt(map, key)
    if (field) found = note(found, field.element, { removed: wholeOf(field.shape, old) })
  }
  return found
}

function comparedLists(list: ListShape, before: unknown, after: unknown): Found | undefined {
  // Most are: then there is no need to name the elements.
  if (equal(before, after)) return undefined
  const was = itemsByElement(list, before)
  const is = itemsByElement(list, after)
  let found: Found | undefined
  for (const [element, items] of is) found = note(found, element, comparedItems(list, was.get(element) ?? [], items))
  for (const [element, items] of was) if (!is.has(element)) found = note(found, element, comparedItems(list, items, []))
  return found
}

/** What stands under one name. Where it stands several times, it is one value. */
function comparedItems(list: ListShape, was: readonly unknown[], is: readonly unknown[]): Found | undefined {
  if (was.length > 1 && is.length > 1) return changed(was, is)
  const [old] = was
  const [value] = is
  if (was.length > 1) return is.length === 0 ? { removed: leaf } : { removed: leaf, added: wholeOf(list.of, value) }
  if (is.length > 1) return was.length === 0 ? { added: leaf } : { added: leaf, removed: wholeOf(list.of, old) }
  if (was.length === 0) return { added: wholeOf(list.of, value) }
  return is.length === 0 ? { removed: wholeOf(list.of, old) } : compared(list.of, old, value)
}

/** The comparison without these fields and what is below them. */
export const without = (comparison: Comparison, fields: FieldSet): Comparison =>
  only(comparison, set => difference(set, fields, true))

/** The comparison with each of its sets filtered. */
export const only = ({ added, modified, removed }: Comparison, filter: (set: FieldSet) => FieldSet): Comparison => ({
  added: filter(added),
  modified: filter(modified),
  removed: filter(removed),
})

/** All that a comparison has set. */
export const everythingIn = ({ added, modified }: Comparison): FieldSet => union(added, modified)
