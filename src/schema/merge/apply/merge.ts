import { put } from '../../codec/layout.ts'
import { isPlainObject } from '../plain.ts'
import type { Element } from './element.ts'
import { itemElement } from './items.ts'
import { holdsNothing } from './set.ts'
import { fieldAt, formOf, type ListShape, type MapShape, type Shape } from './shape.ts'

/**
 * What is applied, laid over what is there: leaves are replaced, objects merge by field, lists by their elements.
 * Nothing given is changed; the result shares what is not merged. Upstream's `TypedValue.Merge`.
 */
export function merge(shape: Shape, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live
  if (live === undefined) return applied
  const form = formOf(shape, applied === null ? live : applied)
  if (form === 'scalar' || (holdsNothing(live) && holdsNothing(applied))) return applied
  if (form === 'list') {
    const list = shape.list as ListShape
    return list.atomic
      ? applied
      : mergedLists(list, Array.isArray(live) ? live : [], Array.isArray(applied) ? applied : [])
  }
  const map = shape.map as MapShape
  return map.atomic ? applied : mergedMaps(map, live, applied)
}

function mergedMaps(map: MapShape, live: unknown, applied: unknown): unknown {
  const result: Record<string, unknown> = isPlainObject(live) ? { ...live } : {}
  if (!isPlainObject(applied)) return result
  for (const key in applied) {
    const field = fieldAt(map, key)
    const value = applied[key]
    if (value === undefined) continue
    const held = Object.hasOwn(result, key) ? result[key] : undefined
    put(result, key, field ? merge(field.shape, held, value) : value)
  }
  return result
}

/**
 * Elements of what is applied stand in its order; the others keep their places between them. What stands several times
 * in what is there is left so, unless it is applied.
 */
function mergedLists(list: ListShape, live: readonly unknown[], applied: readonly unknown[]): unknown[] {
  const lefts = live.map(item => itemElement(list, item))
  const rights = applied.map(item => itemElement(list, item))
  const inLeft = new Map<Element, unknown>()
  lefts.forEach((element, at) => void inLeft.set(element, inLeft.has(element) ? undefined : live[at]))
  const inRight = new Set(rights)
  // The elements of both, in the order of what is applied: what is met on the left out of it comes later.
  const shared = rights.filter(element => inLeft.has(element))
  const result: unknown[] = []
  const taken = new Set<Element>()
  let [left, right, next] = [0, 0, 0]
  const take = () => {
    const element = rights[right] as Element
    taken.add(element)
    result.push(merge(list.of, inLeft.get(element), applied[right]))
    if (shared[next] === element) next++
    right++
  }
  while (left < lefts.length || right < rights.length) {
    const element = lefts[left]
    if (element !== undefined && right < rights.length) {
      if (element === rights[right]) {
        take()
        left++
        continue
      }
      if (inRight.has(element) && next < shared.length && shared[next] !== element) {
        left++
        continue
      }
    }
    if (element !== undefined) {
      if (!inRight.has(element)) {
        result.push(live[left])
        left++
        continue
      }
      if (taken.has(element)) left++
    }
    if (right < rights.length) take()
  }
  return result
}
