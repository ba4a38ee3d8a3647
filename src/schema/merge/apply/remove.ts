import { put } from '../../codec/layout.ts'
import { isPlainObject } from '../plain.ts'
import { type FieldSet, isEmpty, isMember } from './fieldSet.ts'
import { itemElement } from './items.ts'
import { fieldAt, formOf, type ListShape, type MapShape, type Shape } from './shape.ts'

/**
 * A value without the fields of a set. Objects and lists that something was taken out of stay, though nothing may be left
 * in them. Nothing given is changed. Upstream's `TypedValue.RemoveItems`.
 */
export function remove(shape: Shape, value: unknown, fields: FieldSet): unknown {
  if (isEmpty(fields)) return value
  const form = formOf(shape, value)
  if (form === 'list') return removedFromList(shape.list as ListShape, value, fields)
  return form === 'map' ? removedFromMap(shape.map as MapShape, value, fields) : value
}

function removedFromList(list: ListShape, value: unknown, fields: FieldSet): unknown {
  if (list.atomic || !Array.isArray(value)) return value
  const result: unknown[] = []
  for (const item of value as unknown[]) {
    const node = fields[itemElement(list, item)]
    if (node === undefined) result.push(item)
    else if (!isMember(node)) result.push(remove(list.of, item, node))
  }
  return result
}

function removedFromMap(map: MapShape, value: unknown, fields: FieldSet): unknown {
  if (map.atomic || !isPlainObject(value)) return value
  const result: Record<string, unknown> = {}
  for (const key in value) {
    const field = fieldAt(map, key)
    const node = field && fields[field.element]
    if (node === undefined || field === undefined) put(result, key, value[key])
    else if (!isMember(node)) put(result, key, remove(field.shape, value[key], node))
  }
  return result
}
