import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2'
import { type Clock, systemClock, type Timer } from '../base/clock.ts'
import { failureIn, readAnswer } from './answer.ts'
import { eventLines } from './eventLines.ts'
import type { ApiRequest, ApiResponse, Transport } from './transport.ts'

export interface HttpsOptions {
  /** `https://10.0.0.5:6443`. */
  readonly server: string
  /** Authorities the server is verified against, PEM. Absent: those of the machine. */
  readonly ca?: string
  /** Client certificate and key, PEM. */
  readonly cert?: string
  readonly key?: string
  /** Asked at each new connection, instead of `cert` and `key`: certificates that are renewed. */
  readonly identity?: () => { readonly cert: string; readonly key: string } | undefined
  /** Bearer token; a function is asked at each request. */
  readonly token?: string | (() => string)
  readonly userAgent?: string
  readonly clock?: Clock
}

export interface HttpsTransport extends Transport {
  /** The next request opens a new connection, with the identity of then; what is under way goes on. */
  reconnect(): void
}

/** Milliseconds: a connection on which nothing comes is asked whether it is there, and given up when it says nothing. */
const alive = { quiet: 30_000, answer: 15_000, connect: 30_000 }

/** The way over a socket: HTTP/2, one connection for all requests, made when it is needed and again after a break. */
export function httpsTransport(options: HttpsOptions): HttpsTransport {
  const clock = options.clock ?? systemClock
  const open = new Set<ClientHttp2Session>()
  let current: ClientHttp2Session | undefined

  const session = (): ClientHttp2Session => {
    if (current && !current.closed && !current.destroyed) return current
    const { cert, key } = options.identity?.() ?? options
    const made = connect(options.server, {
      ...(options.ca ? { ca: options.ca } : {}),
      ...(cert && key ? { cert, key } : {}),
      settings: { initialWindowSize: 1024 * 1024, enablePush: false },
      // Megabytes: many watches share the connection.
      maxSessionMemory: 256,
    })
    current = made
    open.add(made)
    made.once('connect', () => made.setLocalWindowSize(16 * 1024 * 1024))
    // Requests under way hear of it by their own streams.
    made.on('error', () => {})
    made.on('goaway', () => forget(made))
    made.once('close', () => {
      forget(made)
      open.delete(made)
    })
    watchOver(made, clock)
    return made
  }
  const forget = (gone: ClientHttp2Session) => {
    if (current === gone) current = undefined
  }
  const send = (request: ApiRequest): ClientHttp2Stream => {
    const token = typeof options.token === 'function' ? options.token() : options.token
    const body = request.object === undefined ? undefined : Buffer.from(JSON.stringify(request.object))
    const stream = session().request(
      {
        ':method': request.method,
        ':path': request.path,
        accept: 'application/json',
        'user-agent': options.userAgent ?? 'caravel',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'content-type': 'application/json', 'content-length': String(body.length) } : {}),
        ...request.headers,
      },
      { endStream: !body },
    )
    if (body) stream.end(body)
    return stream
  }

  return {
    async request(request) {
      const { status, headers, body } = await again(request, () => whole(request, send(request)))
      return answered(status, headers, body)
    },
    async watch(request, onEvent) {
      const stream = send(request)
      const stopped = cancelledBy(request.signal, stream)
      const headers = await begun(stream, request)
      const status = Number(headers[':status'])
      if (status !== 200) throw failureIn(status, headers['content-type'], await readAll(stream))
      const feed = eventLines(onEvent)
      const ended = new Promise<void>((resolve, reject) => {
        stream.on('data', (chunk: Buffer) => {
          try {
            feed(chunk)
          } catch (error) {
            reject(new Error(`reading the events of ${request.path}`, { cause: error }))
            stream.close(constants.NGHTTP2_CANCEL)
          }
        })
        stream.once('error', error => reject(broken(request, error)))
        stream.once('close', () => {
          if (stopped() || stream.readableEnded) resolve()
          else reject(broken(request))
        })
      })
      return { ended }
    },
    reconnect() {
      // Closing lets what is under way come to its end.
      current?.close()
      current = undefined
    },
    async close() {
      current = undefined
      await Promise.all(
        [...open].map(
          each =>
            new Promise<void>(resolve => {
              each.once('close', () => resolve())
              each.destroy()
            }),
        ),
      )
    },
  }
}

