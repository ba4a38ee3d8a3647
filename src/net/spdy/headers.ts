import { constants, createInflate } from 'node:zlib'
import { dictionary } from './dictionary.ts'

/** Names in lower case; several values of one name are joined as HTTP does. */
export type Headers = Readonly<Record<string, string>>

const blockLimit = 64 * 1024
const emptyBlock = Buffer.from([0, 0, 0, 0xff, 0xff])

/** Packs header blocks for one connection. Blocks are stored uncompressed, which every reader of zlib takes. */
export function createHeaderPacker(): (headers: Headers) => Buffer {
  let begun = false
  return headers => {
    const plain = plainBlock(headers)
    const stored = Buffer.alloc(5)
    stored.writeUInt16LE(plain.length, 1)
    stored.writeUInt16LE(plain.length ^ 0xffff, 3)
    // The empty block at the end is what other implementations wait for before they look at what came before.
    const parts = [stored, plain, emptyBlock]
    // The zlib header stands once, before the connection's first block.
    if (!begun) parts.unshift(Buffer.from([0x78, 0x01]))
    begun = true
    return Buffer.concat(parts)
  }
}

function plainBlock(headers: Headers): Buffer {
  const entries = Object.entries(headers)
  const number = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  }
  const parts = [number(entries.length)]
  for (const text of entries.flat()) {
    const bytes = Buffer.from(text)
    parts.push(number(bytes.length), bytes)
  }
  const block = Buffer.concat(parts)
  if (block.length > blockLimit - 1) throw new Error('a SPDY header block is larger than 64 KiB')
  return block
}

/** Unpacks the header blocks of one connection, which must come in the order they were sent. */
export interface HeaderUnpacker {
  /** Rejects when the block is damaged or larger than 64 KiB. */
  unpack(block: Buffer): Promise<Headers>
  close(): void
}

export function createHeaderUnpacker(): HeaderUnpacker {
  const inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH })
  let failed: Error | undefined
  let waiting: ((error: Error) => void) | undefined
  let plain: Buffer[] = []
  let size = 0
  const fail = (error: Error) => {
    failed ??= error
    waiting?.(error)
  }
  inflate.on('error', fail)
  const drain = () => {
    for (let chunk = inflate.read(); chunk !== null; chunk = inflate.read()) {
      plain.push(chunk as Buffer)
      size += (chunk as Buffer).length
    }
    if (size > blockLimit) inflate.destroy(new Error('a SPDY header block is larger than 64 KiB'))
  }
  inflate.on('readable', drain)
  return {
    unpack(block) {
      return new Promise((resolve, reject) => {
        if (failed) return reject(failed)
        waiting = reject
        plain = []
        size = 0
        inflate.write(block)
        inflate.flush(constants.Z_SYNC_FLUSH, () => {
          waiting = undefined
          try {
            drain()
            resolve(readBlock(Buffer.concat(plain)))
          } catch (error) {
            reject(error)
          }
        })
      })
    },
    close: () => void inflate.destroy(),
  }
}

function readBlock(block: Buffer): Headers {
  let at = 0
  const number = () => {
    const value = block.readUInt32BE(at)
    at += 4
    return value
  }
  const text = () => {
    const length = number()
    if (at + length > block.length) throw new Error('a SPDY header block is cut off')
    at += length
    return block.toString('utf8', at - length, at)
  }
  const headers: Record<string, string> = {}
  for (let left = number(); left > 0; left--) {
    const name = text()
    headers[name.toLowerCase()] = text().replaceAll('\0', ', ')
  }
  return headers
}
