import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { badRequest, internalError, StatusError } from '../../api/meta/statusError.ts'
import { type Encoded, lengthOf, type Pieces, piecesOf } from './content.ts'
import type { SocketRequest } from './request.ts'
import { clientGone, type ServeDeps } from './serve.ts'
import { streamOverWebSocket, wantsWebSocket, watchOverWebSocket } from './webSocket.ts'

/** Carries out a request that asks to take the connection over (HTTP/1.1 only). Resolves when the connection is done with. */
export async function serveUpgrade(
  deps: ServeDeps,
  request: SocketRequest,
  source: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  // What breaks the connection ends the request; the handler hears of it by the signal.
  socket.on('error', error => request.finish(() => error))
  socket.once('close', () => request.finish(clientGone))
  request.unlimited()
  try {
    const answer = await deps.handle(request)
    if (answer.form === 'upgrade') {
      request.trail?.begun(101)
      await answer.accept(source, socket, head)
      return
    }
    if (answer.form === 'object' || answer.form === 'text') {
      request.trail?.ended(answer.status, 0)
      return reject(socket, deps.content.encode(request, answer))
    }
    if (wantsWebSocket(request)) {
      request.trail?.begun(101)
      if (answer.form === 'stream') return await streamOverWebSocket(answer, source, socket, head)
      const frames = deps.content.watch(request, answer.resource)
      return await watchOverWebSocket(answer, frames, request.signal, source, socket, head)
    }
    throw badRequest('the request asks for an upgrade that this resource does not have')
  } catch (error) {
    request.trail?.ended(error instanceof StatusError ? error.code : 500, 0)
    if (!(error instanceof StatusError)) {
      deps.log.error('an upgraded request failed inside the server', { target: request.target, error })
    }
    reject(socket, deps.content.failure(request, error instanceof StatusError ? error : internalError(error)))
  } finally {
    request.finish(clientGone)
    request.trail?.ended(101, 0)
  }
}

/** An ordinary answer on a socket that http has let go of. Does nothing when something was written before. */
function reject(socket: Duplex, encoded: Encoded<Pieces>): void {
  if (socket.destroyed || (socket as { bytesWritten?: number }).bytesWritten === undefined) return
  const pieces = piecesOf(encoded.body)
  const headers = { ...encoded.headers, 'content-length': String(lengthOf(pieces)), connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`HTTP/1.1 ${encoded.status} ${STATUS_CODES[encoded.status] ?? ''}\r\n${lines.join('')}\r\n`)
  socket.end(Buffer.concat(pieces))
}
