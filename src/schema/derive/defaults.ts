import { put, slotsOf, typeOf } from '../codec/layout.ts'
import { emptiness } from '../codec/zero.ts'
import { isPlainRecord, propertyOf, type Structural, valuesOf } from '../structural.ts'
import type { ObjectType, Type } from '../types.ts'

/**
 * Fills in the literal defaults of fields, in place, wherever the object they belong to is there. A field that is by
 * value or always there takes its default when it is zero; one behind a pointer when it is absent.
 */
export function applyDefaults<T>(type: Type<T>, value: T): void {
  if (hasDefaults(type, new Set())) fillerOf(type)(value)
}

/** Custom resources may say what stands in the place of null elements. */
function hasPresetElements({ structural }: Type): boolean {
  return structural !== undefined && (structural.items?.default ?? valuesOf(structural)?.default) !== undefined
}

type Fill = (value: unknown) => void

/** Compiled once for each type, by identity. */
const fillers = new WeakMap<Type, Fill>()

/** Whether a default stands anywhere inside: what has none is not walked. */
function hasDefaults(type: Type, seen: Set<Type>): boolean {
  if (type.form === 'scalar' || seen.has(type)) return false
  seen.add(type)
  if (type.form !== 'object') return hasPresetElements(type) || hasDefaults(type.of, seen)
  return slotsOf(type).some(({ field }) => field.default !== undefined || hasDefaults(typeOf(field), seen))
}

function fillerOf(type: Type): Fill {
  const known = fillers.get(type)
  if (known) return known
  let fill: Fill | undefined
  const later: Fill = value => {
    fill ??= buildFiller(type)
    fill(value)
  }
  fillers.set(type, later)
  return later
}

function buildFiller(type: Type): Fill {
  if (type.structural) return looseFiller(type, type.structural)
  if (type.form === 'scalar') return () => {}
  if (type.form === 'object') return objectFiller(type)
  const fill = fillerOf(type.of)
  return type.form === 'list'
    ? value => {
        for (const element of value as unknown[]) fill(element)
      }
    : value => {
        for (const element of Object.values(value as object)) fill(element)
      }
}

/** Custom resources: what is of another kind is passed over, and null gives way to a default unless null is a value. */
function looseFiller(type: Type, schema: Structural): Fill {
  if (type.form === 'list') {
    const fill = fillerOf(type.of)
    const preset = schema.items?.default
    const takesNull = preset !== undefined && !schema.items?.nullable
    return value => {
      if (!Array.isArray(value)) return
      for (let index = 0; index < value.length; index++) {
        if (value[index] === null && takesNull) value[index] = copyOf(preset)
        fill(value[index])
      }
    }
  }
  if (type.form === 'map') {
    const fill = fillerOf(type.of)
    const values = valuesOf(schema)
    const takesNull = values?.default !== undefined && !values.nullable
    return value => {
      if (!isPlainRecord(value)) return
      for (const key of Object.keys(value)) {
        if (value[key] === null && takesNull) value[key] = copyOf(values.default)
        fill(value[key])
      }
    }
  }
  if (type.form === 'scalar') return () => {}
  const fields = slotsOf(type).flatMap(({ name, field }) => {
    const inner = typeOf(field)
    const fill = hasDefaults(inner, new Set()) ? fillerOf(inner) : undefined
    if (field.default === undefined && !fill) return []
    return [{ name, fill, preset: field.default, nullable: propertyOf(schema, name)?.nullable === true }]
  })
  return value => {
    if (!isPlainRecord(value)) return
    for (const { name, fill, preset, nullable } of fields) {
      const held = Object.hasOwn(value, name) ? value[name] : undefined
      if (preset !== undefined && (held === undefined || (held === null && !nullable))) put(value, name, copyOf(preset))
      if (fill && Object.hasOwn(value, name)) fill(value[name])
    }
  }
}

const copyOf = (preset: unknown) => (typeof preset === 'object' ? structuredClone(preset) : preset)

function objectFiller(type: ObjectType): Fill {
  const fields = slotsOf(type).flatMap(({ name, field }) => {
    const inner = typeOf(field)
    const fill = hasDefaults(inner, new Set()) ? fillerOf(inner) : undefined
    if (field.default === undefined && !fill) return []
    const isZero = field.presence === 'pointer' ? () => false : emptiness(inner)
    return [{ name, fill, isZero, preset: field.default }]
  })
  return value => {
    const object = value as Record<string, unknown>
    for (const { name, fill, isZero, preset } of fields) {
      const held = object[name]
      if (preset !== undefined && (held === undefined || held === null || isZero(held))) {
        object[name] = copyOf(preset)
      }
      const filled = object[name]
      if (fill && filled !== undefined && filled !== null) fill(filled)
    }
  }
}
