import { formatTime } from '../scalars/time.ts'
import { DecodeError } from './decodeError.ts'
import { maxDepth } from './parse.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const none = Symbol('break')

/** What is read: a place in the bytes, and how deep lists and maps nest there. */
interface Input {
  readonly bytes: Uint8Array
  readonly view: DataView
  at: number
  depth: number
}

const broken = (why: string) => new DecodeError('', `cbor: ${why}`)
const cut = () => new DecodeError('', 'unexpected EOF')

function take(input: Input, count: number): number {
  const { at } = input
  if (count > input.bytes.length - at) throw cut()
  input.at += count
  return at
}

/** The number that follows the first byte: a value, or a count. */
function argument(input: Input, low: number): number {
  if (low < 24) return low
  if (low === 24) return input.view.getUint8(take(input, 1))
  if (low === 25) return input.view.getUint16(take(input, 2))
  if (low === 26) return input.view.getUint32(take(input, 4))
  if (low !== 27) throw broken(`invalid additional information ${low}`)
  const large = input.view.getBigUint64(take(input, 8))
  if (large > 0x7fffffffffffffffn) throw broken(`${large} overflows Go's int64`)
  return Number(large)
}

const indefinite = 31

/** The bytes of a string; of an indefinite one, those of its parts. */
function stringBytes(input: Input, type: number, low: number): Uint8Array {
  if (low !== indefinite) {
    const count = argument(input, low)
    const at = take(input, count)
    return input.bytes.subarray(at, at + count)
  }
  const parts: number[] = []
  for (;;) {
    const first = input.view.getUint8(take(input, 1))
    if (first === 0xff) return Uint8Array.from(parts)
    if (first >> 5 !== type || (first & 31) === indefinite) throw broken('wrong part of an indefinite-length string')
    for (const each of stringBytes(input, type, first & 31)) parts.push(each)
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new DecodeError('', 'cbor: invalid UTF-8 string', { cause })
  }
}

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 0x3ff]
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024))
}

function simpleValue(input: Input, low: number): unknown {
  if (low === 20) return false
  if (low === 21) return true
  if (low === 22) return null
  if (low === indefinite) return none
  const value =
    low === 25
      ? half(input.view.getUint16(take(input, 2)))
      : low === 26
        ? input.view.getFloat32(take(input, 4))
        : low === 27
          ? input.view.getFloat64(take(input, 8))
          : undefined
  if (value === undefined) throw broken(`simple value ${low} is not recognized`)
  if (!Number.isFinite(value)) throw broken('NaN and infinity have no representation')
  return value
}

/** Tags that say how bytes are to be shown as text, where a text is wanted. */
const shown: Readonly<Record<number, (bytes: Uint8Array) => string>> = {
  21: bytes => bytes.toBase64({ alphabet: 'base64url', omitPadding: true }),
  22: bytes => bytes.toBase64(),
  23: bytes => bytes.toHex().toUpperCase(),
}

function tagged(input: Input, tag: number): unknown {
  const show = shown[tag]
  const next = input.bytes[input.at] ?? 0
  if (show && next >> 5 === 2) {
    input.at++
    return show(stringBytes(input, 2, next & 31))
  }
  if (tag === 2 || tag === 3) throw broken('big numbers have no representation')
  const content = item(input)
  if (tag === 1 && typeof content === 'number') return formatTime(content * 1000)
  return content
}

function list(input: Input, low: number): unknown[] {
  const found: unknown[] = []
  const count = low === indefinite ? Infinity : argument(input, low)
  // Every element has a byte at least: a count that promises more is not believed.
  if (count !== Infinity && count > input.bytes.length - input.at) throw cut()
  while (found.length < count) {
    const each = value(input)
    if (each === none) {
      if (count === Infinity) break
      throw broken('unexpected "break" code')
    }
    found.push(each)
  }
  return found
}

function map(input: Input, low: number): Record<string, unknown> {
  const found = new Map<string, unknown>()
  const count = low === indefinite ? Infinity : argument(input, low)
  while (found.size < count) {
    const key = value(input)
    if (key === none && count === Infinity) break
    if (typeof key !== 'string') throw broken('a key of a map is no string')
    if (found.has(key))
      throw broken(`found duplicate map key ${JSON.stringify(key)} at map element index ${found.size}`)
    found.set(key, item(input))
  }
  return Object.fromEntries(found)
}

/** One data item, or the break that ends an indefinite one. */
function value(input: Input): unknown {
  const first = input.view.getUint8(take(input, 1))
  const [type, low] = [first >> 5, first & 31]
  if (type === 0) return argument(input, low)
  if (type === 1) return -1 - argument(input, low)
  if (type === 2 || type === 3) return textOf(stringBytes(input, type, low))
  if (type === 7) return simpleValue(input, low)
  if (++input.depth > maxDepth) throw broken(`exceeded max nested level ${maxDepth}`)
  const found = type === 4 ? list(input, low) : type === 5 ? map(input, low) : tagged(input, argument(input, low))
  input.depth--
  return found
}

function item(input: Input): unknown {
  const found = value(input)
  if (found === none) throw broken('unexpected "break" code')
  return found
}

/** CBOR to plain JSON data. Throws a DecodeError for what is malformed, nests too deep, or JSON could not say. */
export function readCbor(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const input: Input = { bytes, view, at: 0, depth: 0 }
  const found = item(input)
  if (input.at < bytes.length) throw broken(`${bytes.length - input.at} bytes of extraneous data`)
  return found
}
