import { DecodeError } from './decodeError.ts'
import { lengthKind, Reader, WireError, Writer } from './wire.ts'

/** What stands around every protobuf object of the API: which kind it is. Upstream's runtime.Unknown behind `k8s\0`. */
export interface Envelope {
  readonly apiVersion: string
  readonly kind: string
  /** The object's message. */
  readonly raw: Uint8Array
}

const magic = Uint8Array.of(0x6b, 0x38, 0x73, 0)

/** Whether bytes begin as a protobuf object of the API does. */
export const isEnveloped = (bytes: Uint8Array): boolean => magic.every((byte, index) => bytes[index] === byte)

type Kind = Pick<Envelope, 'apiVersion' | 'kind'>

/** The bytes of an object as they are sent: `k8s\0`, then kind and message. */
export function wrap(kind: Kind, bytes: Uint8Array): Uint8Array {
  const { before, after } = surround(kind, bytes.length)
  const whole = new Uint8Array(before.length + bytes.length + after.length)
  whole.set(before)
  whole.set(bytes, before.length)
  whole.set(after, before.length + bytes.length)
  return whole
}

/** The same for a message of so many bytes that is not at hand in one piece: what comes before it and after it. */
export function surround(kind: Kind, length: number): { readonly before: Uint8Array; readonly after: Uint8Array } {
  const writer = new Writer(256)
  writer.uint(length)
  writer.tag(2, lengthKind)
  const before = writer.length
  writer.text(kind.kind)
  writer.tag(2, lengthKind)
  writer.text(kind.apiVersion)
  writer.tag(1, lengthKind)
  writer.uint(writer.length - before)
  writer.tag(1, lengthKind)
  writer.raw(magic)
  return { before: writer.finish(), after: afterMessage }
}

/** Empty texts for contentEncoding and contentType. */
const afterMessage = Uint8Array.of((3 << 3) | lengthKind, 0, (4 << 3) | lengthKind, 0)

/** Kind and message of an object as it was sent. Throws a DecodeError. */
export function unwrap(bytes: Uint8Array): Envelope {
  if (!isEnveloped(bytes)) {
    throw new DecodeError('', 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  }
  let apiVersion = ''
  let kind = ''
  let raw = new Uint8Array(0)
  const reader = new Reader(bytes, magic.length)
  try {
    while (!reader.done) {
      const tag = reader.uint()
      if (tag === ((1 << 3) | lengthKind)) {
        const meta = reader.nested()
        while (!meta.done) {
          const inner = meta.uint()
          if (inner === ((1 << 3) | lengthKind)) apiVersion = meta.text()
          else if (inner === ((2 << 3) | lengthKind)) kind = meta.text()
          else meta.skip(inner & 7)
        }
      } else if (tag === ((2 << 3) | lengthKind)) raw = reader.bytes() as Uint8Array<ArrayBuffer>
      else reader.skip(tag & 7)
    }
  } catch (cause) {
    if (cause instanceof WireError) throw new DecodeError('', `proto: ${cause.message}`, { cause })
    throw cause
  }
  return { apiVersion, kind, raw }
}
