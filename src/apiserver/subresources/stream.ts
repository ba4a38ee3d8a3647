import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { PodAttachOptions, PodExecOptions, PodPortForwardOptions } from '../../api/index.ts'
import { badRequest } from '../../api/meta/statusError.ts'
import type { Answer } from '../contract.ts'
import { isTrue } from '../requestInfo.ts'
import type { Call } from '../verbs/scope.ts'
import { dialerOf, type NodeAddress, type SubresourceDeps } from './deps.ts'
import { dialed } from './http.ts'
import { opened } from './opened.ts'
import { containerOf, hostOf, podOf } from './podTarget.ts'

/** Headers that are about the client's connection or its identity, not about the stream. */
const ours = new Set(['host', 'authorization', 'x-forwarded-for', 'forwarded', 'cookie'])

/** What a client asks of exec and attach: which of the streams, and of which container. */
function streamsIn(query: URLSearchParams): PodAttachOptions {
  const container = query.get('container')
  const options: PodAttachOptions = container ? { container } : {}
  for (const name of ['stdin', 'stdout', 'stderr', 'tty'] as const) if (isTrue(query.get(name))) options[name] = true
  return options
}

/** The same in the words of kubelets. */
function streamQuery({ stdin, stdout, stderr, tty }: PodAttachOptions, command: readonly string[]): URLSearchParams {
  const out = new URLSearchParams()
  for (const [kubelets, wanted] of Object.entries({ input: stdin, output: stdout, error: stderr, tty })) {
    if (wanted) out.set(kubelets, '1')
  }
  if (!out.has('input') && !out.has('output') && !out.has('error')) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr')
  }
  for (const word of command) out.append('command', word)
  return out
}

/** `pods/exec`: runs a command in a container. */
export async function exec(deps: SubresourceDeps, call: Call): Promise<Answer> {
  const { query } = call.request
  const sent = { ...streamsIn(query), command: query.getAll('command') }
  const options = await opened(deps, call, 'PodExecOptions', PodExecOptions, sent)
  if (options.command.length === 0) throw badRequest('you must specify command')
  return ofContainer(deps, call, 'exec', options, options.command)
}

/** `pods/attach`: the streams of a container's own process. */
export async function attach(deps: SubresourceDeps, call: Call): Promise<Answer> {
  const sent = streamsIn(call.request.query)
  const options = await opened(deps, call, 'PodAttachOptions', PodAttachOptions, sent)
  return ofContainer(deps, call, 'attach', options, [])
}

function ofContainer(
  deps: SubresourceDeps,
  call: Call,
  verb: 'exec' | 'attach',
  options: PodAttachOptions,
  command: readonly string[],
): Promise<Answer> {
  const pod = podOf(deps.objects.reader, call)
  const query = streamQuery(options, command)
  const container = containerOf(pod, options.container ?? null)
  const { namespace, name } = pod.metadata
  const address = hostOf(deps.objects.reader, pod)
  return handedOver(deps, call, address, `/${verb}/${namespace}/${name}/${container}?${query}`)
}

/** `pods/portforward`: connections to ports of a pod. */
export async function portForward(deps: SubresourceDeps, call: Call): Promise<Answer> {
  const asked = call.request.query.getAll('ports').flatMap(text => text.split(','))
  if (asked.some(port => !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535)) {
    throw badRequest('ports must be numbers from 1 to 65535')
  }
  const sent: PodPortForwardOptions = asked.length > 0 ? { ports: asked.map(Number) } : {}
  const { ports = [] } = await opened(deps, call, 'PodPortForwardOptions', PodPortForwardOptions, sent)
  const pod = podOf(deps.objects.reader, call)
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
  /** Sent in place of the client's of the same names, and of those that are `withheld`. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Whether the client's header of this name, in lower case, is not passed on. */
  withheld?(header: string): boolean
}

/** Asks for the upgrade and joins the two connections. Resolves when either end has closed. */
export async function passOn(
  source: IncomingMessage,
  client: Duplex,
  head: Uint8Array,
  server: Duplex,
  { host, target, headers = {}, withheld }: Place,
  signal: AbortSignal,
): Promise<void> {
  const lines = [`${source.method} ${target} HTTP/1.1`, `host: ${host}`]
  const { rawHeaders } = source
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    if (!ours.has(name) && !withheld?.(name)) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  }
  for (const [name, values] of Object.entries(headers))
    for (const value of [values].flat()) lines.push(`${name}: ${value}`)
  // Headers are read as Latin-1 and go out as they came in.
  server.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
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
