import { text as textType } from '../scalars/basic.ts'
import type { ListType, MapType, ObjectType, ScalarType, Type } from '../types.ts'
import { assemble, put, slotsOf, typeOf } from './layout.ts'
import { emptiness, zeroOf } from './zero.ts'

/**
 * A value as it is printed: kind and apiVersion first, then the fields in order, as normal form has them; an empty
 * list or map that is always there is null. Parts that are already so are shared with the value, not copied.
 */
export function toJson<T>(type: Type<T>, value: T): unknown {
  return encoderOf(type)(value)
}

/** JSON text of a value. */
export function encodeJson<T>(type: Type<T>, value: T): string {
  return JSON.stringify(encoderOf(type)(value))
}

type Encode = (value: unknown) => unknown

/** Compiled once for each type, by identity. */
const encoders = new WeakMap<Type, Encode>()

function encoderOf(type: Type): Encode {
  const known = encoders.get(type)
  if (known) return known
  const encode =
    type.ownMetadata || type.structural
      ? looseEncoder(type)
      : type.form === 'scalar'
        ? scalarEncoder(type)
        : type.form === 'object'
          ? objectEncoder(type)
          : containerEncoder(type)
  encoders.set(type, encode)
  return encode
}

/** Types may hold themselves: what is inside is compiled when the first value comes. */
function encoderLater(type: Type): Encode {
  let encode: Encode | undefined
  return value => {
    encode ??= encoderOf(type)
    return encode(value)
  }
}

const same: Encode = value => value

/** A custom resource is printed as it is: kind and apiVersion first, then its metadata, then the rest in its own order. */
function looseEncoder(type: Type): Encode {
  if (!type.ownMetadata) return same
  const inner = encoderOf(type.ownMetadata)
  return value => {
    const { kind, apiVersion, metadata, ...rest } = value as Record<string, unknown>
    return {
      ...(kind ? { kind } : {}),
      ...(apiVersion ? { apiVersion } : {}),
      metadata: inner(metadata ?? {}),
      ...rest,
    }
  }
}

function scalarEncoder({ scalar }: ScalarType): Encode {
  return scalar.printsNull ? value => (scalar.isZero(value) ? null : value) : same
}

function containerEncoder(type: ListType | MapType): Encode {
  const { of } = type
  if (of.form === 'scalar' && !of.scalar.printsNull) return same
  const encode = encoderLater(of)
  return type.form === 'list'
    ? value => encodeList(value as unknown[], encode)
    : value => encodeMap(value as Record<string, unknown>, encode)
}

function encodeList(list: unknown[], encode: Encode): unknown {
  let copy: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const printed = encode(list[index])
    if (printed === list[index]) continue
    copy ??= [...list]
    copy[index] = printed
  }
  return copy ?? list
}

function encodeMap(map: Record<string, unknown>, encode: Encode): unknown {
  let copy: Record<string, unknown> | undefined
  for (const key of Object.keys(map)) {
    const printed = encode(map[key])
    if (printed === map[key]) continue
    copy ??= { ...map }
    put(copy, key, printed)
  }
  return copy ?? map
}

interface FieldEncoder {
  readonly name: string
  readonly position: number
  readonly always: boolean
  readonly drops: (value: unknown) => boolean
  readonly encode: Encode
  /** What stands for an absent value of a field that is always there. */
  readonly absent: unknown
}

const never = () => false

function fieldEncoder(name: string, position: number, presence: string, type: Type): FieldEncoder {
  const always = presence === 'always'
  const isEmpty = emptiness(type)
  const inner = encoderLater(type)
  const plain = type.form === 'scalar' ? !type.scalar.printsNull : containerOfPlain(type)
  const nullable = always && (type.form === 'list' || type.form === 'map')
  const encode: Encode = nullable ? value => (isEmpty(value) ? null : inner(value)) : plain ? same : inner
  return {
    name,
    position,
    always,
    drops: presence === 'value' ? isEmpty : never,
    encode,
    absent: always ? encode(zeroOf(type)) : undefined,
  }
}

const containerOfPlain = (type: Type) =>
  (type.form === 'list' || type.form === 'map') && type.of.form === 'scalar' && !type.of.scalar.printsNull

interface Layout {
  readonly byName: ReadonlyMap<string, FieldEncoder>
  readonly ordered: readonly FieldEncoder[]
  readonly always: number
}

function layoutOf(type: ObjectType): Layout {
  const ordered: FieldEncoder[] = []
  if (type.root) {
    for (const name of ['kind', 'apiVersion']) {
      ordered.push(fieldEncoder(name, ordered.length, 'value', textType as Type))
    }
  }
  for (const { name, field } of slotsOf(type)) {
    ordered.push(fieldEncoder(name, ordered.length, field.presence, typeOf(field)))
  }
  return {
    byName: new Map(ordered.map(field => [field.name, field])),
    ordered,
    always: ordered.filter(field => field.always).length,
  }
}

/**
 * Most values that are printed came from a decoder and are already in order and in normal form. One pass finds that
 * out and hands the value back as it is; only what differs is built anew.
 */
function objectEncoder(type: ObjectType): Encode {
  let layout: Layout | undefined
  return value => {
    layout ??= layoutOf(type)
    const { byName, ordered } = layout
    const given = value as Record<string, unknown>
    let last = -1
    let always = 0
    let inOrder = true
    let changed: Map<string, unknown> | undefined
    for (const name in given) {
      // Keys mostly come in order: the next fields are looked at before the table.
      let next = last + 1
      while (next < ordered.length && (ordered[next] as FieldEncoder).name !== name) next++
      const field = ordered[next] ?? byName.get(name)
      const held = given[name]
      if (field === undefined || held === undefined || held === null || field.drops(held)) {
        inOrder = false
        continue
      }
      if (field.position < last) inOrder = false
      last = field.position
      if (field.always) always++
      if (field.encode === same) continue
      const printed = field.encode(held)
      if (printed === held) continue
      changed ??= new Map()
      changed.set(name, printed)
    }
    if (inOrder && always === layout.always) return changed ? replaced(given, changed) : value
    return rebuilt(given, layout, changed)
  }
}

function replaced(given: Record<string, unknown>, changed: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const copy = { ...given }
  for (const [name, printed] of changed) copy[name] = printed
  return copy
}

function rebuilt(
  given: Record<string, unknown>,
  { ordered }: Layout,
  changed: ReadonlyMap<string, unknown> | undefined,
): Record<string, unknown> {
  const printed: [string, unknown][] = []
  for (const { name, always, drops, absent } of ordered) {
    const held = given[name]
    if (held === undefined || held === null) {
      if (always) printed.push([name, absent])
      continue
    }
    if (drops(held)) continue
    printed.push([name, changed?.has(name) ? changed.get(name) : held])
  }
  return assemble(printed)
}
