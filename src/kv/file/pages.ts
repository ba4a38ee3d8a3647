import { Buffer } from 'node:buffer'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/*
 * Reads an LMDB data file (data version 2, 64 bits, little-endian) page by page, believing nothing.
 * LMDB itself maps the file and follows page numbers blindly, so a damaged file would end the process;
 * hence every page that LMDB could meet is looked at here first. Layout: MDB_page, MDB_meta, MDB_db, MDB_node.
 */
const headerBytes = 24
const metaMagic = 0xbeefc0de
const dataVersion = 2
const branchFlag = 1
const leafFlag = 2
const overflowFlag = 4
const metaFlag = 8
const bigData = 1
const noPage = 0xffff_ffff_ffff_ffffn

/** What the file holds and how full it is. */
export interface Summary {
  readonly fileBytes: number
  readonly pageBytes: number
  /** Pages that hold entries, and pages that may be used again. */
  readonly used: number
  readonly free: number
}

interface Root {
  readonly depth: number
  readonly branches: number
  readonly leaves: number
  readonly overflows: number
  readonly entries: number
  readonly page: number | undefined
}

interface Meta {
  readonly pageBytes: number
  readonly lastPage: number
  readonly transaction: bigint
  readonly free: Root
  readonly main: Root
}

/**
 * Gives the entries of the main database in order, and the summary at the end. Key and value are views that the next
 * step overwrites. Throws an `Error` that says what is wrong with the file.
 */
export function* readEntries(path: string): Generator<{ key: Buffer; value: Buffer }, Summary> {
  const file = openSync(path, 'r')
  try {
    const fileBytes = fstatSync(file).size
    const meta = readMeta(file, fileBytes)
    const pages = pageReader(file, fileBytes, meta)
    let free = 0
    for (const { value } of pages.entries(meta.free, 'free list')) free += checkFree(value, meta.lastPage)
    yield* pages.entries(meta.main, 'data')
    return { fileBytes, pageBytes: meta.pageBytes, used: pages.visited(), free }
  } finally {
    closeSync(file)
  }
}

function readMeta(file: number, fileBytes: number): Meta {
  const first = parseMeta(readAt(file, 0, 256, fileBytes), 0)
  const second = parseMeta(readAt(file, first.pageBytes, 256, fileBytes), 1)
  if (second.pageBytes !== first.pageBytes) throw new Error('its two heads disagree about the size of a page')
  return first.transaction >= second.transaction ? first : second
}

function parseMeta(bytes: Buffer, page: number): Meta {
  const at = headerBytes
  if (!(bytes.readUInt16LE(18) & metaFlag) || bytes.readUInt32LE(at) !== metaMagic) {
    throw new Error(`the data file does not begin as an LMDB file does (page ${page})`)
  }
  const fileVersion = bytes.readUInt32LE(at + 4) & 0xffff
  if (fileVersion !== dataVersion)
    throw new Error(`the data file has LMDB data version ${fileVersion}, not ${dataVersion}`)
  const pageBytes = bytes.readUInt32LE(at + 24)
  if (pageBytes < 512 || pageBytes > 65536 || pageBytes & (pageBytes - 1)) {
    throw new Error(`the data file names the impossible page size ${pageBytes}`)
  }
  return {
    pageBytes,
    free: parseRoot(bytes, at + 24),
    main: parseRoot(bytes, at + 72),
    lastPage: number(bytes, at + 120),
    transaction: bytes.readBigUInt64LE(at + 128),
  }
}

function parseRoot(bytes: Buffer, at: number): Root {
  return {
    depth: bytes.readUInt16LE(at + 6),
    branches: number(bytes, at + 8),
    leaves: number(bytes, at + 16),
    overflows: number(bytes, at + 24),
    entries: number(bytes, at + 32),
    page: bytes.readBigUInt64LE(at + 40) === noPage ? undefined : number(bytes, at + 40),
  }
}

const number = (bytes: Buffer, at: number) => Number(bytes.readBigUInt64LE(at))

function readAt(
  file: number,
  position: number,
  length: number,
  fileBytes: number,
  into: Buffer = Buffer.alloc(length),
): Buffer {
  if (position + length > fileBytes) {
    throw new Error(`the data file is cut short: it has ${fileBytes} bytes and needs at least ${position + length}`)
  }
  if (readSync(file, into, 0, length, position) !== length) throw new Error(`byte ${position} cannot be read`)
  return into
}

