import { put, slotsOf, typeOf } from '../codec/layout.ts'
import type { Field, Type } from '../types.ts'
import {
  deleteFromList,
  deleteMarker,
  type ListRules,
  mergeLists,
  orderMarker,
  patchMarker,
  retainMarker,
} from './lists.ts'
import { PatchError } from './patchError.ts'
import { goPrint, isPlainObject, noMap, type PlainObject } from './plain.ts'

/**
 * A strategic merge patch applied to a value of a type, as plain data. Lists merge by the keys the type declares; the
 * directives `$patch`, `$retainKeys`, `$deleteFromPrimitiveList` and `$setElementOrder` are followed. Nothing given is
 * changed; the result shares what the patch does not touch. Throws a PatchError.
 * Upstream's strategicpatch.StrategicMergeMapPatch.
 */
export function applyStrategicPatch<T>(type: Type<T>, document: T, patch: unknown): unknown {
  if (patch === null) return document
  if (!isPlainObject(patch)) throw new PatchError(400, noMap(patch))
  return mergeObjects(type, document as PlainObject, patch)
}

/** How the value of a key merges: its type when known, and the strategy declared with its field. */
interface Member extends ListRules {
  readonly type: Type | undefined
  readonly replaces: boolean
}

const unknown: Member = { type: undefined, merges: false, mergeKey: undefined, replaces: false }

function memberOf(type: Type | undefined, key: string): Member {
  if (type?.form === 'map') return { ...unknown, type: type.of }
  if (type?.form !== 'object') return unknown
  const field = slotsOf(type).find(slot => slot.name === key)?.field
  return field ? fieldMember(field) : unknown
}

function fieldMember(field: Field): Member {
  const strategies = field.patchStrategy?.split(',') ?? []
  const replaces = strategies.includes('replace')
  return {
    type: typeOf(field),
    replaces,
    merges: !replaces && (strategies.includes('merge') || field.mergeKey !== undefined),
    mergeKey: field.mergeKey,
  }
}

function mergeObjects(type: Type | undefined, document: PlainObject | undefined, patch: PlainObject): PlainObject {
  const directive = patch[patchMarker]
  if (directive === 'replace') return withoutMarkers(patch)
  if (directive === 'delete') return {}
  if (directive !== undefined) {
    throw new PatchError(500, `unknown patch type: ${goPrint(directive)} in map: ${goPrint(patch)}`)
  }
  const result = retained(document ?? {}, patch)
  const ordered = new Set<string>()
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(orderMarker)) continue
    const name = keyBehind(key, orderMarker)
    mergeOrdered(memberOf(type, name), name, result, patch, order)
    ordered.add(name)
  }
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith(deleteMarker)) continue
    const name = keyBehind(key, deleteMarker)
    const list = result[name]
    if (Array.isArray(list) && Array.isArray(value)) result[name] = deleteFromList(list, value)
  }
  for (const [key, value] of Object.entries(patch)) {
    if (isMarker(key) || ordered.has(key) || value === undefined) continue
    mergeKeyInto(type, result, key, value)
  }
  return result
}

function mergeKeyInto(type: Type | undefined, result: Record<string, unknown>, key: string, value: unknown): void {
  if (value === null) {
    delete result[key]
    return
  }
  const held = Object.hasOwn(result, key) ? result[key] : undefined
  const member = memberOf(type, key)
  if (isPlainObject(held) && isPlainObject(value)) {
    put(result, key, member.replaces ? value : mergeObjects(member.type, held, value))
    return
  }
  if (Array.isArray(held) && Array.isArray(value)) {
    put(result, key, member.merges ? mergeLists(held, value, member, mergerOf(member)) : value)
    return
  }
  const taken = withoutDirectives(value)
  if (taken === undefined) delete result[key]
  else put(result, key, taken)
}

/** Merges two elements of a list with this member's type. */
const mergerOf = (member: Member) => ({
  merge: (old: PlainObject, patch: PlainObject) =>
    mergeObjects(member.type?.form === 'list' ? member.type.of : undefined, old, patch),
  added: (patch: PlainObject) => withoutDirectives(patch) as PlainObject,
  typeName: typeNameOf(member.type),
})

function typeNameOf(type: Type | undefined): string {
  const of = type?.form === 'list' ? type.of : type
  return of?.form === 'object' ? of.name.slice(of.name.lastIndexOf('.') + 1) : ''
}

/** `$setElementOrder/x` with the patch for `x`, if there is one. */
function mergeOrdered(
  member: Member,
  name: string,
  result: Record<string, unknown>,
  patch: PlainObject,
  order: unknown,
): void {
  const held = Object.hasOwn(result, name) ? (result[name] ?? undefined) : undefined
  const changes = Object.hasOwn(patch, name) ? (patch[name] ?? undefined) : undefined
  for (const list of [order, held ?? [], changes ?? []]) {
    if (Array.isArray(list)) continue
    throw new PatchError(500, `expected a []interface {}, but received a ${goKindOf(list)}`)
  }
  // A list that the patch sets to null goes.
  if (patch[name] === null) delete result[name]
  if (held === undefined && changes === undefined) return
  if (patch[name] === null) return
  const merged = mergeLists(
    (held ?? []) as unknown[],
    (changes ?? []) as unknown[],
    member,
    mergerOf(member),
    order as unknown[],
  )
  put(result, name, merged)
}

const goKindOf = (value: unknown): string =>
  isPlainObject(value)
    ? 'map[string]interface {}'
    : typeof value === 'number'
      ? 'float64'
      : typeof value === 'boolean'
        ? 'bool'
        : 'string'

const isMarker = (key: string) =>
  key === patchMarker || key === retainMarker || key.startsWith(orderMarker) || key.startsWith(deleteMarker)

function keyBehind(key: string, marker: string): string {
  if (key[marker.length] === '/') return key.slice(marker.length + 1)
  const list = marker === deleteMarker ? 'primitive list' : 'setElementOrder list'
  throw new PatchError(400, `invalid patch format of ${list}`)
}

/** A copy of the document, without what `$retainKeys` does not name. */
function retained(document: PlainObject, patch: PlainObject): Record<string, unknown> {
  const keep = patch[retainMarker]
  if (keep === undefined) return { ...document }
  if (!Array.isArray(keep)) throw new PatchError(400, 'invalid patch format of retainKeys')
  const names = new Set<unknown>(keep)
  for (const [key, value] of Object.entries(patch)) {
    if (value !== null && !isMarker(key) && !names.has(key))
      throw new PatchError(422, "patch content doesn't match retainKeys list")
  }
  return Object.fromEntries(Object.entries(document).filter(([key]) => names.has(key)))
}

const withoutMarkers = (patch: PlainObject): PlainObject =>
  Object.fromEntries(Object.entries(patch).filter(([key]) => !isMarker(key)))

/** What a patch gives where nothing stood before: no nulls, no directives, and nothing that a `$patch` marks. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter(element => element !== undefined)
  if (!isPlainObject(value)) return value
  if (Object.hasOwn(value, patchMarker)) return undefined
  const result: Record<string, unknown> = {}
  for (const [key, held] of Object.entries(value)) {
    const kept = held === null || isMarker(key) ? undefined : withoutDirectives(held)
    if (kept !== undefined) put(result, key, kept)
  }
  return result
}
