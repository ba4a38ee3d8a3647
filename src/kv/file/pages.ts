import { Buffer } from 'node:buffer'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type Head, headBytes, newestHead, pageHeaderBytes, parseHead, type Root, readNumber } from './heads.ts'

/*
 * Reads an LMDB data file page by page, believing nothing. LMDB itself maps the file and follows page numbers blindly,
 * so a damaged file could end the process or spread: hence every page that LMDB can meet is looked at here first.
 * Layouts: MDB_page, MDB_node, MDB_ovpage, and the lists of free pages as lmdb-js writes them.
 */
const branchKind = 1
const leafKind = 2
const overflowKind = 4
const kinds = 0x2f
/** The entry's value has pages of its own. */
const largeFlag = 1

/** One entry; both are views that the next step overwrites. */
export interface Entry {
  readonly key: Buffer
  readonly value: Buffer
}

/** How large the file is, and how much of it is in use. */
export interface Summary {
  readonly fileBytes: number
  readonly usedBytes: number
}

/** Gives the entries of the data in order of their keys, and the summary at the end. Throws an `Error` that says what is wrong. */
export function* readEntries(path: string): Generator<Entry, Summary> {
  const file = openSync(path, 'r')
  try {
    const fileBytes = fstatSync(file).size
    const read = (position: number, length: number, into: Buffer = Buffer.alloc(length)) => {
      if (position + length > fileBytes || readSync(file, into, 0, length, position) !== length) {
        throw new Error(`its data file is cut short: it has ${fileBytes} bytes and needs at least ${position + length}`)
      }
      return into
    }
    const first = parseHead(read(0, headBytes), 0)
    const head = newestHead(first, parseHead(read(first.pageBytes, headBytes), 1))
    const pages = createPages(head, read)
    for (const { value } of walkTree(pages, head.free, 'free list')) markFree(pages, value)
    yield* walkTree(pages, head.data, 'data')
    return { fileBytes, usedBytes: pages.seen * head.pageBytes }
  } finally {
    closeSync(file)
  }
}

interface Pages {
  readonly pageBytes: number
  /** Pages in use that were met so far. */
  readonly seen: number
  /** Reads pages in a row, once and never again. */
  take(page: number, count: number, into?: Buffer): Buffer
  free(page: number, count: number): void
}

function createPages(head: Head, read: (position: number, length: number, into?: Buffer) => Buffer): Pages {
  const { pageBytes, lastPage, transaction } = head
  if (lastPage > 2 ** 32) throw new Error(`its data file names the impossible last page ${lastPage}`)
  const known = new Uint8Array(lastPage + 1).fill(1, 0, 2)
  let seen = 0
  const claim = (page: number, count: number) => {
    if (page < 2 || page + count - 1 > lastPage) throw new Error(`page ${page} of its data file does not exist`)
    for (let i = page; i < page + count; i++) {
      if (known[i]) throw new Error(`page ${i} of its data file is used twice`)
      known[i] = 1
    }
  }
  return {
    pageBytes,
    get seen() {
      return seen
    },
    take(page, count, into) {
      claim(page, count)
      seen += count
      const bytes = read(page * pageBytes, count * pageBytes, into)
      if (readNumber(bytes, 0) !== page || readNumber(bytes, 8) > transaction) {
        throw new Error(`page ${page} of its data file is not what should be there`)
      }
      return bytes
    },
    free: claim,
  }
}

/** A list of free pages: its length, then pages, runs (a length below zero, then the first page) and zeros. */
function markFree(pages: Pages, list: Buffer) {
  const count = list.length >= 8 ? readNumber(list, 0) : Number.POSITIVE_INFINITY
  if ((count + 1) * 8 > list.length) throw new Error('a list of free pages in its data file has a wrong length')
  for (let i = 1; i <= count; i++) {
    const entry = Number(list.readBigInt64LE(i * 8))
    if (entry > 0) pages.free(entry, 1)
    else if (entry < 0 && i < count) pages.free(readNumber(list, ++i * 8), -entry)
  }
}