/** A list of free pages: how many, then their numbers, highest first. */
function checkFree(list: Buffer, lastPage: number): number {
  const count = list.length >= 8 ? number(list, 0) : -1
  if (count < 0 || (count + 1) * 8 > list.length) throw new Error('a list of free pages has a wrong length')
  for (let i = 1; i <= count; i++) {
    const page = number(list, i * 8)
    // Numbers below zero stand for runs of pages, or for entries already used up.
    if (page > lastPage && list.readBigInt64LE(i * 8) > 0n) throw new Error(`page ${page} is free but does not exist`)
  }
  return count
}

function pageReader(file: number, fileBytes: number, { pageBytes, lastPage }: Meta) {
  let seen = 0

  const read = (page: number, count: number, into?: Buffer) => {
    seen += count
    if (page < 2 || page + count - 1 > lastPage || seen > lastPage) throw new Error(`page ${page} is out of place`)
    const bytes = readAt(file, page * pageBytes, count * pageBytes, fileBytes, into)
    if (number(bytes, 0) !== page) throw new Error(`page ${page} is not where it should be`)
    return bytes
  }
  const overflow = (reference: Buffer, size: number) => {
    if (reference.length < 8) throw new Error('a large value has no page')
    const page = number(reference, 0)
    const bytes = read(page, Math.floor((headerBytes - 1 + size) / pageBytes) + 1)
    if (!(bytes.readUInt16LE(18) & overflowFlag)) throw new Error(`page ${page} is no page of a large value`)
    return bytes
  }

  function* entries(root: Root, what: string): Generator<{ key: Buffer; value: Buffer }, void> {
    const found = { branches: 0, leaves: 0, overflows: 0, entries: 0 }
    const buffers: Buffer[] = []

    function* walk(page: number, depth: number): Generator<{ key: Buffer; value: Buffer }, void> {
      if (depth > root.depth) throw new Error(`the ${what} goes deeper than ${root.depth} pages at page ${page}`)
      buffers[depth] ??= Buffer.alloc(pageBytes)
      const bytes = read(page, 1, buffers[depth])
      const kind = bytes.readUInt16LE(18) & 0x2f
      if (kind !== (depth === root.depth ? leafFlag : branchFlag)) {
        throw new Error(`page ${page} of the ${what} has the wrong kind ${kind}`)
      }
      const nodes = nodesOf(bytes, page)
      if (kind === branchFlag) {
        found.branches++
        for (const { at } of nodes) {
          // Spread over three fields: 16, 16 and 16 bits.
          const child =
            bytes.readUInt16LE(at) + bytes.readUInt16LE(at + 2) * 2 ** 16 + bytes.readUInt16LE(at + 4) * 2 ** 32
          yield* walk(child, depth + 1)
        }
        return
      }
      found.leaves++
      for (const { at, data } of nodes) {
        found.entries++
        const size = bytes.readUInt32LE(at)
        const flags = bytes.readUInt16LE(at + 4)
        const key = bytes.subarray(at + 8, data)
        if (flags === bigData) {
          const large = overflow(bytes.subarray(data, data + 8), size)
          found.overflows += large.length / pageBytes
          yield { key, value: large.subarray(headerBytes, headerBytes + size) }
        } else if (flags === 0 && data + size <= pageBytes) {
          yield { key, value: bytes.subarray(data, data + size) }
        } else {
          throw new Error(`page ${page} of the ${what} holds an entry that reaches beyond it`)
        }
      }
    }

    if (root.page !== undefined) yield* walk(root.page, 1)
    for (const name of ['branches', 'leaves', 'overflows', 'entries'] as const) {
      if (found[name] !== root[name]) {
        throw new Error(`the ${what} should have ${root[name]} ${name} and has ${found[name]}`)
      }
    }
  }

  return { entries, visited: () => seen }

  /** Where the entries of a page are, and their data after the key. */
  function nodesOf(bytes: Buffer, page: number): { at: number; data: number }[] {
    const lower = bytes.readUInt16LE(20)
    const upper = bytes.readUInt16LE(22)
    if (lower & 1 || lower > upper || headerBytes + upper > pageBytes)
      throw new Error(`page ${page} has impossible bounds`)
    return Array.from({ length: lower / 2 }, (_, i) => {
      const at = headerBytes + bytes.readUInt16LE(headerBytes + 2 * i)
      if (at < headerBytes + upper || at + 8 > pageBytes) throw new Error(`page ${page} has an entry out of bounds`)
      const data = at + 8 + bytes.readUInt16LE(at + 6)
      if (data > pageBytes) throw new Error(`page ${page} has a key that reaches beyond it`)
      return { at, data }
    })
  }
}
