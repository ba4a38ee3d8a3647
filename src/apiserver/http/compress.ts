import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

/** Answers of at least so many bytes are worth compressing: upstream's threshold. */
export const compressFrom = 128 * 1024

/** Whether the client takes gzip. */
export function acceptsGzip(header: string | undefined): boolean {
  if (!header) return false
  return header.split(',').some(part => {
    const [name, ...parameters] = part.trim().split(/\s*;\s*/)
    return name === 'gzip' && !parameters.some(parameter => /^q=0(\.0*)?$/.test(parameter))
  })
}

const compress = promisify(gzip)

/** The body, compressed as fast as can be, off the main thread. */
export const gzipped = (pieces: readonly Uint8Array[]): Promise<Uint8Array> =>
  compress(Buffer.concat(pieces), { level: constants.Z_BEST_SPEED, chunkSize: 128 * 1024 })
