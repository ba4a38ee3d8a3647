import { badRequest, internalError, StatusError, timeout } from '../../api/meta/statusError.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Answer, ServerRequest, Trail } from '../contract.ts'
import { acceptsGzip, compressFrom, gzipped } from './compress.ts'
import { bytesOf, type Content, type Encoded, lengthOf, type Pieces, piecesOf, type WatchFrames } from './content.ts'
import type { Reply, ReplyHeaders } from './reply.ts'
import type { SocketRequest } from './request.ts'
import { type Batcher, createSink } from './watch.ts'

/** How long a request may take, watches and streams aside; upstream's default. */
const requestMilliseconds = 60_000

/** Why a request ends that its client has given up, or has been answered. */
export const clientGone = () => new DOMException('the client is gone', 'AbortError')

export interface ServeDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly content: Content
  readonly batcher: Batcher
  /** Whether CBOR is read and written. */
  readonly cbor?: boolean
  /** The request's path through the server. Rejects with a StatusError; anything else is an internal error. */
  handle(request: ServerRequest): Promise<Answer>
}

/** Carries one request from a socket out. Never rejects; resolves when the answer is on its way or its stream is over. */
export async function serve(deps: ServeDeps, request: SocketRequest, reply: Reply): Promise<void> {
  reply.onClose(() => {
    request.finish(clientGone)
    // After the last byte this says nothing new; before it, the client gave up.
    request.trail?.ended(0, 0)
  })
  request.limit(requestMilliseconds, () => {
    if (!reply.begun) fail(deps, request, reply, timeout('request did not complete within the allotted timeout', 0))
  })
  try {
    await answer(deps, request, reply, await deps.handle(request))
  } catch (error) {
    fail(deps, request, reply, error)
  }
  request.answered()
}

async function answer(deps: ServeDeps, request: SocketRequest, reply: Reply, result: Answer): Promise<void> {
  if (result.form === 'object' || result.form === 'text') {
    return send(request, reply, deps.content.encode(request, result))
  }
  request.unlimited()
  if (result.form === 'watch') return watch(deps, request, reply, result)
  if (result.form === 'stream') return stream(request, reply, result)
  throw badRequest('Upgrade request required')
}

/** What every answer carries. */
function headersOf(request: ServerRequest, headers: Readonly<Record<string, string>>): ReplyHeaders {
  const all: ReplyHeaders = { 'cache-control': 'no-cache, private', ...headers }
  const { trail } = request
  if (trail) {
    all['audit-id'] = trail.id
    if (trail.headers) Object.assign(all, trail.headers)
  }
  if (request.warnings.length > 0) all.warning = request.warnings.map(warningHeader)
  return all
}

/** The text as a `Warning` header: RFC 7234, code 299. */
export function warningHeader(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not stand in a header
  const plain = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').replace(/["\\]/g, '\\$&')
  // Headers are read as Latin-1: the bytes of the UTF-8 go out as they are.
  return Buffer.from(`299 - "${plain}"`, 'utf8').toString('latin1')
}

async function send(request: ServerRequest, reply: Reply, encoded: Encoded<Pieces>): Promise<void> {
  const headers = headersOf(request, encoded.headers)
  let pieces = piecesOf(encoded.body)
  if (lengthOf(pieces) > compressFrom && acceptsGzip(request.headers['accept-encoding'])) {
    pieces = [await gzipped(pieces)]
    headers['content-encoding'] = 'gzip'
    headers.vary = 'Accept-Encoding'
  }
  if (reply.begun) return
  const length = lengthOf(pieces)
  headers['content-length'] = String(length)
  reply.send(encoded.status, headers, pieces)
  request.trail?.ended(encoded.status, length)
}

async function watch(
  deps: ServeDeps,
  request: SocketRequest,
  reply: Reply,
  result: Extract<Answer, { form: 'watch' }>,
): Promise<void> {
  const { trail } = request
  const frames = counted(deps.content.watch(request, result.resource), trail)
  const sink = createSink(reply, frames, deps.batcher, deps.clock)
  reply.begin(200, headersOf(request, { 'content-type': frames.contentType }))
  trail?.begun(200)
  try {
    await result.start(sink, request.signal)
  } catch (error) {
    if (!request.signal.aborted) sink.error(statusOf(deps, request, error).body)
  }
  sink.close()
  trail?.ended(200, 0)
}

/** Tells of every event that it was sent. */
function counted(frames: WatchFrames, trail: Trail | undefined): WatchFrames {
  if (!trail) return frames
  return {
    ...frames,
    event(type, stored) {
      const frame = frames.event(type, stored)
      trail.watched(frame.length)
      return frame
    },
  }
}

async function stream(
  request: SocketRequest,
  reply: Reply,
  result: Extract<Answer, { form: 'stream' }>,
): Promise<void> {
  const iterator = result.chunks[Symbol.asyncIterator]()
  // The first chunk decides: a source that fails at once is a failed request.
  let next = result.answered ? undefined : await iterator.next()
  reply.begin(result.status, headersOf(request, { ...result.headers, 'content-type': result.contentType }))
  request.trail?.begun(result.status)
  let bytes = 0
  let wake = () => {}
  reply.onDrain(() => wake())
  request.signal.addEventListener('abort', () => wake(), { once: true })
  try {
    next ??= await iterator.next()
    while (!next.done && !request.signal.aborted) {
      bytes += next.value.length
      if (!reply.write(next.value)) {
        await new Promise<void>(resolve => {
          wake = resolve
          if (request.signal.aborted) resolve()
        })
      }
      if (!request.signal.aborted) next = await iterator.next()
    }
    reply.end()
  } finally {
    request.trail?.ended(result.status, bytes)
    await iterator.return?.()
  }
}

function statusOf(deps: ServeDeps, request: ServerRequest, error: unknown): StatusError {
  if (error instanceof StatusError) return error
  const { method, target, trail } = request
  deps.log.error('a request failed inside the server', {
    method,
    target,
    error,
    ...(trail ? { auditId: trail.id } : {}),
  })
  return internalError(error)
}

function fail(deps: ServeDeps, request: SocketRequest, reply: Reply, error: unknown): void {
  // An answer under way can only be cut off: its end would look like success.
  if (reply.begun) {
    if (!request.signal.aborted) reply.cut()
    return
  }
  const status = statusOf(deps, request, error)
  const encoded = deps.content.failure(request, status)
  const headers = headersOf(request, encoded.headers)
  headers['x-content-type-options'] = 'nosniff'
  const retry = status.body.details?.retryAfterSeconds
  if (retry) headers['retry-after'] = String(retry)
  const body = bytesOf(encoded.body)
  headers['content-length'] = String(body.length)
  reply.send(status.code, headers, [body])
  request.trail?.ended(status.code, body.length)
}
