import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type ServerHttp2Stream } from 'node:http2'
import type { Writable } from 'node:stream'

export type ReplyHeaders = Record<string, string | string[]>

/** The answering side of one request, alike for both protocols. */
export interface Reply {
  /** Whether the status is on its way: nothing but the body can follow. */
  readonly begun: boolean
  /** A whole answer: the pieces one after the other, the last with bytes in it or the only one. */
  send(status: number, headers: ReplyHeaders, pieces: readonly Uint8Array[]): void
  /** Begins an answer that goes on. */
  begin(status: number, headers: ReplyHeaders): void
  /** `false`: the client is slow; `onDrain` tells when it caught up. */
  write(chunk: Uint8Array): boolean
  onDrain(listener: () => void): void
  end(): void
  /** The client is gone, or the answer is complete. */
  onClose(listener: () => void): void
  /** Ends at once, whatever is still to be sent. */
  cut(): void
}

/** `closing`: asked at the end of each answer whether the connection should be given up. */
export function http1Reply(request: IncomingMessage, response: ServerResponse, closing: () => boolean): Reply {
  const unread = () => !request.complete && request.headers['content-length'] !== '0' && hasBody(request)
  // A body left unread can't be told from the next request.
  const finishing = (headers: ReplyHeaders): ReplyHeaders =>
    closing() || unread() ? { ...headers, connection: 'close' } : headers
  return {
    get begun() {
      return response.headersSent
    },
    send(status, headers, pieces) {
      response.writeHead(status, finishing(headers))
      const last = allButLast(response, pieces)
      if (!unread()) return void response.end(last)
      response.write(last)
      linger(request, () => response.end())
    },
    begin(status, headers) {
      response.writeHead(status, finishing(headers))
      response.flushHeaders()
    },
    write: chunk => response.write(chunk),
    onDrain: listener => void response.on('drain', listener),
    end: () => void response.end(),
    onClose: listener => void response.once('close', listener),
    cut: () => void response.destroy(),
  }
}

/** Milliseconds a client has to read the answer to a request whose body it is still sending. As upstream. */
const lingering = 500

/**
 * Takes what a client is still sending and drops it, for a while: a connection closed under its hands would lose the
 * answer on the way to it.
 */
function linger(request: IncomingMessage, over: () => void): void {
  const timer = setTimeout(finish, lingering)
  function finish() {
    clearTimeout(timer)
    request.off('end', finish).off('close', finish)
    over()
  }
  request.on('end', finish).on('close', finish).resume()
}

const hasBody = (request: IncomingMessage) =>
  request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined

/** Writes all but the last piece, which is for `end`: everything goes to the connection at once. */
function allButLast(stream: Writable, pieces: readonly Uint8Array[]): Uint8Array | undefined {
  if (pieces.length > 1) stream.cork()
  for (let i = 0; i < pieces.length - 1; i++) stream.write(pieces[i])
  return pieces.at(-1)
}

export function http2Reply(stream: ServerHttp2Stream, head: boolean): Reply {
  const lost = () => stream.destroyed || stream.closed
  return {
    get begun() {
      return stream.headersSent
    },
    send(status, headers, pieces) {
      if (lost()) return
      const all = { ':status': status, ...headers }
      if (head || headers['content-length'] === '0') return stream.respond(all, { endStream: true })
      stream.respond(all)
      stream.end(allButLast(stream, pieces))
    },
    begin(status, headers) {
      if (!lost()) stream.respond({ ':status': status, ...headers })
    },
    write: chunk => lost() || stream.write(chunk),
    onDrain: listener => void stream.on('drain', listener),
    end: () => void stream.end(),
    onClose: listener => void stream.once('close', listener),
    cut: () => stream.close(constants.NGHTTP2_CANCEL),
  }
}
