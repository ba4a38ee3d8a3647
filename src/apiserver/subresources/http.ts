import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { serviceUnavailable } from '../../api/meta/statusError.ts'

/** A request that is made to a kubelet, a pod or a service on somebody's behalf. */
export interface Outgoing {
  readonly method: string
  /** Path with query, escaped. */
  readonly target: string
  readonly host: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** Makes the request over an open connection; the connection ends with the answer, or with the signal. */
export async function send(socket: Duplex, outgoing: Outgoing, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, target, host, headers, body } = outgoing
  const request = httpRequest({
    method,
    path: target,
    headers: { host, ...headers, ...(body?.length ? { 'content-length': String(body.length) } : {}) },
    // Without an agent: the connection is used once.
    createConnection: () => socket,
    signal,
  })
  // Both wait for the same: the answer or what went wrong.
  const answered = once(request, 'response')
  request.end(body?.length ? body : undefined)
  const [response] = (await answered) as [IncomingMessage]
  response.once('close', () => socket.destroy())
  return response
}

/** Opens a connection; what hinders it is told as upstream's proxies do: the service is not available. */
export async function dialed<T>(open: Promise<T>, what: string): Promise<T> {
  try {
    return await open
  } catch (error) {
    throw serviceUnavailable(`error trying to reach ${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** At most so many bytes of an answer, as text: for what is told of failures. */
export async function textOf(response: IncomingMessage, most = 50_000): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= most) break
  }
  return Buffer.concat(chunks).subarray(0, most).toString('utf8')
}

/** The chunks of an answer as they come; quiet when the reader has gone. */
export async function* chunksOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    response.destroy()
  }
}
