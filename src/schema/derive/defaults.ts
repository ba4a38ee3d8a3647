import { slotsOf, typeOf } from '../codec/layout.ts'
import { emptiness } from '../codec/zero.ts'
import type { ObjectType, Type } from '../types.ts'

/**
 * Fills in the literal defaults of fields, in place, wherever the object they belong to is there. A field that is by
 * value or always there takes its default when it is zero; one behind a pointer when it is absent.
 */
export function applyDefaults<T>(type: Type<T>, value: T): void {
  if (hasDefaults(type, new Set())) fillerOf(type)(value)
}

type Fill = (value: unknown) => void

/** Compiled once for each type, by identity. */
const fillers = new WeakMap<Type, Fill>()

/** Whether a default stands anywhere inside: what has none is not walked. */
function hasDefaults(type: Type, seen: Set<Type>): boolean {
  if (type.form === 'scalar' || seen.has(type)) return false
  seen.add(type)
  if (type.form !== 'object') return hasDefaults(type.of, seen)
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
        object[name] = typeof preset === 'object' ? structuredClone(preset) : preset
      }
      const filled = object[name]
      if (fill && filled !== undefined && filled !== null) fill(filled)
    }
  }
}
