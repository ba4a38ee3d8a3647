import { isPlainObject } from '../plain.ts'
import { checkElement, compareElements, type Element, printElement } from './element.ts'

/**
 * A set of paths, in the very form of its JSON (FieldsV1): each element of a path leads to what is below it. An element
 * with nothing below it is in the set itself; one with more below it is in the set where it has a `.`:
 *   { 'f:spec': { 'f:replicas': {}, 'f:labels': { '.': {}, 'f:app': {} } } }
 * Sets are never changed: operations give new ones that share parts, and the set itself where nothing comes of them.
 */
export type FieldSet = { readonly [element: Element]: FieldSet }

export type Path = readonly Element[]

/** What stands at an element that is in the set and has nothing below it; at the top, the set of nothing. */
export const leaf: FieldSet = Object.freeze({})
const self = '.'

/** Whether a set holds nothing. */
export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false
  return true
}

/** Whether what stands at an element says that the element itself is in the set. */
export const isMember = (node: FieldSet): boolean => isEmpty(node) || node[self] !== undefined

/** A set of these paths. */
export function setOf(...paths: readonly Path[]): FieldSet {
  let set: FieldSet = leaf
  for (const path of paths) set = union(set, onePath(path))
  return set
}

const onePath = (path: Path): FieldSet => path.reduceRight<FieldSet>((below, element) => ({ [element]: below }), leaf)

export function has(set: FieldSet, path: Path): boolean {
  let node: FieldSet | undefined = set
  for (const element of path) {
    node = Object.hasOwn(node, element) ? node[element] : undefined
    if (!node) return false
  }
  return path.length > 0 && isMember(node)
}

/** The elements below a node, and what stands at them. */
export function* below(node: FieldSet): Generator<readonly [Element, FieldSet]> {
  for (const element in node) if (element !== self) yield [element, node[element] as FieldSet]
}

/** All that is in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || b === leaf || isEmpty(b)) return a
  return isEmpty(a) ? b : joined(a, b)
}

/** The union of what stands at one element: there an empty node says that the element is a member. */
function joined(a: FieldSet, b: FieldSet): FieldSet {
  let result: Record<Element, FieldSet> | undefined
  for (const element in b) {
    const other = b[element] as FieldSet
    const own = a[element]
    const both = own === undefined || element === self ? other : nodeUnion(own, other)
    if (own !== undefined && (both === own || element === self)) continue
    result ??= { ...a }
    result[element] = both
  }
  return result ?? a
}

function nodeUnion(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a
  if (isEmpty(a)) return asMember(b)
  return isEmpty(b) ? asMember(a) : joined(a, b)
}

const asMember = (node: FieldSet): FieldSet =>
  isEmpty(node) || node[self] !== undefined ? node : { [self]: leaf, ...node }

/** What is in `a` and not in `b`. With `whole`, what is below a member of `b` goes with it. */
export function difference(a: FieldSet, b: FieldSet, whole = false): FieldSet {
  if (a === leaf || b === leaf) return a
  let result: Record<Element, FieldSet> | undefined
  for (const element in b) {
    const own = element === self ? undefined : a[element]
    if (own === undefined) continue
    const left = nodeDifference(own, b[element] as FieldSet, whole)
    if (left === own) continue
    result ??= { ...a }
    if (left === undefined) delete result[element]
    else result[element] = left
  }
  return result ?? a
}

/** What is left at one element; undefined: nothing. */
function nodeDifference(a: FieldSet, b: FieldSet, whole: boolean): FieldSet | undefined {
  const taken = isMember(b)
  if (taken && whole) return undefined
  if (isEmpty(a)) return taken ? undefined : a
  const left = difference(a, b, whole)
  const member = left[self] !== undefined && !taken
  if (!hasBelow(left)) return member ? leaf : undefined
  return taken && left[self] !== undefined ? withoutSelf(left) : left
}

function withoutSelf({ [self]: _, ...rest }: FieldSet): FieldSet {
  return rest
}

