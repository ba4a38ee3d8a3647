import { forbidden, invalid } from '../../schema/rules/errors.ts'
import { configMapKey } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'

type Data = Readonly<Record<string, string>> | undefined

/** ConfigMaps and Secrets hold at most this many bytes. */
export const mostDataBytes = 1024 * 1024

/** Bytes of a base64 text. */
export const bytesOfBase64 = (text: string): number =>
  (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)

/** Bytes of a text in UTF-8. */
export const bytesOfText = (text: string): number => new TextEncoder().encode(text).length

export const dataBytes = (data: Data, size: (value: string) => number): number =>
  Object.values(data ?? {}).reduce((sum, value) => sum + size(value), 0)

/** Keys of data are file names of a kind. */
export const keyRules = (data: Data, field: string): FieldError[] =>
  Object.keys(data ?? {}).flatMap(key => configMapKey(key).map(detail => invalid(at(field).key(key), key, detail)))

const fixed = 'field is immutable when `immutable` is set'

/** What an update may do to data once `immutable` was set: nothing. */
export function immutableRules<T extends { immutable?: boolean }>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return []
  const errors = object.immutable ? [] : [forbidden(at('immutable'), fixed)]
  for (const field of fields)
    if (!sameData(object[field] as Data, old[field] as Data)) errors.push(forbidden(at(field), fixed))
  return errors
}

function sameData(a: Data = {}, b: Data = {}): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => a[key] === b[key])
}
