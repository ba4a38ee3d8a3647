/** Major types and simple values of RFC 8949. */
const major = { unsigned: 0, negative: 1, bytes: 2, list: 4, map: 5, simple: 7 } as const
const simple = { false: 0xf4, true: 0xf5, null: 0xf6, double: 0xfb, single: 0xfa, half: 0xf9 } as const
/** The tag that says of a text: this is CBOR. */
const selfDescribed = Uint8Array.of(0xd9, 0xd9, 0xf7)
/** The tag of bytes that are shown as base64 where text is wanted. */
const base64Later = 0xd6

const encoder = new TextEncoder()

/** Bytes that grow. */
interface Output {
  bytes: Uint8Array<ArrayBuffer>
  view: DataView
  length: number
}

function room(out: Output, more: number): void {
  if (out.length + more <= out.bytes.length) return
  const grown = new Uint8Array(Math.max(out.bytes.length * 2, out.length + more))
  grown.set(out.bytes)
  out.bytes = grown
  out.view = new DataView(grown.buffer)
}

function head(out: Output, type: number, count: number): void {
  room(out, 9)
  const { view, length: at } = out
  const first = type << 5
  if (count < 24) {
    view.setUint8(at, first | count)
    out.length += 1
  } else if (count < 0x100) {
    view.setUint8(at, first | 24)
    view.setUint8(at + 1, count)
    out.length += 2
  } else if (count < 0x10000) {
    view.setUint8(at, first | 25)
    view.setUint16(at + 1, count)
    out.length += 3
  } else if (count < 0x100000000) {
    view.setUint8(at, first | 26)
    view.setUint32(at + 1, count)
    out.length += 5
  } else {
    view.setUint8(at, first | 27)
    view.setBigUint64(at + 1, BigInt(count))
    out.length += 9
  }
}

function byte(out: Output, value: number): void {
  room(out, 1)
  out.bytes[out.length++] = value
}

function raw(out: Output, bytes: Uint8Array): void {
  room(out, bytes.length)
  out.bytes.set(bytes, out.length)
  out.length += bytes.length
}

function byteString(out: Output, bytes: Uint8Array): void {
  head(out, major.bytes, bytes.length)
  raw(out, bytes)
}

function number(out: Output, value: number): void {
  if (Number.isSafeInteger(value)) {
    if (value >= 0) head(out, major.unsigned, value)
    else head(out, major.negative, -1 - value)
    return
  }
  if (!Number.isFinite(value)) throw new Error(`${value} has no place in CBOR that is read as JSON`)
  room(out, 9)
  if (Math.f16round(value) === value) {
    out.view.setUint8(out.length, simple.half)
    out.view.setFloat16(out.length + 1, value)
    out.length += 3
  } else if (Math.fround(value) === value) {
    out.view.setUint8(out.length, simple.single)
    out.view.setFloat32(out.length + 1, value)
    out.length += 5
  } else {
    out.view.setUint8(out.length, simple.double)
    out.view.setFloat64(out.length + 1, value)
    out.length += 9
  }
}

function write(out: Output, value: unknown): void {
  if (value === null || value === undefined) byte(out, simple.null)
  // Texts are byte strings: as upstream, nothing says that they are valid UTF-8.
  else if (typeof value === 'string') byteString(out, encoder.encode(value))
  else if (typeof value === 'number') number(out, value)
  else if (typeof value === 'boolean') byte(out, value ? simple.true : simple.false)
  else if (Array.isArray(value)) {
    head(out, major.list, value.length)
    for (const each of value) write(out, each)
  } else if (value instanceof Uint8Array) {
    byte(out, base64Later)
    byteString(out, value)
  } else if (value instanceof Encoded) {
    raw(out, value.bytes)
  } else {
    map(out, value as object)
  }
}

/** Keys are in the order of their bytes, shorter ones first: core deterministic encoding of RFC 8949. */
function map(out: Output, value: object): void {
  const entries: [Uint8Array, unknown][] = []
  for (const [name, each] of Object.entries(value)) if (each !== undefined) entries.push([encoder.encode(name), each])
  entries.sort(([a], [b]) => a.length - b.length || compareBytes(a, b))
  head(out, major.map, entries.length)
  for (const [name, each] of entries) {
    byteString(out, name)
    write(out, each)
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] as number) - (b[index] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/** An item that is CBOR already, with its tag. */
export class Encoded {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/**
 * Plain JSON data as CBOR, with the tag before it that says so. A `Uint8Array` in it is bytes, that readers who want
 * text see as base64; an `Encoded` stands as it is.
 */
export function writeCbor(value: unknown): Uint8Array {
  const bytes = new Uint8Array(256)
  const out: Output = { bytes, view: new DataView(bytes.buffer), length: 0 }
  raw(out, selfDescribed)
  write(out, value)
  return out.bytes.subarray(0, out.length)
}
