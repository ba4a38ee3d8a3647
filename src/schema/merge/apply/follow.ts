import type { Element } from './element.ts'
import { below, type FieldSet, isEmpty, isMember, leaf } from './fieldSet.ts'
import { isDeduced, type Shape, shapeBelow } from './shape.ts'

/**
 * The set with the objects and lists it passes through, where they are fields of their own: of `a.b.c` also `a`, but not
 * `a.b` when `b` is a key of a map. So a field is taken out with the last of what is in it.
 */
export function withPassed(shape: Shape | undefined, set: FieldSet): FieldSet {
  const result: Record<Element, FieldSet> = {}
  if (set['.']) result['.'] = leaf
  for (const [element, node] of below(set)) {
    const inner = shape && shapeBelow(shape, element)
    const named = shape?.map?.byElement.has(element)
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
  for (const element in set) {
    const node = set[element] as FieldSet
    if (element === '.' || isEmpty(node)) continue
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
