/** Frames of SPDY/3.1, apart from their header blocks. */
export type Frame =
  | { readonly type: 'data'; readonly stream: number; readonly last: boolean; readonly data: Buffer }
  | { readonly type: 'open'; readonly stream: number; readonly last: boolean; readonly block: Buffer }
  | { readonly type: 'reply'; readonly stream: number; readonly last: boolean; readonly block: Buffer }
  | { readonly type: 'headers'; readonly stream: number; readonly last: boolean; readonly block: Buffer }
  | { readonly type: 'reset'; readonly stream: number; readonly status: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'goAway'; readonly lastStream: number }
  | { readonly type: 'other' }

const version = 3
const code = { open: 1, reply: 2, reset: 3, ping: 6, goAway: 7, headers: 8 } as const
const fin = 1
const frameLimit = 16 * 1024 * 1024 - 1

const control = (type: number, flags: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(0x8000 | version, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt32BE(body.length, 4)
  head.writeUInt8(flags, 4)
  return Buffer.concat([head, body])
}

const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4)
  return bytes
}

/** The bytes of a frame. */
export function encodeFrame(frame: Exclude<Frame, { type: 'other' }>): Buffer {
  switch (frame.type) {
    case 'data': {
      const head = numbers(frame.stream, frame.data.length)
      head.writeUInt8(frame.last ? fin : 0, 4)
      return Buffer.concat([head, frame.data])
    }
    case 'open':
      // Stream, the stream it belongs to (none), priority and slot.
      return control(
        code.open,
        frame.last ? fin : 0,
        Buffer.concat([numbers(frame.stream, 0), Buffer.alloc(2), frame.block]),
      )
    case 'reply':
      return control(code.reply, frame.last ? fin : 0, Buffer.concat([numbers(frame.stream), frame.block]))
    case 'headers':
      return control(code.headers, frame.last ? fin : 0, Buffer.concat([numbers(frame.stream), frame.block]))
    case 'reset':
      return control(code.reset, 0, numbers(frame.stream, frame.status))
    case 'ping':
      return control(code.ping, 0, numbers(frame.id))
    case 'goAway':
      return control(code.goAway, 0, numbers(frame.lastStream, 0))
  }
}

/** Cuts what comes in into frames; hand it every chunk, in order. Throws for what is no SPDY/3. */
export function createFrameReader(): (chunk: Buffer) => Frame[] {
  let pending: Buffer = Buffer.alloc(0)
  return chunk => {
    pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk
    const frames: Frame[] = []
    while (pending.length >= 8) {
      const length = pending.readUInt32BE(4) & 0xffffff
      if (length > frameLimit) throw new Error(`a SPDY frame of ${length} bytes is too large`)
      if (pending.length < 8 + length) break
      frames.push(readFrame(pending.subarray(0, 8), pending.subarray(8, 8 + length)))
      pending = pending.subarray(8 + length)
    }
    return frames
  }
}

function readFrame(head: Buffer, body: Buffer): Frame {
  const last = (head.readUInt8(4) & fin) !== 0
  const first = head.readUInt32BE(0)
  if ((first & 0x80000000) === 0) return { type: 'data', stream: first, last, data: body }
  if (((first >>> 16) & 0x7fff) !== version) throw new Error('a frame is not of SPDY/3')
  const least: Record<number, number> = { 1: 10, 2: 4, 3: 8, 6: 4, 7: 4, 8: 4 }
  const type = first & 0xffff
  if (body.length < (least[type] ?? 0)) throw new Error('a SPDY frame is cut off')
  const stream = body.length >= 4 ? body.readUInt32BE(0) & 0x7fffffff : 0
  switch (type) {
    case code.open:
      return { type: 'open', stream, last, block: body.subarray(10) }
    case code.reply:
      return { type: 'reply', stream, last, block: body.subarray(4) }
    case code.headers:
      return { type: 'headers', stream, last, block: body.subarray(4) }
    case code.reset:
      return { type: 'reset', stream, status: body.readUInt32BE(4) }
    case code.ping:
      return { type: 'ping', id: body.readUInt32BE(0) }
    case code.goAway:
      return { type: 'goAway', lastStream: stream }
  }
  // Settings and windows: nobody who speaks this protocol to us keeps to them.
  return { type: 'other' }
}
