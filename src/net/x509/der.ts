/**
 * DER, as far as certificates need it: a writer of values and a reader that walks them.
 * Sizes are bytes; every function returns a whole tag-length-value.
 */
export type Bytes = Uint8Array

const concat = (parts: readonly Bytes[]): Bytes => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const lengthOf = (length: number): number[] => {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff)
  return [0x80 | bytes.length, ...bytes]
}

/** Any value: its tag byte and its content. */
export const der = (tag: number, ...content: readonly Bytes[]): Bytes => {
  const body = concat(content)
  return concat([Uint8Array.from([tag, ...lengthOf(body.length)]), body])
}

const text = (tag: number, value: string) => der(tag, new TextEncoder().encode(value))

export const sequence = (...content: readonly Bytes[]): Bytes => der(0x30, ...content)
export const set = (...content: readonly Bytes[]): Bytes => der(0x31, ...content)
export const boolean = (value: boolean): Bytes => der(0x01, Uint8Array.of(value ? 0xff : 0))
export const octetString = (content: Bytes): Bytes => der(0x04, content)
export const utf8String = (value: string): Bytes => text(0x0c, value)
/** A context-specific value that wraps others (constructed). */
export const tagged = (number: number, ...content: readonly Bytes[]): Bytes => der(0xa0 | number, ...content)
/** A context-specific value whose content stands for itself (primitive). */
export const implicit = (number: number, content: Bytes): Bytes => der(0x80 | number, content)

/** A whole number, not negative, from its bytes, most significant first. */
export const integer = (bytes: Bytes): Bytes => {
  let from = 0
  while (from < bytes.length - 1 && bytes[from] === 0) from++
  const short = bytes.subarray(from)
  return (short[0] ?? 0) & 0x80 ? der(0x02, Uint8Array.of(0), short) : der(0x02, short)
}

/** A bit string of whole bytes, or with `unused` bits at its end left out. */
export const bitString = (content: Bytes, unused = 0): Bytes => der(0x03, Uint8Array.of(unused), content)

/** An object identifier in dotted form. */
export const oid = (dotted: string): Bytes => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes: number[] = []
  for (const arc of [first * 40 + second, ...rest]) {
    const septets = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift((left & 0x7f) | 0x80)
    bytes.push(...septets)
  }
  return der(0x06, Uint8Array.from(bytes))
}

/** A moment in whole seconds: UTCTime until 2049, GeneralizedTime after. */
export const time = (milliseconds: number): Bytes => {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '')
  return Number(digits.slice(0, 4)) < 2050 ? text(0x17, digits.slice(2)) : text(0x18, digits)
}

/** One value read: its tag, its content, and the whole of it as it stood. */
export interface DerValue {
  readonly tag: number
  readonly content: Bytes
  readonly whole: Bytes
}

/** The values that stand one after another in `bytes`. Throws on anything that is not well-formed. */
export function readAll(bytes: Bytes): DerValue[] {
  const values: DerValue[] = []
  for (let at = 0; at < bytes.length; ) {
    const value = readOne(bytes.subarray(at))
    values.push(value)
    at += value.whole.length
  }
  return values
}

/** The first value of `bytes`. */
export function readOne(bytes: Bytes): DerValue {
  const [tag, first] = bytes
  if (tag === undefined || first === undefined) throw new Error('reading DER: the data ends too early')
  let length = first
  let head = 2
  if (first & 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4) throw new Error('reading DER: a length that is not allowed')
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[head++] ?? 0)
  }
  if (head + length > bytes.length) throw new Error('reading DER: the data ends too early')
  return { tag, content: bytes.subarray(head, head + length), whole: bytes.subarray(0, head + length) }
}

/** An object identifier's content in dotted form. */
export function readOid(content: Bytes): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first = 0, ...rest] = arcs
  const top = Math.min(2, Math.floor(first / 40))
  return [top, first - top * 40, ...rest].join('.')
}

/** `-----BEGIN label-----` and so on, 64 characters a line. */
export function pem(label: string, content: Bytes): string {
  const base64 = Buffer.from(content).toString('base64')
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`
}
