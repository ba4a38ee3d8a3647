import type { Type } from '../types.ts'
import { DecodeError } from './decodeError.ts'
import { messageReader } from './protobufRead.ts'
import { messageWriter } from './protobufWrite.ts'
import { Reader, WireError, Writer } from './wire.ts'

export interface ProtobufOptions {
  /** As proto3 writes: zero scalars and empty `always` objects are left out, lists of numbers are packed. */
  readonly proto3?: boolean
}

/**
 * The protobuf message of an object (without apiVersion and kind, which stand in the envelope). As gogo writes
 * proto2: by-value scalars and objects are always there, fields in the order of their numbers, maps sorted by key.
 */
export function encodeProtobuf<T>(type: Type<T>, value: T, options: ProtobufOptions = {}): Uint8Array {
  const writer = new Writer(1024)
  messageWriter(type, options.proto3 ?? false)(writer, value as Record<string, unknown>)
  return writer.finish()
}

/** A protobuf message, proto2 or proto3, to normal form. Unknown fields are skipped. Throws a DecodeError when malformed. */
export function decodeProtobuf<T>(type: Type<T>, bytes: Uint8Array): T {
  try {
    return messageReader(type)(new Reader(bytes), 0) as T
  } catch (cause) {
    if (cause instanceof WireError || cause instanceof RangeError)
      throw new DecodeError('', `proto: ${cause.message}`, { cause })
    throw cause
  }
}
