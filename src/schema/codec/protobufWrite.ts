import type { Field, ObjectType, ScalarDefinition, Type } from '../types.ts'
import { typeOf } from './layout.ts'
import { fixed32Kind, fixed64Kind, lengthKind, varintKind, type Writer } from './wire.ts'
import { zeroOf } from './zero.ts'

type Values = Record<string, unknown>
/** Writes the body of a message. */
export type WriteMessage = (writer: Writer, value: Values) => void
/** Writes a value without its tag. */
type Write = (writer: Writer, value: unknown) => void

/** Compiled once for each type, by identity; one table for each dialect. */
const proto2 = new WeakMap<ObjectType, WriteMessage>()
const proto3 = new WeakMap<ObjectType, WriteMessage>()

/** The writer of an object's message. Throws a TypeError for a type that is no object. */
export function messageWriter(type: Type, isProto3: boolean): WriteMessage {
  if (type.form !== 'object') throw new TypeError(`only objects are protobuf messages, not a ${type.form}`)
  const known = isProto3 ? proto3 : proto2
  const found = known.get(type)
  if (found) return found
  // The last field is written first: the writer goes from the end to the start.
  let writers: readonly WriteMessage[] | undefined
  const write: WriteMessage = (writer, value) => {
    writers ??= Object.entries(type.fields)
      .filter(([, field]) => field.number > 0)
      .sort(([, a], [, b]) => b.number - a.number)
      .map(([name, field]) => fieldWriter(name, field, isProto3))
    for (const each of writers) each(writer, value)
  }
  known.set(type, write)
  return write
}

const scalarWrites: Readonly<Record<ScalarDefinition['wire'], Write>> = {
  string: (writer, value) => writer.text(value as string),
  bytes: (writer, value) => writer.bytes(value as Uint8Array),
  message: (writer, value) => writer.bytes(value as Uint8Array),
  bool: (writer, value) => writer.uint(value === true ? 1 : 0),
  int32: (writer, value) => writer.varint(value as number),
  int64: (writer, value) => writer.varint(value as number),
  uint32: (writer, value) => writer.varint(value as number),
  uint64: (writer, value) => writer.varint(value as number),
  double: (writer, value) => writer.double(value as number),
  float: (writer, value) => writer.float(value as number),
}

/** The wire kind of a scalar. */
export function kindOf(wire: ScalarDefinition['wire']): number {
  if (wire === 'string' || wire === 'bytes' || wire === 'message') return lengthKind
  return wire === 'double' ? fixed64Kind : wire === 'float' ? fixed32Kind : varintKind
}

interface Element {
  readonly kind: number
  readonly write: Write
}

/** How one value is written: an element of a list, the value of a map, or a field on its own. */
function elementOf(type: Type, isProto3: boolean): Element {
  if (type.form === 'scalar') {
    const { wire, toWire } = type.scalar
    const write = scalarWrites[wire]
    return { kind: kindOf(wire), write: toWire ? (writer, value) => write(writer, toWire(value)) : write }
  }
  if (type.form === 'object') {
    const message = messageWriter(type, isProto3)
    return { kind: lengthKind, write: (writer, value) => framed(writer, () => message(writer, value as Values)) }
  }
  // A list or map inside a list or map is a message that holds it as its field 1.
  const inner = repeatedWriter(1, type, isProto3)
  return { kind: lengthKind, write: (writer, value) => framed(writer, () => inner(writer, value)) }
}

/** Puts the length of what `body` writes before it. */
function framed(writer: Writer, body: () => void): void {
  const before = writer.length
  body()
  writer.uint(writer.length - before)
}

function repeatedWriter(number: number, type: Type, isProto3: boolean): Write {
  if (type.form === 'list') return listWriter(number, type.of, isProto3)
  return type.form === 'map' ? mapWriter(number, type.of, isProto3) : () => {}
}

function listWriter(number: number, of: Type, isProto3: boolean): Write {
  let element: Element | undefined
  return (writer, value) => {
    const list = value as unknown[]
    if (list.length === 0) return
    element ??= elementOf(of, isProto3)
    const packed = isProto3 && element.kind !== lengthKind
    const before = writer.length
    for (let index = list.length - 1; index >= 0; index--) {
      element.write(writer, list[index] ?? zeroOf(of))
      if (!packed) writer.tag(number, element.kind)
    }
    if (!packed) return
    writer.uint(writer.length - before)
    writer.tag(number, lengthKind)
  }
}

function mapWriter(number: number, of: Type, isProto3: boolean): Write {
  let element: Element | undefined
  return (writer, value) => {
    const map = value as Values
    const keys = Object.keys(map).sort()
    element ??= elementOf(of, isProto3)
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index] as string
      const before = writer.length
      element.write(writer, map[key] ?? zeroOf(of))
      writer.tag(2, element.kind)
      writer.text(key)
      writer.tag(1, lengthKind)
      writer.uint(writer.length - before)
      writer.tag(number, lengthKind)
    }
  }
}

function fieldWriter(name: string, field: Field, isProto3: boolean): WriteMessage {
  const type = typeOf(field)
  const { number, presence } = field
  if (type.form === 'scalar') return scalarFieldWriter(name, field, type.scalar, isProto3)
  if (type.form === 'object') return objectFieldWriter(name, field, type, isProto3)
  const write = repeatedWriter(number, type, isProto3)
  if (!field.wrapped) {
    return (writer, value) => {
      const held = value[name]
      if (held !== undefined && held !== null) write(writer, held)
    }
  }
  const inner = repeatedWriter(1, type, isProto3)
  return (writer, value) => {
    const held = value[name] as object | undefined
    if (held === undefined || held === null || (presence !== 'pointer' && Object.keys(held).length === 0)) return
    framed(writer, () => inner(writer, held))
    writer.tag(number, lengthKind)
  }
}

function scalarFieldWriter(name: string, field: Field, scalar: ScalarDefinition, isProto3: boolean): WriteMessage {
  const { number, presence } = field
  const { kind, write } = elementOf({ form: 'scalar', scalar }, isProto3)
  // Bytes by value are a Go slice: written when there are any.
  const skipsZero = presence !== 'pointer' && (isProto3 || scalar.wire === 'bytes')
  return (writer, value) => {
    let held = value[name]
    if (held === undefined || held === null) {
      if (presence === 'pointer' || skipsZero) return
      held = scalar.zero
    } else if (skipsZero && scalar.isZero(held)) return
    write(writer, held)
    writer.tag(number, kind)
  }
}

const nothing: Values = Object.freeze({})

function objectFieldWriter(name: string, field: Field, type: ObjectType, isProto3: boolean): WriteMessage {
  const { number, presence, inline } = field
  const message = messageWriter(type, isProto3)
  return (writer, value) => {
    const held = (inline ? value : value[name]) as Values | undefined | null
    if ((held === undefined || held === null) && presence === 'pointer') return
    const before = writer.length
    message(writer, held ?? nothing)
    const length = writer.length - before
    // A proto3 message that is always there says nothing when it is empty.
    if (length === 0 && isProto3 && presence !== 'pointer') return
    if (inline && presence === 'pointer' && length === 0) return
    writer.uint(length)
    writer.tag(number, lengthKind)
  }
}
