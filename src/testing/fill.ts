import { typeOf } from '../schema/codec/layout.ts'
import type { Field, ObjectType, ScalarType, Type } from '../schema/types.ts'

/** A value of a type with every field set, always the same one. Fields of the same type differ by their number. */
export const fill = <T>(type: Type<T>): T => filled(type, 'value', 1, []) as T

function filled(type: Type, name: string, number: number, above: readonly Type[]): unknown {
  switch (type.form) {
    case 'scalar':
      return scalar(type, name, number)
    case 'list':
      return [filled(type.of, name, number, above)]
    case 'map':
      return { [`${name}-key`]: filled(type.of, name, number, above) }
    case 'object':
      return object(type, above)
  }
}

/** What a list or map is of, in the end. */
const innermost = (type: Type): Type => (type.form === 'list' || type.form === 'map' ? innermost(type.of) : type)

/** A type that holds itself is filled once. */
function object(type: ObjectType, above: readonly Type[]): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(type.fields)) {
    const of = typeOf(field)
    if (above.includes(innermost(of)) || innermost(of) === type) continue
    const filledIn = one(field, of, name, [...above, type])
    if (field.inline) Object.assign(value, filledIn)
    else value[name] = filledIn
  }
  return value
}

const one = (field: Field, type: Type, name: string, above: readonly Type[]): unknown =>
  field.oneOf?.[0] ?? filled(type, name, field.number, above)

/** What each scalar is filled with, by the name it has in errors. */
const samples: Readonly<Record<string, (name: string, number: number) => unknown>> = {
  string: name => `${name}-text`,
  boolean: () => true,
  integer: (_, number) => number + 1,
  number: (_, number) => number + 0.5,
  'base64 string': name => new TextEncoder().encode(name).toBase64(),
  duration: (_, number) => `${number}s`,
  quantity: (_, number) => `${number}500m`,
  'integer or string': (_, number) => (number % 2 ? `${number}%` : number),
  schema: () => ({ type: 'string' }),
  array: name => [`${name}-item`],
  object: name => ({ [name]: true }),
  JSON: name => ({ [name]: [1, 'two', null] }),
}

function scalar({ scalar: of }: ScalarType, name: string, number: number): unknown {
  if (of.name === 'time') {
    // Both kinds of time have this name; which one it is shows in what they make of a text.
    const second = String(number % 60).padStart(2, '0')
    const parsed = of.parse(`2026-01-31T09:30:${second}.000001Z`)
    return 'value' in parsed ? parsed.value : of.zero
  }
  const sample = samples[of.name]
  if (!sample) throw new Error(`no sample of scalar ${of.name}, field ${name}: add one in testing/fill.ts`)
  const parsed = of.parse(sample(name, number))
  if ('error' in parsed) throw new Error(`sample of scalar ${of.name}, field ${name}: ${parsed.error}`)
  return parsed.value
}
