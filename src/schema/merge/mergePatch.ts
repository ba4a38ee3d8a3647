import { put } from '../codec/layout.ts'
import { equal } from '../derive/equal.ts'
import { PatchError } from './patchError.ts'
import { isPlainObject, noMap, type PlainObject } from './plain.ts'

/**
 * A JSON merge patch (RFC 7386) applied to plain data: null removes, objects merge, all else replaces. Nothing given
 * is changed; the result shares what the patch does not touch. Throws a PatchError when the patch is no object.
 */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (patch === null) throw new PatchError(400, 'Invalid JSON Patch')
  if (!isPlainObject(patch)) throw new PatchError(400, `error decoding patch: ${noMap(patch)}`)
  return merged(document, patch)
}

function merged(document: unknown, patch: unknown): unknown {
  if (!isPlainObject(patch)) return patch
  const result: Record<string, unknown> = isPlainObject(document) ? { ...document } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue
    if (value === null) delete result[key]
    else put(result, key, merged(Object.hasOwn(result, key) ? result[key] : undefined, value))
  }
  return result
}

/**
 * The merge patch that makes `after` of `before`; empty when they are the same. Where `after` holds nulls inside
 * objects it cannot be made: a merge patch cannot set null.
 */
export function createMergePatch(before: PlainObject, after: PlainObject): Record<string, unknown> {
  const patch: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined) continue
    const held = Object.hasOwn(before, key) ? before[key] : undefined
    if (isPlainObject(value) && isPlainObject(held)) {
      const inner = createMergePatch(held, value)
      if (Object.keys(inner).length > 0) put(patch, key, inner)
    } else if (held === undefined || !equal(held, value)) put(patch, key, value)
  }
  for (const [key, value] of Object.entries(before)) {
    if (value !== undefined && (!Object.hasOwn(after, key) || after[key] === undefined)) put(patch, key, null)
  }
  return patch
}
