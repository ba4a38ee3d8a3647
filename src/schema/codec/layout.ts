import type { Field, ObjectType, Type } from '../types.ts'

/** A field as it stands in JSON: those of inline fields are listed in their parent. */
export interface Slot {
  readonly name: string
  readonly field: Field
}

/** The type of a field, whichever way it was given. */
export const typeOf = (field: Field): Type => (typeof field.type === 'function' ? field.type() : field.type)

const slots = new WeakMap<ObjectType, readonly Slot[]>()

/** The fields of an object as JSON shows them, in printing order. */
export function slotsOf(type: ObjectType): readonly Slot[] {
  const known = slots.get(type)
  if (known) return known
  const found: Slot[] = []
  for (const [name, field] of Object.entries(type.fields)) {
    const inner = field.inline ? typeOf(field) : undefined
    if (inner?.form === 'object') found.push(...slotsOf(inner))
    else found.push({ name, field })
  }
  slots.set(type, found)
  return found
}

/** Sets a key of a map; `__proto__` becomes an ordinary key. */
export function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  } else target[key] = value
}

/**
 * Objects that grow key by key turn into hash tables in V8 when they get large, slow to print and three times the
 * size; so large ones are made in one go, and copies are spread.
 */
const largest = 12

/** An object of these entries, in their order. */
export function assemble(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  if (entries.length > largest) return Object.fromEntries(entries)
  const object: Record<string, unknown> = {}
  for (const [name, value] of entries) put(object, name, value)
  return object
}

/** A copy without some of the keys. */
export function without(
  object: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
): Record<string, unknown> {
  return assemble(Object.entries(object).filter(([name]) => !names.has(name)))
}

/** The part of a definition name that is the type's own: `PodSpec`. */
export const shortName = (type: ObjectType): string => type.name.slice(type.name.lastIndexOf('.') + 1)

/** The type as Go names it, for messages: `[]v1.Container`, `map[string]string`, `int32`. */
export function goName(type: Type): string {
  if (type.form === 'list') return `[]${goName(type.of)}`
  if (type.form === 'map') return `map[string]${goName(type.of)}`
  if (type.form === 'object') return type.name.split('.').slice(-2).join('.')
  return goScalars[type.scalar.wire] ?? type.scalar.name
}

const goScalars: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  uint32: 'uint32',
  uint64: 'uint64',
  double: 'float64',
  float: 'float32',
  bytes: '[]uint8',
}
