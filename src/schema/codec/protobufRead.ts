import type { ObjectType, ScalarDefinition, Type } from '../types.ts'
import { assemble, put, slotsOf, typeOf } from './layout.ts'
import { maxDepth } from './parse.ts'
import { kindOf } from './protobufWrite.ts'
import { lengthKind, type Reader, WireError } from './wire.ts'
import { emptiness, zeroOf } from './zero.ts'

/** Reads a whole message, up to the end of its reader. */
export type ReadMessage = (reader: Reader, depth: number) => Record<string, unknown>
/** Reads one value behind its tag. */
type Read = (reader: Reader, depth: number) => unknown

/** Takes a field's value into the values of an object, one place for each field as JSON shows them. */
type Take = (reader: Reader, kind: number, values: unknown[], depth: number) => void

/** Compiled once for each type, by identity. */
const readers = new WeakMap<ObjectType, ReadMessage>()

/** The reader of an object's message. Throws a TypeError for a type that is no object. */
export function messageReader(type: Type): ReadMessage {
  if (type.form !== 'object') throw new TypeError(`only objects are protobuf messages, not a ${type.form}`)
  const known = readers.get(type)
  if (known) return known
  let plan: Plan | undefined
  const read: ReadMessage = (reader, depth) => {
    if (depth > maxDepth) throw new WireError('exceeded max depth')
    plan ??= planOf(type)
    const values: unknown[] = new Array(plan.slots.length)
    readInto(plan.takes, reader, values, depth)
    const entries: [string, unknown][] = []
    for (let place = 0; place < values.length; place++) {
      const value = values[place]
      const slot = plan.slots[place] as PlannedSlot
      if (value !== undefined && value !== null && !slot.drops(value)) entries.push([slot.name, value])
      else if (slot.always) entries.push([slot.name, value ?? zeroOf(slot.type)])
    }
    return assemble(entries)
  }
  readers.set(type, read)
  return read
}

interface PlannedSlot {
  readonly name: string
  readonly type: Type
  readonly always: boolean
  readonly drops: (value: unknown) => boolean
}

interface Plan {
  readonly slots: readonly PlannedSlot[]
  readonly takes: ReadonlyMap<number, Take>
}

const never = () => false

function planOf(type: ObjectType): Plan {
  const slots = slotsOf(type).map(({ name, field }): PlannedSlot => {
    const inner = typeOf(field)
    return {
      name,
      type: inner,
      always: field.presence === 'always',
      drops: field.presence === 'value' ? emptiness(inner) : never,
    }
  })
  const places = new Map(slots.map(({ name }, place) => [name, place]))
  return { slots, takes: takesOf(type, places) }
}

function takesOf(type: ObjectType, places: ReadonlyMap<string, number>): ReadonlyMap<number, Take> {
  const takes = new Map<number, Take>()
  for (const [name, field] of Object.entries(type.fields)) {
    if (field.number === 0) continue
    const inner = typeOf(field)
    takes.set(
      field.number,
      field.inline && inner.form === 'object'
        ? takeInline(inner, places)
        : takeField(name, inner, places.get(name) as number, field.wrapped ?? false),
    )
  }
  return takes
}

function readInto(takes: ReadonlyMap<number, Take>, reader: Reader, values: unknown[], depth: number): void {
  while (!reader.done) {
    const tag = reader.uint()
    const number = tag >>> 3
    if (number === 0) throw new WireError(`illegal tag 0 (wire type ${tag & 7})`)
    const take = takes.get(number)
    if (take) take(reader, tag & 7, values, depth)
    else reader.skip(tag & 7)
  }
}

function takeInline(type: ObjectType, places: ReadonlyMap<string, number>): Take {
  let takes: ReadonlyMap<number, Take> | undefined
  return (reader, kind, values, depth) => {
    expectKind(kind, lengthKind, type.name)
    takes ??= takesOf(type, places)
    readInto(takes, reader.nested(), values, depth)
  }
}