interface Whole {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

async function whole(request: ApiRequest, stream: ClientHttp2Stream): Promise<Whole> {
  cancelledBy(request.signal, stream)
  const headers = await begun(stream, request)
  return { status: Number(headers[':status']), headers, body: await readAll(stream) }
}

/** A connection that the server is closing refuses new streams without having looked at them: those are sent once more. */
async function again<T>(request: ApiRequest, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (request.signal?.aborted || !wasRefused(error, request.method)) throw error
    return attempt()
  }
}

const unseen = new Set(['ERR_HTTP2_GOAWAY_SESSION', 'ERR_HTTP2_INVALID_SESSION'])
const cutOff = new Set(['ECONNRESET', 'EPIPE', 'ERR_HTTP2_SESSION_ERROR'])

function wasRefused(error: unknown, method: string): boolean {
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined
  const code = cause?.code ?? ''
  if (unseen.has(code) || cause?.message.includes('NGHTTP2_REFUSED_STREAM')) return true
  // What only reads can be asked again when the connection breaks on the way.
  return method === 'GET' && (!cause || cutOff.has(code))
}

/** Cancels the stream when the signal aborts; tells whether it did. */
function cancelledBy(signal: AbortSignal | undefined, stream: ClientHttp2Stream): () => boolean {
  let did = false
  const cancel = () => {
    did = true
    stream.close(constants.NGHTTP2_CANCEL)
  }
  if (signal?.aborted) cancel()
  else if (signal) {
    signal.addEventListener('abort', cancel, { once: true })
    stream.once('close', () => signal.removeEventListener('abort', cancel))
  }
  return () => did
}

function begun(stream: ClientHttp2Stream, request: ApiRequest): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    const fail = (error?: Error) => {
      if (request.signal?.aborted) reject(request.signal.reason)
      else reject(broken(request, error))
    }
    stream.once('response', resolve)
    stream.on('error', fail)
    stream.once('close', () => fail())
  })
}

const broken = (request: ApiRequest, cause?: Error) =>
  new Error(`${request.method} ${request.path}: the connection to the API server broke`, { cause })

async function readAll(stream: ClientHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function answered(status: number, headers: IncomingHttpHeaders, body: Buffer): ApiResponse {
  return { status, object: readAnswer(status, headers['content-type'], body), warnings: warningsOf(headers.warning) }
}

/** The texts of `Warning` headers: `299 - "text", 299 - "text"`. */
function warningsOf(header: string | string[] | undefined): string[] {
  const joined = Buffer.from([header ?? []].flat().join(', '), 'latin1').toString()
  return [...joined.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'))
}

/** Gives up a connection that can't be made in time, or on which nothing comes any more though it is asked. */
function watchOver(session: ClientHttp2Session, clock: Clock): void {
  let timer: Timer | undefined
  let seen = -1
  const giveUp = (why: string) => session.destroy(new Error(why))
  const look = () => {
    if (session.destroyed) return
    const now = session.socket.bytesRead
    if (now !== seen) {
      seen = now
      timer = clock.after(alive.quiet, look)
      return
    }
    timer = clock.after(alive.answer, () => giveUp('the API server no longer answers on this connection'))
    session.ping(error => {
      timer?.cancel()
      if (!error) timer = clock.after(alive.quiet, look)
    })
  }
  timer = clock.after(alive.connect, () => giveUp('the connection to the API server could not be made in time'))
  session.once('connect', () => {
    timer?.cancel()
    timer = clock.after(alive.quiet, look)
  })
  session.once('close', () => timer?.cancel())
}
