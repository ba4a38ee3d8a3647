import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { badRequest } from '../../api/meta/statusError.ts'
import type { Answer } from '../contract.ts'
import { isTrue } from '../requestInfo.ts'
import type { Call } from '../verbs/scope.ts'
import { dialerOf, type NodeAddress, type SubresourceDeps } from './deps.ts'
import { dialed } from './http.ts'
import { containerOf, hostOf, podOf } from './podTarget.ts'

/** Headers that are about the client's connection or its identity, not about the stream. */
const ours = new Set(['host', 'authorization', 'x-forwarded-for', 'forwarded', 'cookie'])

/** What a client asks of exec and attach: which of the streams, and the command. */
function streamQuery(query: URLSearchParams): URLSearchParams {
  const out = new URLSearchParams()
  for (const [sent, kubelets] of [
    ['stdin', 'input'],
    ['stdout', 'output'],
    ['stderr', 'error'],
    ['tty', 'tty'],
  ] as const) {
    if (isTrue(query.get(sent))) out.set(kubelets, '1')
  }
  if (!out.has('input') && !out.has('output') && !out.has('error')) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr')
  }
  for (const command of query.getAll('command')) out.append('command', command)
  return out
}

/** `pods/exec`: runs a command in a container. */
export function exec(deps: SubresourceDeps, call: Call): Promise<Answer> {
  const { query } = call.request
  if (query.getAll('command').length === 0) throw badRequest('you must specify command')
  return ofContainer(deps, call, 'exec', streamQuery(query))
}

/** `pods/attach`: the streams of a container's own process. */
export function attach(deps: SubresourceDeps, call: Call): Promise<Answer> {
  const query = streamQuery(call.request.query)
  query.delete('command')
  return ofContainer(deps, call, 'attach', query)
}

function ofContainer(
  deps: SubresourceDeps,
  call: Call,
  verb: 'exec' | 'attach',
  query: URLSearchParams,
): Promise<Answer> {
  const pod = podOf(deps.objects.reader, call)
  const container = containerOf(pod, call.request.query.get('container'))
  const { namespace, name } = pod.metadata
  const address = hostOf(deps.objects.reader, pod)
  return handedOver(deps, call, address, `/${verb}/${namespace}/${name}/${container}?${query}`)
}

/** `pods/portforward`: connections to ports of a pod. */
export function portForward(deps: SubresourceDeps, call: Call): Promise<Answer> {
  const pod = podOf(deps.objects.reader, call)
  const ports = call.request.query.getAll('ports').flatMap(text => text.split(','))
  if (ports.some(port => !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535)) {
    throw badRequest('ports must be numbers from 1 to 65535')
  }
  const query = ports.length > 0 ? `?${new URLSearchParams({ port: ports.join(',') })}` : ''
  const { namespace, name } = pod.metadata
  return handedOver(deps, call, hostOf(deps.objects.reader, pod), `/portForward/${namespace}/${name}${query}`)
}

/**
 * Hands the client's connection over to the kubelet: the upgrade is asked for again there, and from then on bytes
 * pass as they come, whatever protocol the two agreed on (WebSocket or SPDY).
 */
async function handedOver(deps: SubresourceDeps, call: Call, address: NodeAddress, target: string): Promise<Answer> {
  const { request, info, user } = call
  if (!request.headers.upgrade) throw badRequest('Upgrade request required')
  // A stream opened by GET does what a POST does, so it needs the same right.
  if (info.verb === 'get') await deps.check({ user, ...info, verb: 'create' })
  const socket = await dialed(dialerOf(deps).kubelet(address, request.signal), `node ${address.node}`)
  return {
    form: 'upgrade',
    accept: (source, client, head) =>
      passOn(source as IncomingMessage, client as Duplex, head, socket, { ...address, target }, request.signal),
  }
}

export interface Place {
  readonly host: string
  readonly target: string
}

/** Asks for the upgrade and joins the two connections. Resolves when either end has closed. */
export async function passOn(
  source: IncomingMessage,
  client: Duplex,
  head: Uint8Array,
  server: Duplex,
  { host, target }: Place,
  signal: AbortSignal,
): Promise<void> {
  const lines = [`${source.method} ${target} HTTP/1.1`, `host: ${host}`]
  const { rawHeaders } = source
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (!ours.has((rawHeaders[i] as string).toLowerCase())) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  }
  server.write(`${lines.join('\r\n')}\r\n\r\n`)
  if (head.length > 0) server.write(head)
  const over = Promise.withResolvers<void>()
  const end = () => {
    client.destroy()
    server.destroy()
    over.resolve()
  }
  // Why one end broke is for the other to see as a closed connection: there is no way to tell it more.
  for (const stream of [client, server]) {
    stream.on('error', end)
    stream.once('close', () => (stream.errored ? end() : drained(stream === client ? server : client, end)))
  }
  signal.addEventListener('abort', end, { once: true })
  client.pipe(server)
  server.pipe(client)
  await over.promise
  signal.removeEventListener('abort', end)
}

/** One end is gone: what it said last still reaches the other. */
function drained(other: Duplex, end: () => void): void {
  if (other.destroyed || other.writableFinished) end()
  else other.end(end)
}
