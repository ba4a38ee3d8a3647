/**
 * The protobuf wire: varints, tags and lengths. No types here; `codec/protobuf.ts` knows those.
 * The writer fills its buffer from the end to the start, so that the length of a nested message is known when its
 * tag is written. Write the last field first.
 */
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const varintKind = 0
export const fixed64Kind = 1
export const lengthKind = 2
export const fixed32Kind = 5

/** Bytes that are no protobuf message, with what is wrong. */
export class WireError extends Error {
  override name = 'WireError'
}

export class Writer {
  #buffer: Uint8Array
  /** Everything from here on is written. */
  #start: number

  constructor(capacity = 512) {
    this.#buffer = new Uint8Array(capacity)
    this.#start = capacity
  }

  /** Bytes written so far; the difference of two readings is the length of what came between. */
  get length(): number {
    return this.#buffer.length - this.#start
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(this.#start)
  }

  #room(size: number): number {
    if (this.#start < size) {
      const old = this.#buffer
      const used = old.length - this.#start
      const grown = new Uint8Array(Math.max(old.length * 2, used + size + 256))
      grown.set(old.subarray(this.#start), grown.length - used)
      this.#buffer = grown
      this.#start = grown.length - used
    }
    this.#start -= size
    return this.#start
  }

  /** A whole number from 0 to 2^32 - 1: tags, lengths, uint32. */
  uint(value: number): void {
    if (value < 128) {
      const at = this.#room(1)
      this.#buffer[at] = value
      return
    }
    let size = 2
    for (let rest = value >>> 14; rest !== 0; rest >>>= 7) size++
    let at = this.#room(size)
    while (value > 127) {
      this.#buffer[at++] = (value & 127) | 128
      value >>>= 7
    }
    this.#buffer[at] = value
  }

  /** Any whole number a double holds; negative ones take ten bytes, as int32 and int64 do. */
  varint(value: number): void {
    if (value >= 0 && value <= 0xffffffff) this.uint(value)
    else this.varint64(BigInt(value))
  }

  /** 64 bits, signed or not. */
  varint64(value: bigint): void {
    let rest = BigInt.asUintN(64, value)
    const bytes: number[] = []
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    bytes.push(Number(rest))
    this.raw(Uint8Array.from(bytes))
  }

  tag(number: number, kind: number): void {
    this.uint(((number << 3) | kind) >>> 0)
  }

  double(value: number): void {
    const at = this.#room(8)
    new DataView(this.#buffer.buffer).setFloat64(at, value, true)
  }

  float(value: number): void {
    const at = this.#room(4)
    new DataView(this.#buffer.buffer).setFloat32(at, value, true)
  }

  raw(bytes: Uint8Array): void {
    const at = this.#room(bytes.length)
    this.#buffer.set(bytes, at)
  }

  bytes(bytes: Uint8Array): void {
    this.raw(bytes)
    this.uint(bytes.length)
  }

  /** UTF-8 text behind its length. */
  text(value: string): void {
    const length = value.length
    if (length < 64) {
      const at = this.#room(length)
      const buffer = this.#buffer
      let index = 0
      for (; index < length; index++) {
        const code = value.charCodeAt(index)
        if (code > 127) break
        buffer[at + index] = code
      }
      if (index === length) {
        this.uint(length)
        return
      }
      this.#start += length
    }
    this.bytes(encoder.encode(value))
  }
}

export class Reader {
  readonly #bytes: Uint8Array
  #at: number
  readonly #end: number

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  get done(): boolean {
    return this.#at >= this.#end
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new WireError('unexpected EOF')
    return this.#bytes[this.#at++] as number
  }

  #take(size: number): number {
    const at = this.#at
    if (size > this.#end - at) throw new WireError('unexpected EOF')
    this.#at += size
    return at
  }

  /** The low 32 bits, unsigned: tags, lengths, uint32, and int32 after `| 0`. */
  uint(): number {
    let byte = this.#byte()
    if (byte < 128) return byte
    let value = byte & 127
    for (let shift = 7; shift < 70; shift += 7) {
      byte = this.#byte()
      if (shift < 32) value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
    throw new WireError('integer overflow')
  }

  /** A length of what follows; longer than what is left is an error. */
  #length(): number {
    const start = this.#at
    const size = this.uint()
    if (this.#at - start > 5 || size > this.#end - this.#at) throw new WireError('unexpected EOF')
    return size
  }

  /** All 64 bits, signed or not; beyond 2^53 the nearest double. */
  int64(signed: boolean): number {
    let low = 0
    let shift = 0
    let byte: number
    do {
      byte = this.#byte()
      low += (byte & 127) * 2 ** shift
      shift += 7
      if (byte < 128) return low
    } while (shift < 49)
    let high = BigInt(low)
    for (; shift < 70; shift += 7) {
      byte = this.#byte()
      high |= BigInt(byte & 127) << BigInt(shift)
      if (byte < 128) return Number(signed ? BigInt.asIntN(64, high) : BigInt.asUintN(64, high))
    }
    throw new WireError('integer overflow')
  }

  /** All 64 bits, signed, exact. */
  bigint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asIntN(64, value)
    }
    throw new WireError('integer overflow')
  }

  double(): number {
    const at = this.#take(8)
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0, true)
  }

  float(): number {
    const at = this.#take(4)
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 4).getFloat32(0, true)
  }

  /** A view of the bytes, not a copy. */
  bytes(): Uint8Array {
    const size = this.#length()
    const at = this.#take(size)
    return this.#bytes.subarray(at, at + size)
  }

  text(): string {
    const size = this.#length()
    const at = this.#take(size)
    const bytes = this.#bytes
    // Short texts are mostly ASCII, and quicker read here.
    if (size < 24) {
      const codes = new Array<number>(size)
      let index = 0
      for (; index < size; index++) {
        const code = bytes[at + index] as number
        if (code > 127) break
        codes[index] = code
      }
      if (index === size) return String.fromCharCode.apply(null, codes)
    }
    try {
      return decoder.decode(bytes.subarray(at, at + size))
    } catch (cause) {
      throw new WireError('string field contains invalid UTF-8', { cause })
    }
  }

  /** A reader of the nested message that stands here. */
  nested(): Reader {
    const size = this.#length()
    const at = this.#take(size)
    return new Reader(this.#bytes, at, at + size)
  }

  /** Leaves out a value of this wire kind; a group is left out up to its end. */
  skip(kind: number, depth = 0): void {
    if (kind === varintKind) this.int64(false)
    else if (kind === fixed64Kind) this.#take(8)
    else if (kind === lengthKind) this.#take(this.#length())
    else if (kind === fixed32Kind) this.#take(4)
    else if (kind === 3 && depth < 100) {
      for (let inner = this.uint() & 7; inner !== 4; inner = this.uint() & 7) this.skip(inner, depth + 1)
    } else throw new WireError(`illegal wireType ${kind}`)
  }
}

/** Calls `read` for each field of a small message; what it does not read (returns false) is skipped. */
export function readFields(bytes: Uint8Array, read: (number: number, reader: Reader, kind: number) => boolean): void {
  const reader = new Reader(bytes)
  while (!reader.done) {
    const tag = reader.uint()
    if (tag >>> 3 === 0) throw new WireError(`illegal tag ${tag >>> 3} (wire type ${tag & 7})`)
    if (!read(tag >>> 3, reader, tag & 7)) reader.skip(tag & 7)
  }
}
