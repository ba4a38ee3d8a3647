import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

/** One write as it is on disk, under its revision. */
export interface StoredRecord {
  readonly key: string
  /** 0 for a deletion. */
  readonly createRevision: number
  readonly expiresAt: number
  readonly value: Uint8Array
}

/** What a store says about itself, under revision 0. */
export interface StoredHeader {
  readonly magic: string
  readonly version: number
  readonly compactRevision: number
}

export const magic = 'caravel-kv'
export const version = 1

/*
 * A record: checksum (4 bytes), layout (1), length of the key (2), createRevision (8), expiresAt (8), key, value.
 * Numbers are big-endian, the last two doubles. The checksum covers what follows it, and the revision.
 */
const layout = 1
const fixed = 23

const checksum = (revision: number, record: Buffer) => crc32(record.subarray(4), revision >>> 0)

/** A revision as the key of its record: in byte order, revisions are in order. */
export function revisionKey(revision: number): Buffer {
  const key = Buffer.allocUnsafe(8)
  key.writeBigUInt64BE(BigInt(revision))
  return key
}

/** The revision of a record's key; undefined when that is none. */
export function keyRevision(key: Buffer): number | undefined {
  if (key.length !== 8) return undefined
  const revision = Number(key.readBigUInt64BE())
  return Number.isSafeInteger(revision) ? revision : undefined
}

export function encodeRecord(revision: number, record: StoredRecord): Buffer {
  const keyLength = Buffer.byteLength(record.key)
  const bytes = Buffer.allocUnsafe(fixed + keyLength + record.value.length)
  bytes.writeUInt8(layout, 4)
  bytes.writeUInt16BE(keyLength, 5)
  bytes.writeDoubleBE(record.createRevision, 7)
  bytes.writeDoubleBE(record.expiresAt, 15)
  bytes.write(record.key, fixed)
  bytes.set(record.value, fixed + keyLength)
  bytes.writeUInt32BE(checksum(revision, bytes), 0)
  return bytes
}

/** Reads a record; `value` is a view of `bytes`. Throws when the bytes are not what was written under this revision. */
export function decodeRecord(revision: number, bytes: Buffer): StoredRecord {
  if (bytes.length < fixed || bytes.readUInt32BE(0) !== checksum(revision, bytes)) {
    throw new Error(`the record of revision ${revision} has a wrong checksum`)
  }
  if (bytes[4] !== layout) throw new Error(`the record of revision ${revision} has the unknown layout ${bytes[4]}`)
  const end = fixed + bytes.readUInt16BE(5)
  if (end > bytes.length) throw new Error(`the record of revision ${revision} ends inside its key`)
  return {
    key: bytes.toString('utf8', fixed, end),
    createRevision: bytes.readDoubleBE(7),
    expiresAt: bytes.readDoubleBE(15),
    value: bytes.subarray(end),
  }
}

export function encodeHeader(compactRevision: number): Buffer {
  const text = Buffer.from(JSON.stringify({ magic, version, compactRevision } satisfies StoredHeader))
  const sum = Buffer.allocUnsafe(4)
  sum.writeUInt32BE(crc32(text))
  return Buffer.concat([sum, text])
}

/** Reads the header; throws, saying what is wrong, when it is not that of a store this version can read. */
export function decodeHeader(bytes: Buffer): StoredHeader {
  if (bytes.length < 4 || bytes.readUInt32BE(0) !== crc32(bytes.subarray(4))) {
    throw new Error('its header has a wrong checksum')
  }
  const header = JSON.parse(bytes.toString('utf8', 4)) as StoredHeader
  if (header.magic !== magic) throw new Error(`it is marked as ${JSON.stringify(header.magic)}, not as "${magic}"`)
  if (header.version !== version) {
    throw new Error(`it has format version ${header.version}, and this program reads version ${version}`)
  }
  if (!Number.isSafeInteger(header.compactRevision) || header.compactRevision < 1) {
    throw new Error(`its header names the impossible revision ${header.compactRevision}`)
  }
  return header
}
