import type { ServerRequest } from '../contract.ts'

/** Bytes a manager's name may have. */
const longest = 128

/** Who a write is noted under: as the client asks, else by the program it says it is. */
export const managerOf = ({ headers }: ServerRequest, asked: string): string =>
  asked || programOf(headers['user-agent'] ?? '')

/** What stands before the first slash, as far as it can be printed. Upstream's `prefixFromUserAgent`. */
function programOf(userAgent: string): string {
  let name = ''
  let size = 0
  for (const character of userAgent.split('/', 1)[0] ?? '') {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) continue
    size += Buffer.byteLength(character)
    if (size > longest) break
    name += character
  }
  return name
}
