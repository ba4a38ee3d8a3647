import { ListMeta } from '../../api/meta/objectMeta.ts'
import { fields, list, one, root } from '../../schema/fields.ts'
import type { Type } from '../../schema/types.ts'

const listTypes = new WeakMap<Type, Type<unknown>>()

/** The list type of a kind: every kind's list has the same form. */
export function listTypeOf(type: Type): Type<unknown> {
  const known = listTypes.get(type)
  if (known) return known
  const name = type.form === 'object' ? type.name : ''
  const made = root<unknown>(
    `${name}List`,
    fields({ metadata: one(1, ListMeta, { always: true }), items: list(2, type, { always: true }) }),
  )
  listTypes.set(type, made)
  return made
}
