import type { Readable } from 'node:stream'
import { badRequest, tooLarge } from '../../api/meta/statusError.ts'

/** Most bytes of a body: upstream's limit, three mebibytes. */
export const bodyLimit = 3 * 1024 * 1024

const empty = new Uint8Array(0)

/**
 * All bytes of a request's body. Rejects with RequestEntityTooLarge as soon as more than `limit` are announced or seen;
 * the rest is then left unread.
 */
export function readBody(source: Readable, announced: string | undefined, limit = bodyLimit): Promise<Uint8Array> {
  if (announced !== undefined && Number(announced) > limit) return Promise.reject(tooLarge(`limit is ${limit}`))
  if (announced === '0') return Promise.resolve(empty)
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const done = () => {
      source.removeListener('data', take)
      source.removeListener('end', end)
      source.removeListener('error', broken)
      source.removeListener('close', cut)
    }
    const take = (chunk: Uint8Array) => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= limit) return
      done()
      source.pause()
      reject(tooLarge(`limit is ${limit}`))
    }
    const end = () => {
      done()
      resolve(
        chunks.length === 1 ? (chunks[0] as Uint8Array) : chunks.length === 0 ? empty : Buffer.concat(chunks, size),
      )
    }
    const broken = (error: Error) => {
      done()
      reject(badRequest(`reading the request's body: ${error.message}`))
    }
    const cut = () => {
      done()
      reject(badRequest('unexpected EOF'))
    }
    source.on('data', take)
    source.on('end', end)
    source.on('error', broken)
    source.on('close', cut)
  })
}
