import type { Buffer } from 'node:buffer'

/*
 * The two heads of an LMDB data file (data version 2, 64 bits, little-endian), which commits write in turns:
 * MDB_page's header, then MDB_meta with two MDB_db. They carry no checksum, so whatever can be cross-checked is.
 */
export const pageHeaderBytes = 24
/** Bytes of a head that mean something. */
export const headBytes = 168
const magic = 0xbeefc0de
const dataVersion = 2
const headFlag = 8
/** The free list's keys are integers, and the file is not in a directory of its own: what `database.ts` asks for. */
const freeFlags = 0x4008
const noPage = 0xffff_ffff_ffff_ffffn

/** A tree of pages, and what it should add up to. */
export interface Root {
  readonly depth: number
  readonly branches: number
  readonly leaves: number
  readonly overflows: number
  readonly entries: number
  /** Undefined when the tree is empty. */
  readonly page: number | undefined
}

/** The state of the file after one transaction. */
export interface Head {
  readonly pageBytes: number
  readonly lastPage: number
  readonly transaction: number
  readonly free: Root
  readonly data: Root
}

/** An unsigned number of 64 bits; those beyond 53 are too large for anything here, exact or not. */
export const readNumber = (bytes: Buffer, at: number) => Number(bytes.readBigUInt64LE(at))

/** Reads the head at the beginning of page 0 or 1. Throws an `Error` that says what is wrong with it. */
export function parseHead(bytes: Buffer, page: 0 | 1): Head {
  const at = pageHeaderBytes
  if (!(bytes.readUInt16LE(18) & headFlag) || bytes.readUInt32LE(at) !== magic || readNumber(bytes, 0) !== page) {
    throw new Error(`its data file does not begin as an LMDB file does (page ${page})`)
  }
  const version = bytes.readUInt32LE(at + 4) & 0xffff
  if (version !== dataVersion) throw new Error(`its data file has LMDB data version ${version}, not ${dataVersion}`)
  const mapBytes = readNumber(bytes, at + 16)
  const pageBytes = bytes.readUInt32LE(at + 24)
  if (pageBytes < 512 || pageBytes > 65536 || pageBytes & (pageBytes - 1)) {
    throw new Error(`its data file names the impossible page size ${pageBytes}`)
  }
  if (mapBytes > 2 ** 46) throw new Error(`its data file names the impossible map size ${mapBytes}`)
  const flags = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 76)]
  if (flags[0] !== freeFlags || flags[1] !== 0) throw new Error(`its data file has unknown flags ${flags}`)
  const transaction = readNumber(bytes, at + 128)
  // Before its first commit a file has two heads of transaction 0.
  if (transaction > 0 && transaction % 2 !== page) throw new Error(`transaction ${transaction} is in the wrong head`)
  return {
    pageBytes,
    free: parseRoot(bytes, at + 24),
    data: parseRoot(bytes, at + 72),
    lastPage: readNumber(bytes, at + 120),
    transaction,
  }
}

function parseRoot(bytes: Buffer, at: number): Root {
  return {
    depth: bytes.readUInt16LE(at + 6),
    branches: readNumber(bytes, at + 8),
    leaves: readNumber(bytes, at + 16),
    overflows: readNumber(bytes, at + 24),
    entries: readNumber(bytes, at + 32),
    page: bytes.readBigUInt64LE(at + 40) === noPage ? undefined : readNumber(bytes, at + 40),
  }
}

/** The head of the newest transaction. Throws when the two don't follow one another. */
export function newestHead(first: Head, second: Head): Head {
  if (first.pageBytes !== second.pageBytes || Math.abs(first.transaction - second.transaction) > 1) {
    throw new Error('the two heads of its data file contradict each other')
  }
  return first.transaction > second.transaction ? first : second
}
