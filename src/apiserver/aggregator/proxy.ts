import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { isAvailable } from '../../api/apiregistration/available.ts'
import { apiServices } from '../../api/index.ts'
import { serviceUnavailable } from '../../api/meta/statusError.ts'
import { anySignal } from '../../base/signals.ts'
import type { Answer, ObjectReader, PathHandler, ServerRequest } from '../contract.ts'
import { chunksOf } from '../subresources/http.ts'
import { dropped, passedBack } from '../subresources/proxy.ts'
import { passOn } from '../subresources/stream.ts'
import { wordsOf } from '../webhook/words.ts'
import { identityHeaders, isIdentity } from './identity.ts'
import { serviceName } from './registration.ts'
import type { ForeignServer, ForeignServers } from './servers.ts'

export interface HandingOverDeps {
  readonly objects: ObjectReader
  readonly servers: ForeignServers
}

/** Milliseconds that discovery may take: clients ask all servers for it. */
const discoveryMilliseconds = 5000

/** Hands requests for versions of other servers over to them. */
export function foreignPaths({ objects, servers }: HandingOverDeps): PathHandler {
  return async (request, info, user) => {
    const [, prefix, group, version, ...below] = info.path.split('/')
    if (prefix !== 'apis' || !group || !version) return undefined
    const service = objects.get(apiServices, undefined, serviceName(group, version))
    const server = service && servers.of(service)
    if (!server) return undefined
    if (!isAvailable(service)) return unavailable(request, 'service unavailable')
    const headers = { ...headersOf(request), ...identityHeaders(user) }
    if (request.headers.upgrade) return upgraded(request, server, headers)
    const isDiscovery = below.join('') === ''
    const signal = isDiscovery ? anySignal(request.signal, AbortSignal.timeout(discoveryMilliseconds)) : request.signal
    let response: IncomingMessage
    try {
      const { method, target } = request
      response = await server.send({ method, target, headers, body: await bodyOf(request) }, signal)
    } catch (error) {
      if (request.signal.aborted) throw error
      return unavailable(
        request,
        `error trying to reach service: ${signal.aborted ? 'context deadline exceeded' : wordsOf(error as Error)}`,
      )
    }
    return {
      form: 'stream',
      status: response.statusCode ?? 502,
      contentType: response.headers['content-type'] ?? '',
      headers: passedBack(response),
      chunks: chunksOf(response, request.signal),
      answered: true,
    }
  }
}

/** Told in plain text, as upstream does; thrown for those who ask in process. */
function unavailable({ connectedAs }: ServerRequest, text: string): Answer {
  if (connectedAs) throw serviceUnavailable(text)
  return {
    form: 'text',
    status: 503,
    contentType: 'text/plain; charset=utf-8',
    body: `${text}\n`,
    headers: { 'x-content-type-options': 'nosniff' },
  }
}

async function bodyOf(request: ServerRequest): Promise<Uint8Array> {
  return request.object === undefined ? request.body() : Buffer.from(JSON.stringify(request.object))
}

/** The client's own headers, but for those about its connection and about who it is. */
function headersOf(request: ServerRequest): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !dropped.has(name) && !name.startsWith(':') && !isIdentity(name)) headers[name] = value
  }
  if (request.connectedAs) headers.accept ??= 'application/json'
  if (request.object !== undefined) headers['content-type'] ??= 'application/json'
  const { trail, remoteAddress } = request
  if (trail) headers['audit-id'] = trail.id
  if (remoteAddress) {
    const before = headers['x-forwarded-for']
    headers['x-forwarded-for'] = before ? `${before}, ${remoteAddress}` : remoteAddress
  }
  return headers
}

/** The two connections are joined: exec, port-forward and the like of other servers. */
async function upgraded(
  request: ServerRequest,
  server: ForeignServer,
  headers: Record<string, string | string[]>,
): Promise<Answer> {
  let socket: Duplex
  try {
    socket = await server.dial(request.signal)
  } catch (error) {
    return unavailable(request, `error trying to reach service: ${wordsOf(error as Error)}`)
  }
  const { connection: _, ...told } = headers
  const place = {
    host: server.host,
    target: request.target,
    headers: told,
    // Those about the upgrade go as they came.
    withheld: (name: string) => isIdentity(name) || name in told,
  }
  return {
    form: 'upgrade',
    accept: (source, client, head) =>
      passOn(source as IncomingMessage, client as Duplex, head, socket, place, request.signal),
  }
}
