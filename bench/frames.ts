/** HTTP/2 as far as a client that only reads needs it (RFC 9113, RFC 7541). */

const kinds = { headers: 1, settings: 4, windowUpdate: 8 }
const endOfRequest = 0x1 | 0x4
const largest = 0x7fffffff

/** One frame. `payload`: none when absent. */
export function frameOf(kind: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = kind
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** What a client begins with: windows so large that they need not be opened again for two gigabytes. */
export const preface: Buffer = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frameOf(kinds.settings, 0, 0, setting(4, largest)),
  frameOf(kinds.windowUpdate, 0, 0, number(largest - 0xffff)),
])

/** A GET without a body, its headers written out: no table has to be kept. */
export const requestFrame = (
  stream: number,
  {
    path,
    authority,
    authorization,
  }: { readonly path: string; readonly authority: string; readonly authorization: string },
): Buffer =>
  frameOf(
    kinds.headers,
    endOfRequest,
    stream,
    // The first two by their places in the table of common headers: `:method: GET`, `:scheme: https`.
    Buffer.concat([
      Buffer.of(0x82, 0x87),
      ...[
        [':path', path],
        [':authority', authority],
        ['authorization', authorization],
        ['accept', 'application/json'],
      ].map(([name = '', value = '']) => Buffer.concat([Buffer.of(0), text(name), text(value)])),
    ]),
  )

function setting(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUInt16BE(id)
  bytes.writeUInt32BE(value, 2)
  return bytes
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A text behind its length, which begins with seven bits. */
function text(value: string): Buffer {
  const length = [Math.min(value.length, 127)]
  if (value.length >= 127) {
    let rest = value.length - 127
    for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128)
    length.push(rest)
  }
  return Buffer.concat([Buffer.from(length), Buffer.from(value, 'latin1')])
}
