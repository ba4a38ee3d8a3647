import { Duplex } from 'node:stream'
import { createFrameReader, encodeFrame, type Frame } from './frames.ts'
import { createHeaderPacker, createHeaderUnpacker, type Headers } from './headers.ts'

/**
 * One stream: both directions end on their own. Destroying it resets it. When the other side resets it, what came before
 * is still read, then it ends; what is written to it goes nowhere.
 */
export interface SpdyStream extends Duplex {
  readonly id: number
  readonly headers: Headers
}

export interface SpdyConnection {
  /** Opens a stream; data may be written at once. */
  open(headers: Headers): SpdyStream
  /** Resolves when the connection is over, however it ended. */
  readonly closed: Promise<void>
  close(): void
}

export interface SpdyOptions {
  readonly role: 'client' | 'server'
  /** A stream that the other side opens; refused when absent. */
  readonly onStream?: (stream: SpdyStream) => void
}

const chunkSize = 32 * 1024
const cancel = 5
const refused = 3

/**
 * Speaks SPDY/3.1 on a connection, as Kubernetes does for exec, attach and port-forward: many streams, no priorities,
 * no windows; what is not read holds the whole connection back.
 */
export function createSpdyConnection(socket: Duplex, { role, onStream }: SpdyOptions): SpdyConnection {
  const streams = new Map<number, SpdyDuplex>()
  const pack = createHeaderPacker()
  const unpacker = createHeaderUnpacker()
  const read = createFrameReader()
  const closed = Promise.withResolvers<void>()
  let next = role === 'client' ? 1 : 2
  let held = 0
  let turn: Promise<void> = Promise.resolve()

  const send = (frame: Exclude<Frame, { type: 'other' }>, sent?: (error?: Error | null) => void) => {
    if (socket.destroyed || socket.writableEnded) sent?.(new Error('the SPDY connection is closed'))
    else socket.write(encodeFrame(frame), sent)
  }

  class SpdyDuplex extends Duplex implements SpdyStream {
    readonly id: number
    readonly headers: Headers
    private holding = false
    /** The other side has ended its direction. */
    private ended = false
    /** The other side takes no more. */
    private reset = false

    constructor(id: number, headers: Headers) {
      super({ allowHalfOpen: true })
      this.id = id
      this.headers = headers
    }

    receive(data: Buffer): void {
      if (this.ended || this.push(data) || this.holding) return
      this.holding = true
      held++
      socket.pause()
    }

    finish(): void {
      if (this.ended) return
      this.ended = true
      this.push(null)
    }

    wasReset(): void {
      this.reset = true
      streams.delete(this.id)
      this.letGo()
      this.finish()
    }

    private letGo(): void {
      if (!this.holding) return
      this.holding = false
      if (--held === 0) socket.resume()
    }

    override _read(): void {
      this.letGo()
    }

    override _write(data: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
      if (this.reset) {
        done()
        return
      }
      for (let at = 0; at < data.length || at === 0; at += chunkSize) {
        const last = at + chunkSize >= data.length
        send(
          { type: 'data', stream: this.id, last: false, data: data.subarray(at, at + chunkSize) },
          last ? done : undefined,
        )
      }
    }

    override _final(done: (error?: Error | null) => void): void {
      if (this.reset) done()
      else send({ type: 'data', stream: this.id, last: true, data: Buffer.alloc(0) }, done)
    }

    override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
      this.letGo()
      streams.delete(this.id)
      if (!this.reset && !(this.readableEnded && this.writableFinished))
        send({ type: 'reset', stream: this.id, status: cancel })
      done(error)
    }
  }

  const add = (id: number, headers: Headers) => {
    const stream = new SpdyDuplex(id, headers)
    streams.set(id, stream)
    // Whoever uses it may listen; a connection that breaks must not end the process for want of a listener.
    stream.on('error', () => {})
    return stream
  }

  async function take(frame: Frame): Promise<void> {
    switch (frame.type) {
      case 'data': {
        const stream = streams.get(frame.stream)
        if (frame.data.length > 0) stream?.receive(frame.data)
        if (frame.last) stream?.finish()
        return
      }
      case 'open': {
        const headers = await unpacker.unpack(frame.block)
        if (!onStream) return send({ type: 'reset', stream: frame.stream, status: refused })
        const stream = add(frame.stream, headers)
        send({ type: 'reply', stream: frame.stream, last: false, block: pack({}) })
        if (frame.last) stream.finish()
        return onStream(stream)
      }
      case 'reply':
      case 'headers':
        // Their contents mean nothing to us, but the unpacker must see every block.
        await unpacker.unpack(frame.block)
        if (frame.last) streams.get(frame.stream)?.finish()
        return
      case 'reset':
        streams.get(frame.stream)?.wasReset()
        return
      case 'ping':
        // Answered when it is the other side's; ours would have our parity.
        if (frame.id % 2 !== next % 2) send({ type: 'ping', id: frame.id })
    }
  }

  let over = false
  const end = (error?: Error) => {
    if (over) return
    over = true
    for (const stream of [...streams.values()]) {
      if (error) stream.destroy(error)
      else stream.finish()
    }
    unpacker.close()
    socket.destroy()
    closed.resolve()
  }
  socket.on('data', (chunk: Buffer) => {
    turn = turn.then(async () => {
      for (const frame of read(chunk)) await take(frame)
    })
    turn.catch(error => end(error instanceof Error ? error : new Error(String(error))))
  })
  socket.once(
    'end',
    () =>
      void turn.then(
        () => end(),
        () => {},
      ),
  )
  socket.once('error', error => end(error))
  socket.once(
    'close',
    () =>
      void turn.then(
        () => end(),
        () => {},
      ),
  )

  return {
    open(headers) {
      const id = next
      next += 2
      send({ type: 'open', stream: id, last: false, block: pack(headers) })
      return add(id, headers)
    },
    closed: closed.promise,
    close: () => end(),
  }
}
