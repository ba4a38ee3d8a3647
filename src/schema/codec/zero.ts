import type { ObjectType, Type } from '../types.ts'
import { slotsOf, typeOf } from './layout.ts'

/** The normal form of a value of which nothing is given. Always a new one. */
export function zeroOf(type: Type): unknown {
  // What nothing is given for is null where rules, not the type, say what may stand there.
  if (type.structural && !(type.form === 'object' && type.root)) return null
  if (type.form === 'scalar') return type.scalar.zero
  if (type.form === 'list') return []
  const object: Record<string, unknown> = {}
  if (type.form === 'map') return object
  for (const { name, field } of slotsOf(type)) {
    if (field.presence === 'always') object[name] = zeroOf(typeOf(field))
  }
  return object
}

/** Whether a value counts as absent where the field's presence is `value`: it says no more than its zero value. */
export function emptiness(type: Type): (value: unknown) => boolean {
  if (type.form === 'scalar') return value => type.scalar.isZero(value)
  if (type.form === 'list') return value => (value as unknown[]).length === 0
  return type.form === 'map' ? value => isEmptyObject(value as object) : zeroTest(type)
}

/** An object is zero when every field is: pointers absent, the rest zero. */
function zeroTest(type: ObjectType): (value: unknown) => boolean {
  let tests: Map<string, (value: unknown) => boolean> | undefined
  return value => {
    tests ??= new Map(
      slotsOf(type).map(({ name, field }) => [
        name,
        field.presence === 'pointer' ? () => false : emptiness(typeOf(field)),
      ]),
    )
    const object = value as Record<string, unknown>
    for (const name in object) {
      const held = object[name]
      if (held === undefined || held === null) continue
      const isZero = tests.get(name)
      if (isZero && !isZero(held)) return false
    }
    return true
  }
}

/** Whether an object has no key of its own. */
export function isEmptyObject(value: object): boolean {
  for (const _ in value) return false
  return true
}
