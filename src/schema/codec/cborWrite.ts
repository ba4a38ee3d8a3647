/** Major types and simple values of RFC 8949. */
const major = { unsigned: 0, negative: 1, bytes: 2, list: 4, map: 5, simple: 7 } as const
const simple = { false: 0xf4, true: 0xf5, null: 0xf6, double: 0xfb, single: 0xfa } as const
/** The tag that says of a text: this is CBOR. */
const selfDescribed = [0xd9, 0xd9, 0xf7]

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

/** Texts are byte strings: as upstream, nothing says that they are valid UTF-8. */
function text(out: Output, value: string): void {
  const bytes = encoder.encode(value)
  head(out, major.bytes, bytes.length)
  room(out, bytes.length)
  out.bytes.set(bytes, out.length)
  out.length += bytes.length
}

function number(out: Output, value: number): void {
  if (Number.isSafeInteger(value)) {
    if (value >= 0) head(out, major.unsigned, value)
    else head(out, major.negative, -1 - value)
    return
  }
  if (!Number.isFinite(value)) throw new Error(`${value} has no place in CBOR that is read as JSON`)
  room(out, 9)
  if (Math.fround(value) === value) {
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
  else if (typeof value === 'string') text(out, value)
  else if (typeof value === 'number') number(out, value)
  else if (typeof value === 'boolean') byte(out, value ? simple.true : simple.false)
  else if (Array.isArray(value)) {
    head(out, major.list, value.length)
    for (const each of value) write(out, each)
  } else {
    const entries = Object.entries(value as object).filter(([, each]) => each !== undefined)
    head(out, major.map, entries.length)
    for (const [name, each] of entries) {
      text(out, name)
      write(out, each)
    }
  }
}

/** Plain JSON data as CBOR, with the tag before it that says so. Keys stay in their order. */
export function writeCbor(value: unknown): Uint8Array {
  const bytes = new Uint8Array(256)
  const out: Output = { bytes, view: new DataView(bytes.buffer), length: 0 }
  for (const each of selfDescribed) byte(out, each)
  write(out, value)
  return out.bytes.subarray(0, out.length)
}
