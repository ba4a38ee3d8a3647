/**
 * The watching side of the watch bench, in a process of its own: opens watches and tells by IPC when they are all open,
 * and, once each of them has had so many events, when the last came and how late each was.
 */
import { connect } from 'node:http2'

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
  | { readonly done: true; readonly lastAt: number; readonly milliseconds: readonly number[] }

const mark = Buffer.from('"sent":"')

process.once('message', (asked: Watching) => {
  const { url, token, path, watchers, connections, events } = asked
  const milliseconds: number[] = []
  let open = 0
  let left = watchers * events
  const tell = (told: Told, then = () => {}) => void process.send?.(told, then)
  const sessions = Array.from({ length: connections }, () =>
    connect(url, { rejectUnauthorized: false, settings: { initialWindowSize: 1 << 20 } }),
  )
  for (const session of sessions) session.once('connect', () => session.setLocalWindowSize(1 << 24))
  for (let i = 0; i < watchers; i++) {
    const stream = sessions[i % connections]?.request({ ':path': path, authorization: `Bearer ${token}` })
    let rest: Buffer = Buffer.alloc(0)
    stream?.on('response', ({ ':status': status }) => {
      if (status !== 200) throw new Error(`a watch is answered with ${status}`)
      if (++open === watchers) tell({ ready: true })
    })
    stream?.on('data', (chunk: Buffer) => {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let from = 0
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        const at = bytes.indexOf(mark, from) + mark.length
        const sent = Number(bytes.toString('latin1', at, bytes.indexOf(34, at)))
        milliseconds.push(performance.timeOrigin + performance.now() - sent)
        from = end + 1
        left--
      }
      rest = bytes.subarray(from)
      if (left > 0) return
      // What is told must have left before this process does.
      tell({ done: true, lastAt: performance.timeOrigin + performance.now(), milliseconds }, () => {
        for (const session of sessions) session.destroy()
        process.disconnect?.()
      })
    })
  }
})
