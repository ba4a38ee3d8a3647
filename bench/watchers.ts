/**
 * The watching side of the watch bench, in a process of its own: opens watches and tells by IPC when they are all open,
 * and, once each of them has had so many events, when the last came and how late each was. It shares the machine with
 * the server, so it does as little as it can: HTTP/2 frames are read off the sockets as they come.
 */
import { connect } from 'node:tls'
import { frameOf, preface, requestFrame } from './frames.ts'

export interface Watching {
  readonly url: string
  readonly token: string
  readonly path: string
  readonly watchers: number
  readonly connections: number
  /** Events of each watcher after which it is done. */
  readonly events: number
}

export type Told =
  | { readonly ready: true }
  | {
      readonly done: true
      readonly lastAt: number
      readonly milliseconds: readonly number[]
      /** Frames in which the events came. */
      readonly frames: number
    }

const mark = Buffer.from('"sent":"')
const [lineEnd, quote] = [10, 34]
const kinds = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7 }
const acknowledged = 1
/** `:status: 200` as every server writes it: by its place in the table of common headers. */
const status200 = 0x88

process.once('message', (asked: Watching) => {
  const { url, token, path, watchers, connections, events } = asked
  const { hostname, port, host } = new URL(url)
  const milliseconds: number[] = []
  let open = 0
  let left = watchers * events
  let frames = 0
  const tell = (told: Told, then = () => {}) => void process.send?.(told, then)

  /** Whole events; returns how many bytes they took. */
  const take = (bytes: Buffer): number => {
    let from = 0
    for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, from)) {
      const at = bytes.indexOf(mark, from) + mark.length
      const sent = Number(bytes.toString('latin1', at, bytes.indexOf(quote, at)))
      milliseconds.push(performance.timeOrigin + performance.now() - sent)
      from = end + 1
      left--
    }
    return from
  }

  const sockets = Array.from({ length: connections }, (_, index) => {
    const socket = connect({ host: hostname, port: Number(port), ALPNProtocols: ['h2'], rejectUnauthorized: false })
    /** What has come of an event by stream, where an event goes on in the next frame. */
    const begun = new Map<number, Buffer>()
    const onFrame = (kind: number, flags: number, stream: number, payload: Buffer) => {
      if (kind === kinds.data) {
        const before = begun.get(stream)
        const bytes = before ? Buffer.concat([before, payload]) : payload
        const taken = take(bytes)
        frames++
        if (taken < bytes.length) begun.set(stream, Buffer.from(bytes.subarray(taken)))
        else if (before) begun.delete(stream)
        if (left === 0) finish()
      } else if (kind === kinds.headers) {
        if (payload[0] !== status200) throw new Error('a watch is not answered with 200')
        if (++open === watchers) tell({ ready: true })
      } else if (kind === kinds.ping && flags !== acknowledged)
        socket.write(frameOf(kinds.ping, acknowledged, 0, payload))
      else if (kind === kinds.settings && flags !== acknowledged) socket.write(frameOf(kinds.settings, acknowledged, 0))
      else if (kind === kinds.reset || kind === kinds.goAway) throw new Error('the server gave a watch up')
    }
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let at = 0
      while (bytes.length - at >= 9) {
        const end = at + 9 + bytes.readUIntBE(at, 3)
        if (end > bytes.length) break
        onFrame(
          bytes[at + 3] as number,
          bytes[at + 4] as number,
          bytes.readUInt32BE(at + 5),
          bytes.subarray(at + 9, end),
        )
        at = end
      }
      rest = bytes.subarray(at)
    })
    socket.once('secureConnect', () => {
      socket.setNoDelay(true)
      socket.write(preface)
      for (let i = index, stream = 1; i < watchers; i += connections, stream += 2)
        socket.write(requestFrame(stream, { path, authority: host, authorization: `Bearer ${token}` }))
    })
    return socket
  })
  const finish = () => {
    // What is told must have left before this process does.
    tell({ done: true, lastAt: performance.timeOrigin + performance.now(), milliseconds, frames }, () => {
      for (const socket of sockets) socket.destroy()
      process.disconnect?.()
    })
  }
})
