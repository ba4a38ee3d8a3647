import { duplicate, invalid } from '../../rules/errors.ts'
import { fieldSchemaOf, isPlainRecord, type Structural } from '../../structural.ts'
import type { FieldError, Path } from '../../types.ts'
import { equal } from '../equal.ts'

/** Elements of lists of type set, and the keys of those of type map, stand once: what breaks that. */
export function checkListTypes(schema: Structural, value: unknown, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (needsCheck(schema)) walk(schema, value, path, errors)
  return errors
}

/** Whether a list that wants it is anywhere inside. Kept by identity. */
const wanted = new WeakMap<Structural, boolean>()

function needsCheck(schema: Structural): boolean {
  const known = wanted.get(schema)
  if (known !== undefined) return known
  const { items, properties = {}, additionalProperties } = schema
  const inside = [items, ...Object.values(properties), additionalProperties]
  const listType = schema['x-kubernetes-list-type']
  const found =
    listType === 'set' || listType === 'map' || inside.some(each => typeof each === 'object' && needsCheck(each))
  wanted.set(schema, found)
  return found
}

function walk(schema: Structural, value: unknown, path: Path, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    const listType = schema['x-kubernetes-list-type']
    if (listType === 'set') {
      for (const index of repeated(value)) errors.push(duplicate(path.index(index), value[index]))
    } else if (listType === 'map') checkMap(schema, value, path, errors)
    const { items } = schema
    if (items && needsCheck(items))
      for (const [index, element] of value.entries()) walk(items, element, path.index(index), errors)
    return
  }
  if (!isPlainRecord(value)) return
  for (const [name, held] of Object.entries(value)) {
    const inside = fieldSchemaOf(schema, name)
    if (!inside || !needsCheck(inside)) continue
    const isProperty = schema.properties !== undefined && Object.hasOwn(schema.properties, name)
    walk(inside, held, isProperty ? path.child(name) : path.key(name), errors)
  }
}

/** Positions of the second appearance of what appears more than once. */
function repeated(values: readonly unknown[]): number[] {
  const found: number[] = []
  const scalars = new Map<unknown, number>()
  const compound = new Map<string, { readonly value: unknown; times: number }[]>()
  values.forEach((value, index) => {
    if (typeof value !== 'object' || value === null) {
      const times = (scalars.get(value) ?? 0) + 1
      scalars.set(value, times)
      if (times === 2) found.push(index)
      return
    }
    const alike = compound.get(shapeOf(value)) ?? []
    compound.set(shapeOf(value), alike)
    const same = alike.find(each => equal(each.value, value))
    if (!same) alike.push({ value, times: 1 })
    else if (++same.times === 2) found.push(index)
  })
  return found
}

/** Something that equal values share: their JSON with the keys in order. */
const shapeOf = (value: unknown): string =>
  JSON.stringify(value, (_, held) =>
    isPlainRecord(held) ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1))) : held,
  )

function checkMap(schema: Structural, list: readonly unknown[], path: Path, errors: FieldError[]): void {
  const odd = list.findIndex(element => element !== null && !isPlainRecord(element))
  if (odd >= 0) {
    errors.push(invalid(path.index(odd), list[odd], 'must be an object for an array of list-type map'))
    return
  }
  const names = schema['x-kubernetes-list-map-keys'] ?? []
  const keys = list.map(element => {
    const held = (element ?? {}) as Record<string, unknown>
    return Object.fromEntries(names.filter(name => Object.hasOwn(held, name)).map(name => [name, held[name]]))
  })
  for (const index of repeated(keys)) errors.push(duplicate(path.index(index), keys[index]))
}