function hasBelow(node: FieldSet): boolean {
  for (const element in node) if (element !== self) return true
  return false
}

/** What is in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === leaf || b === leaf) return leaf
  let result: Record<Element, FieldSet> | undefined
  for (const element in a) {
    if (element === self) continue
    const other = b[element]
    if (other === undefined) continue
    const [x, y] = [a[element] as FieldSet, other]
    const both = intersection(x, y)
    const member = isMember(x) && isMember(y)
    if (!member && isEmpty(both)) continue
    result ??= {}
    result[element] = member && !isEmpty(both) ? { [self]: leaf, ...both } : both
  }
  return result ?? leaf
}

/** All paths of a set, in order. */
export function* pathsOf(set: FieldSet, before: Path = []): Generator<Path> {
  for (const element of Object.keys(set).sort(compareElements)) {
    if (element === self) continue
    const node = set[element] as FieldSet
    const path = [...before, element]
    if (isMember(node)) yield path
    yield* pathsOf(node, path)
  }
}

export const printPath = (path: Path): string => path.map(printElement).join('')

/** The set with its elements in upstream's order: then its JSON is the same, byte by byte. */
export function sorted(set: FieldSet): FieldSet {
  let inOrder = true
  let previous: string | undefined
  let changed: Record<Element, FieldSet> | undefined
  for (const element in set) {
    if (previous !== undefined && element !== previous && order(previous, element) > 0) inOrder = false
    previous = element
    const node = set[element] as FieldSet
    if (node === leaf) continue
    const better = sorted(node)
    if (better === node) continue
    changed ??= { ...set }
    changed[element] = better
  }
  const result = changed ?? set
  if (inOrder) return result
  const arranged: Record<Element, FieldSet> = {}
  for (const element of Object.keys(result).sort(order)) arranged[element] = result[element] as FieldSet
  return arranged
}

/** The mark of a member stands before what is below it. */
const order = (a: string, b: string): number =>
  a === self || b === self ? Number(b === self) - Number(a === self) : compareElements(a, b)

/** Deeper sets than this are refused. */
const deepest = 200

/**
 * Reads a set that somebody sent. Elements of unknown kinds are dropped; throws on those that cannot be read. The same
 * set is given back where there is nothing to put right.
 */
export function readSet(json: unknown): FieldSet {
  if (json === null || json === undefined) return leaf
  if (!isPlainObject(json)) throw new Error('expected an object of fields')
  const node = readNode(json, 0)
  return isEmpty(node) || !node[self] ? node : withoutSelf(node)
}

function readNode(json: unknown, depth: number): FieldSet {
  if (depth > deepest) throw new Error('the set of fields is too deep')
  if (!isPlainObject(json)) return leaf
  let result: Record<Element, FieldSet> | undefined
  let below = false
  for (const element in json) {
    const held = json[element]
    const known = element === self || checkElement(element)
    const node = !known || element === self ? leaf : readNode(held, depth + 1)
    if (known && element !== self) below = true
    if (known && node === held) continue
    if (known && isPlainObject(held) && isEmpty(held as FieldSet) && isEmpty(node)) continue
    result ??= { ...(json as Record<Element, FieldSet>) }
    if (known) result[element] = node
    else delete result[element]
  }
  const node = result ?? (json as FieldSet)
  return below || isEmpty(node) ? node : leaf
}

/** What of a set lies on one of these paths or below it; the names of fields, `*` for any element. */
export function along(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  let result: Record<Element, FieldSet> | undefined
  for (const [element, node] of below(set)) {
    const matching = paths.filter(([first]) => first === '*' || element === `f:${first}`)
    if (matching.length === 0) continue
    const rests = matching.map(path => path.slice(1))
    const kept = rests.some(rest => rest.length === 0) ? node : along(node, rests)
    const member = isMember(node)
    if (!member && isEmpty(kept)) continue
    result ??= {}
    result[element] = member ? asMember(kept) : kept
  }
  return result ?? leaf
}
