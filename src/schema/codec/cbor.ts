import type { Type } from '../types.ts'
import { bytesFor } from './cborBytes.ts'
import { readCbor } from './cborRead.ts'
import { writeCbor } from './cborWrite.ts'
import { type FromJsonOptions, fromOwnJson } from './jsonDecode.ts'
import { toJson } from './jsonEncode.ts'

export { readCbor } from './cborRead.ts'
export { Encoded, writeCbor } from './cborWrite.ts'

/** A value of a type as CBOR, as upstream's serializer writes it: what JSON says, in fewer bytes. */
export const encodeCbor = <T>(type: Type<T>, value: T): Uint8Array =>
  writeCbor(bytesFor(type as Type, toJson(type, value)))

/** CBOR to the normal form of a type. Throws a DecodeError. */
export const decodeCbor = <T>(type: Type<T>, bytes: Uint8Array, options: FromJsonOptions = {}): T =>
  fromOwnJson(type, readCbor(bytes), options)
