import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type ServerHttp2Stream } from 'node:http2'

export type ReplyHeaders = Record<string, string | string[]>

/** The answering side of one request, alike for both protocols. */
export interface Reply {
  /** Whether the status is on its way: nothing but the body can follow. */
  readonly begun: boolean
  /** A whole answer. */
  send(status: number, headers: ReplyHeaders, body: Uint8Array): void
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
    send(status, headers, body) {
      response.writeHead(status, finishing(headers))
      if (!unread()) return void response.end(body)
      response.write(body)
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

export function http2Reply(stream: ServerHttp2Stream, head: boolean): Reply {
  const lost = () => stream.destroyed || stream.closed
  return {
    get begun() {
      return stream.headersSent
    },
    send(status, headers, body) {
      if (lost()) return
      const all = { ':status': status, ...headers }
      if (head || body.length === 0) return stream.respond(all, { endStream: true })
      stream.respond(all)
      stream.end(body)
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
