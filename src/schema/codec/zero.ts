import type { Type } from '../types.ts'
import { slotsOf, typeOf } from './layout.ts'

/** The normal form of a value of which nothing is given. Always a new one. */
export function zeroOf(type: Type): unknown {
  if (type.form === 'scalar') return type.scalar.zero
  if (type.form === 'list') return []
  const object: Record<string, unknown> = {}
  if (type.form === 'map') return object
  for (const { name, field } of slotsOf(type)) {
    if (field.presence === 'always') object[name] = zeroOf(typeOf(field))
  }
  return object
}

/** Whether a value counts as absent where the field's presence is `value`. */
export function emptiness(type: Type): (value: unknown) => boolean {
  if (type.form === 'scalar') return value => type.scalar.isZero(value)
  return type.form === 'list' ? value => (value as unknown[]).length === 0 : value => isEmptyObject(value as object)
}

/** Whether an object has no key of its own. */
export function isEmptyObject(value: object): boolean {
  for (const _ in value) return false
  return true
}
