import { PatchError } from './patchError.ts'
import { goPrint, isPlainObject, type PlainObject } from './plain.ts'

/** The directives of strategic merge patches. */
export const patchMarker = '$patch'
export const retainMarker = '$retainKeys'
export const deleteMarker = '$deleteFromPrimitiveList'
export const orderMarker = '$setElementOrder'

export interface ListRules {
  /** Whether elements of the patch join those that are there; otherwise they take their place. */
  readonly merges: boolean
  /** The field that tells which elements are one; absent for lists of scalars. */
  readonly mergeKey: string | undefined
}

export interface ElementMerger {
  merge(old: PlainObject, patch: PlainObject): PlainObject
  /** A patch element that was not there before. */
  added(patch: PlainObject): PlainObject
  /** Name of the element's type, for errors. */
  readonly typeName: string
}

/** The list without the elements that are in the other. */
export function deleteFromList(list: readonly unknown[], gone: readonly unknown[]): unknown[] {
  const set = new Set(gone)
  return list.filter(element => !set.has(element))
}

/**
 * A list of a patch merged into a list of a document. Elements of the patch stand in its order (or in `order`, when
 * `$setElementOrder` gave one), the others in that of the document; both are interleaved by their old places.
 */
export function mergeLists(
  document: readonly unknown[],
  patch: readonly unknown[],
  { merges, mergeKey }: ListRules,
  merger: ElementMerger,
  order?: readonly unknown[],
): unknown[] {
  if (document.length === 0 && patch.length === 0) return []
  const objects = elementsAreObjects(document, patch)
  if (objects && mergeKey === undefined && merges) {
    throw new PatchError(500, `cannot merge lists without merge key for ${merger.typeName}`)
  }
  const keyOf = objects && mergeKey !== undefined ? (element: unknown) => (element as PlainObject)[mergeKey] : same
  if (order) checkOrder(patch, order, mergeKey)
  let merged: unknown[]
  let base = document
  if (!merges) merged = order && patch.length === 0 ? [...document] : [...patch]
  else if (!objects) merged = [...new Set([...document, ...patch])]
  else {
    const found = mergeByKey(document as PlainObject[], patch as PlainObject[], mergeKey as string, merger)
    merged = found.merged
    base = found.base
  }
  return arrange(merged, order ?? patch, order ? document : base, keyOf)
}

const same = (element: unknown) => element

function elementsAreObjects(...lists: (readonly unknown[])[]): boolean {
  let objects = 0
  let count = 0
  for (const list of lists) {
    for (const element of list) {
      if (Array.isArray(element)) throw new PatchError(422, 'lists of lists are not supported')
      if (isPlainObject(element)) objects++
      count++
    }
  }
  if (objects > 0 && objects < count) {
    throw new PatchError(500, `list element types are not identical: ${goPrint(lists)}`)
  }
  return objects > 0
}

interface Merged {
  readonly merged: PlainObject[]
  /** The document's elements after deletion: they give the places. */
  readonly base: readonly PlainObject[]
}

function mergeByKey(
  document: readonly PlainObject[],
  patch: readonly PlainObject[],
  mergeKey: string,
  merger: ElementMerger,
): Merged {
  const { deleted, replace, plain } = sortOut(patch, mergeKey)
  if (replace) return { merged: plain.map(element => merger.added(element)), base: [] }
  const base = document.filter(element => !deleted.has(element[mergeKey]))
  const merged = [...base]
  const places = new Map<unknown, number>()
  merged.forEach((element, place) => {
    if (!places.has(element[mergeKey])) places.set(element[mergeKey], place)
  })
  for (const element of plain) {
    const key = element[mergeKey]
    const place = places.get(key)
    if (place === undefined) places.set(key, merged.push(merger.added(element)) - 1)
    else merged[place] = merger.merge(merged[place] as PlainObject, element)
  }
  return { merged, base }
}

/** The elements of a patch: those that delete, whether one says to replace the whole list, and the rest. */
function sortOut(patch: readonly PlainObject[], mergeKey: string) {
  const deleted = new Set<unknown>()
  const plain: PlainObject[] = []
  let replace = false
  for (const element of patch) {
    const directive = element[patchMarker]
    if (directive === 'replace') replace = true
    else if (directive === 'merge') throw new PatchError(500, 'merging lists cannot yet be specified in the patch')
    else if (directive !== undefined && directive !== 'delete') {
      throw new PatchError(500, `unknown patch type: ${goPrint(directive)} in map: ${goPrint(element)}`)
    } else if (!Object.hasOwn(element, mergeKey)) throw noMergeKey(element, mergeKey)
    else if (directive === 'delete') deleted.add(element[mergeKey])
    else plain.push(element)
  }
  return { deleted, replace, plain }
}

const noMergeKey = (element: PlainObject, mergeKey: string) =>
  new PatchError(500, `map: ${goPrint(element)} does not contain declared merge key: ${mergeKey}`)

/** The patch may name only elements of the order, and in that order; those it deletes aside. */
function checkOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  if (patch.length === 0 || order.length === 0) return
  const keyOf = (element: unknown): unknown => {
    if (mergeKey === undefined) return element
    if (!isPlainObject(element))
      throw new PatchError(500, `expected a map[string]interface {}, but received a ${typeof element}`)
    if (!Object.hasOwn(element, mergeKey)) throw noMergeKey(element, mergeKey)
    return element[mergeKey]
  }
  const wanted = patch.filter(element => !(isPlainObject(element) && Object.hasOwn(element, patchMarker)))
  let next = 0
  for (const element of order) {
    if (next < wanted.length && keyOf(wanted[next]) === keyOf(element)) next++
  }
  if (next < wanted.length) {
    const text = `The order in patch list:\n${goPrint(patch)}\n doesn't match ${orderMarker} list:\n${goPrint(order)}\n`
    throw new PatchError(500, text)
  }
}

/** Places by key, of the first element with it. */
function placesOf(list: readonly unknown[], keyOf: (element: unknown) => unknown): Map<unknown, number> {
  const places = new Map<unknown, number>()
  list.forEach((element, place) => {
    const key = keyOf(element)
    if (!places.has(key)) places.set(key, place)
  })
  return places
}

/** Elements named by `order` in its order, all others in the document's; an other goes before the first one it stood before. */
function arrange(
  merged: readonly unknown[],
  order: readonly unknown[],
  document: readonly unknown[],
  keyOf: (element: unknown) => unknown,
): unknown[] {
  const inOrder = placesOf(order, keyOf)
  const inDocument = placesOf(document, keyOf)
  const sorted = (elements: unknown[], places: ReadonlyMap<unknown, number>) =>
    elements.sort((a, b) => (places.get(keyOf(a)) ?? Number.MAX_VALUE) - (places.get(keyOf(b)) ?? Number.MAX_VALUE))
  const named = sorted(
    merged.filter(element => inOrder.has(keyOf(element))),
    inOrder,
  )
  const others = sorted(
    merged.filter(element => !inOrder.has(keyOf(element))),
    inDocument,
  )
  const result: unknown[] = []
  let next = 0
  for (const other of others) {
    const place = inDocument.get(keyOf(other))
    while (next < named.length) {
      const namedPlace = inDocument.get(keyOf(named[next]))
      if (place !== undefined && namedPlace !== undefined && place < namedPlace) break
      result.push(named[next])
      next++
    }
    result.push(other)
  }
  result.push(...named.slice(next))
  return result
}