function expectKind(kind: number, wanted: number, name: string): void {
  if (kind !== wanted) throw new WireError(`wrong wireType = ${kind} for field ${name}`)
}

function takeField(name: string, type: Type, place: number, wrapped: boolean): Take {
  if (type.form === 'list') {
    const add = listAdder(name, type.of)
    if (wrapped) {
      return (reader, kind, values, depth) => {
        expectKind(kind, lengthKind, name)
        values[place] = readHolder(reader.nested(), depth, add, [])
      }
    }
    return (reader, kind, values, depth) => {
      values[place] ??= []
      add(reader, kind, values[place], depth)
    }
  }
  if (type.form === 'map') {
    const add = mapAdder(name, type.of)
    return (reader, kind, values, depth) => {
      values[place] ??= {}
      add(reader, kind, values[place], depth)
    }
  }
  const { kind: wanted, read } = elementReader(type)
  return (reader, kind, values, depth) => {
    expectKind(kind, wanted, name)
    values[place] = read(reader, depth)
  }
}

/** Adds what stands behind one tag to a list or a map. */
type Add = (reader: Reader, kind: number, target: unknown, depth: number) => void

function listAdder(name: string, of: Type): Add {
  let element: ElementReader | undefined
  return (reader, kind, target, depth) => {
    element ??= elementReader(of)
    const list = target as unknown[]
    if (kind === element.kind) {
      list.push(element.read(reader, depth))
      return
    }
    // Numbers may come packed, all behind one tag.
    expectKind(kind, lengthKind, name)
    const packed = reader.nested()
    while (!packed.done) list.push(element.read(packed, depth))
  }
}

function mapAdder(name: string, of: Type): Add {
  let element: ElementReader | undefined
  return (reader, kind, target, depth) => {
    expectKind(kind, lengthKind, name)
    element ??= elementReader(of)
    const entry = reader.nested()
    let key = ''
    let value: unknown
    while (!entry.done) {
      const tag = entry.uint()
      if (tag === ((1 << 3) | lengthKind)) key = entry.text()
      else if (tag === ((2 << 3) | element.kind)) value = element.read(entry, depth)
      else entry.skip(tag & 7)
    }
    put(target as Record<string, unknown>, key, value ?? zeroOf(of))
  }
}

/** Reads a message whose field 1 is a list or a map. */
function readHolder(reader: Reader, depth: number, add: Add, target: unknown): unknown {
  while (!reader.done) {
    const tag = reader.uint()
    if (tag >>> 3 === 1) add(reader, tag & 7, target, depth)
    else reader.skip(tag & 7)
  }
  return target
}

interface ElementReader {
  readonly kind: number
  readonly read: Read
}

function elementReader(type: Type): ElementReader {
  if (type.form === 'scalar') {
    const { fromWire, wire } = type.scalar
    const read = scalarReads[wire]
    return { kind: kindOf(wire), read: fromWire ? reader => fromWire(read(reader, 0)) : read }
  }
  if (type.form === 'object') {
    const message = messageReader(type)
    return { kind: lengthKind, read: (reader, depth) => message(reader.nested(), depth + 1) }
  }
  const add = type.form === 'list' ? listAdder('items', type.of) : mapAdder('items', type.of)
  const isList = type.form === 'list'
  return { kind: lengthKind, read: (reader, depth) => readHolder(reader.nested(), depth + 1, add, isList ? [] : {}) }
}

const scalarReads: Readonly<Record<ScalarDefinition['wire'], Read>> = {
  string: reader => reader.text(),
  bytes: reader => reader.bytes(),
  message: reader => reader.bytes(),
  bool: reader => reader.int64(false) !== 0,
  int32: reader => reader.uint() | 0,
  int64: reader => reader.int64(true),
  uint32: reader => reader.uint(),
  uint64: reader => reader.int64(false),
  double: reader => reader.double(),
  float: reader => reader.float(),
}