/** Walks one tree from its root, comparing what there is with what the root says there should be. */
function* walkTree(pages: Pages, root: Root, what: string): Generator<Entry, void> {
  const found = { branches: 0, leaves: 0, overflows: 0, entries: 0 }
  const buffers: Buffer[] = []
  const wrong = (page: number, how: string) => new Error(`page ${page} of its ${what} ${how}`)
  let last: Buffer | undefined
  /** Keys from here on are not below this. */
  let floor: Buffer | undefined

  function* walk(page: number, depth: number): Generator<Entry, void> {
    buffers[depth] ??= Buffer.alloc(pages.pageBytes)
    const bytes = pages.take(page, 1, buffers[depth])
    const kind = bytes.readUInt16LE(18) & kinds
    if (kind !== (depth === root.depth ? leafKind : branchKind)) throw wrong(page, `has the wrong kind ${kind}`)
    const nodes = nodesOf(bytes, problem => wrong(page, problem))
    if (kind === branchKind) {
      found.branches++
      for (const [i, { at, data }] of nodes.entries()) {
        if (i > 0) {
          floor = Buffer.from(bytes.subarray(at + 8, data))
          if (!last || compare(what, last, floor) >= 0) throw wrong(page, 'has keys out of order')
        }
        yield* walk(bytes.readUIntLE(at, 6), depth + 1)
      }
      return
    }
    found.leaves++
    for (const { at, data } of nodes) {
      found.entries++
      const key = bytes.subarray(at + 8, data)
      if (floor && compare(what, floor, key) > 0) throw wrong(page, 'has keys out of order')
      floor = undefined
      last = key
      const size = bytes.readUInt32LE(at)
      const flags = bytes.readUInt16LE(at + 4)
      if (flags === largeFlag && data + 24 <= pages.pageBytes) {
        const count = Math.floor((pageHeaderBytes - 1 + size) / pages.pageBytes) + 1
        const large = pages.take(readNumber(bytes, data), count)
        if ((large.readUInt16LE(18) & kinds) !== overflowKind) throw wrong(page, 'has a large value of the wrong kind')
        found.overflows += count
        yield { key, value: large.subarray(pageHeaderBytes, pageHeaderBytes + size) }
      } else if (flags === 0 && data + size <= pages.pageBytes) {
        yield { key, value: bytes.subarray(data, data + size) }
      } else {
        throw wrong(page, 'has an entry that reaches beyond it')
      }
    }
  }

  if (root.page !== undefined) yield* walk(root.page, 1)
  for (const name of ['branches', 'leaves', 'overflows', 'entries'] as const) {
    if (found[name] !== root[name]) {
      throw new Error(`its ${what} should have ${root[name]} ${name} and has ${found[name]}`)
    }
  }
}

/** The free list's keys are numbers of 64 bits, low bytes first. */
function compare(what: string, a: Buffer, b: Buffer): number {
  return what === 'data' ? Buffer.compare(a, b) : readNumber(a, 0) - readNumber(b, 0)
}

/** Where the entries of a page begin, and where their data does, after the key. */
function nodesOf(bytes: Buffer, wrong: (how: string) => Error): { at: number; data: number }[] {
  const lower = bytes.readUInt16LE(20)
  const upper = bytes.readUInt16LE(22)
  if (lower & 1 || lower > upper || pageHeaderBytes + upper > bytes.length) throw wrong('has impossible bounds')
  return Array.from({ length: lower / 2 }, (_, i) => {
    const at = pageHeaderBytes + bytes.readUInt16LE(pageHeaderBytes + 2 * i)
    if (at < pageHeaderBytes + upper || at + 8 > bytes.length) throw wrong('has an entry out of bounds')
    const data = at + 8 + bytes.readUInt16LE(at + 6)
    if (data > bytes.length) throw wrong('has a key that reaches beyond it')
    return { at, data }
  })
}
