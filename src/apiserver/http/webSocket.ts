import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Answer, ServerRequest, WatchSink } from '../contract.ts'
import type { WatchFrames } from './content.ts'

/** Browsers reach watches and logs so: an event or a piece to a message. */
const protocols = { binary: 'binary.k8s.io', base64: 'base64.binary.k8s.io' } as const

/** Most bytes that wait for a slow client. */
const mostWaiting = 16 * 1024 * 1024

/** Whether an upgrade is to WebSocket. */
export const wantsWebSocket = (request: ServerRequest): boolean =>
  (request.headers.upgrade ?? '').toLowerCase() === 'websocket'

/** Accepts the upgrade. Clients have nothing to say: what they send is dropped. */
function accept(source: IncomingMessage, socket: Duplex, head: Buffer): Promise<WebSocket> {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: 64 * 1024,
    perMessageDeflate: false,
    handleProtocols: offered => Object.values(protocols).find(each => offered.has(each)) ?? false,
  })
  return new Promise(resolve =>
    server.handleUpgrade(source, socket, head, client => {
      client.on('error', () => client.terminate())
      client.resume()
      resolve(client)
    }),
  )
}

/** Sends the pieces of a stream until it or the client ends. */
export async function streamOverWebSocket(
  { chunks }: Extract<Answer, { form: 'stream' }>,
  source: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const client = await accept(source, socket, head)
  for await (const chunk of chunks) {
    if (client.readyState !== client.OPEN) break
    const piece = client.protocol === protocols.base64 ? Buffer.from(chunk).toString('base64') : chunk
    await new Promise<void>(resolve => client.send(piece, { binary: typeof piece !== 'string' }, () => resolve()))
  }
  client.close(1000)
}

/** Sends the events of a watch, each a message, until it or the client ends, or the client is too slow. */
export async function watchOverWebSocket(
  { start }: Extract<Answer, { form: 'watch' }>,
  frames: WatchFrames,
  signal: AbortSignal,
  source: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const client = await accept(source, socket, head)
  const binary = !frames.contentType.startsWith('application/json')
  const send = (frame: Uint8Array): boolean => {
    if (client.readyState !== client.OPEN || client.bufferedAmount > mostWaiting) return false
    client.send(frame, { binary })
    return true
  }
  const sink: WatchSink = {
    event: (type, stored) => send(frames.event(type, stored)),
    error: status => void send(frames.error(status)),
  }
  await start(sink, signal)
  client.close(1000)
}
