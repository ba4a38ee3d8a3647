import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { connect as connectSocket } from 'node:net'

/**
 * One gRPC connection to a Unix socket, for the few calls that supervising needs. Its end is how the end of the
 * server shows at once, whoever started it and without asking again and again.
 */
export interface Connection {
  /** A unary call; messages are protobuf bytes. Rejects with the server's status message. */
  call(method: string, request?: Uint8Array): Promise<Uint8Array>
  /** Resolves when the connection has ended, by either side. */
  readonly closed: Promise<void>
  close(): void
}

/** Connects; rejects when nobody listens. */
export function connect(socket: string): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2('http://localhost', { createConnection: () => connectSocket(socket) })
    const closed = new Promise<void>(end => session.once('close', () => end()))
    session.once('error', reject)
    session.once('connect', () => {
      session.on('error', () => {})
      resolve({ closed, close: () => session.destroy(), call: (method, request) => call(session, method, request) })
    })
  })
}

function call(
  session: ClientHttp2Session,
  method: string,
  request: Uint8Array = new Uint8Array(),
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => reject(new Error(`${method}: ${message}`))
    if (session.destroyed || session.closed) return fail('the connection is closed')
    const stream = session.request({
      ':method': 'POST',
      ':path': method,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    const chunks: Buffer[] = []
    let status: string | undefined
    let message: string | undefined
    const read = (headers: Record<string, unknown>) => {
      if (headers['grpc-status'] === undefined) return
      status = String(headers['grpc-status'])
      message = headers['grpc-message'] as string | undefined
    }
    stream.on('response', read)
    stream.on('trailers', read)
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', error => fail(error.message))
    stream.on('close', () => {
      if (status === '0') resolve(new Uint8Array(Buffer.concat(chunks).subarray(5)))
      else fail(message ?? (status === undefined ? 'the connection ended' : `status ${status}`))
    })
    // A gRPC message: not compressed, its length, its bytes.
    const frame = Buffer.alloc(5 + request.length)
    frame.writeUInt32BE(request.length, 1)
    frame.set(request, 5)
    stream.end(frame)
  })
}
