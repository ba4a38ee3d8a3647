import type { Element } from './element.ts'
import { below, type FieldSet, isEmpty, isMember, leaf } from './fieldSet.ts'
import { isDeduced, type Shape, shapeAt } from './shape.ts'

/** The shape of what an element leads to; undefined: the shape has nothing there. */
export function shapeBelow(shape: Shape, element: Element): Shape | undefined {
  if (element.startsWith('f:')) return shape.map && shapeAt(shape.map, element.slice(2))
  return shape.list?.of
}

/**
 * The set with the objects and lists it passes through, where they are fields of their own: of `a.b.c` also `a`, but not
 * `a.b` when `b` is a key of a map. So a field is taken out with the last of what is in it.
 */
export function withPassed(shape: Shape | undefined, set: FieldSet): FieldSet {
  const result: Record<Element, FieldSet> = {}
  if (set['.']) result['.'] = leaf
  for (const [element, node] of below(set)) {
    const inner = shape && shapeBelow(shape, element)
    const named = element.startsWith('f:') && shape?.map?.fields.has(element.slice(2))
    const deeper = withPassed(inner, node)
    result[element] = named && !isMember(deeper) ? { '.': leaf, ...deeper } : deeper
  }
  return result
}

/**
 * A set of fields named when another shape held, put right: what has become one value since is owned as a whole.
 * The same set where nothing has. Upstream's `ReconcileFieldSetWithSchema`.
 */
export function reconciled(shape: Shape, set: FieldSet): FieldSet {
  let result: Record<Element, FieldSet> | undefined
  for (const [element, node] of below(set)) {
    if (isEmpty(node)) continue
    const inner = shapeBelow(shape, element)
    if (!inner || isDeduced(inner)) continue
    const atomic = inner.map ? inner.map.atomic : !inner.scalar && inner.list?.atomic === true
    const right = atomic ? leaf : reconciled(inner, node)
    if (right === node) continue
    result ??= { ...set }
    result[element] = right
  }
  return result ?? set
}
