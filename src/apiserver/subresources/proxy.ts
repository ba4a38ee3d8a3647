import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  endpointSlices,
  NodeProxyOptions,
  type Pod,
  PodProxyOptions,
  pods,
  type Service,
  ServiceProxyOptions,
  services,
} from '../../api/index.ts'
import { serviceNameLabel } from '../../api/meta/labels.ts'
import { badRequest, notFound, serviceUnavailable } from '../../api/meta/statusError.ts'
import type { Type } from '../../schema/types.ts'
import type { Answer, ObjectReader } from '../contract.ts'
import type { Call } from '../verbs/scope.ts'
import { dialerOf, type SubresourceDeps } from './deps.ts'
import { chunksOf, dialed, send } from './http.ts'
import { kubeletOf } from './node.ts'
import { opened } from './opened.ts'
import { podAddress } from './podTarget.ts'
import { passOn } from './stream.ts'

interface Destination {
  readonly host: string
  readonly port: number
  readonly what: string
  dial(signal: AbortSignal): Promise<Duplex>
}

interface Name {
  readonly tls: boolean
  readonly name: string
  readonly port: string
}

/** `name`, `name:port` or `scheme:name:port`. Upstream's SplitSchemeNamePort. */
function nameOf(id: string, kind: string): Name {
  const parts = id.split(':')
  const [scheme, name, port] = parts.length === 3 ? parts : ['', ...parts]
  const known = scheme === '' || scheme === 'http' || scheme === 'https'
  if (parts.length > 3 || !known || !name) throw badRequest(`invalid ${kind} request ${JSON.stringify(id)}`)
  return { tls: scheme === 'https', name, port: port ?? '' }
}

/** What is left of a request's headers when it is made again elsewhere. */
export const dropped = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'authorization',
  'upgrade',
  'te',
])

/** What is asked for by plural: kind and type. */
const optionKinds = {
  pods: ['PodProxyOptions', PodProxyOptions],
  services: ['ServiceProxyOptions', ServiceProxyOptions],
  nodes: ['NodeProxyOptions', NodeProxyOptions],
} as const

/** `nodes/proxy`, `pods/proxy`, `services/proxy`: the request is made anew behind the server, and answered as it comes. */
export async function proxy(deps: SubresourceDeps, call: Call): Promise<Answer> {
  const { request, info, served } = call
  const [kind, type] = optionKinds[served.resource.plural as keyof typeof optionKinds]
  const sent = info.rest ? { path: `/${info.rest}` } : {}
  const { path = '' } = await opened(deps, call, kind, type as Type<{ path?: string }>, sent)
  const destination = destinationOf(deps, call)
  const mark = request.target.indexOf('?')
  const target = `/${encodeURI(path.replace(/^\//, ''))}${mark < 0 ? '' : request.target.slice(mark)}`
  const socket = await dialed(destination.dial(request.signal), destination.what)
  if (request.headers.upgrade) {
    const accept = (source: unknown, client: unknown, head: Uint8Array) =>
      passOn(
        source as IncomingMessage,
        client as Duplex,
        head,
        socket,
        { host: destination.host, target },
        request.signal,
      )
    return { form: 'upgrade', accept }
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !dropped.has(name) && !name.startsWith(':')) headers[name] = value
  }
  const outgoing = { method: request.method, target, host: destination.host, headers, body: await request.body() }
  const response = await dialed(send(socket, outgoing, request.signal), destination.what)
  return {
    form: 'stream',
    status: response.statusCode ?? 502,
    contentType: response.headers['content-type'] ?? 'application/octet-stream',
    headers: passedBack(response),
    chunks: chunksOf(response, request.signal),
  }
}

/** Headers of an answer that are about it, and not about the connection it came over. */
export function passedBack({ headers }: IncomingMessage): Record<string, string> {
  const back: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !dropped.has(name)) back[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return back
}

function destinationOf(deps: SubresourceDeps, { served, info }: Call): Destination {
  const { reader } = deps.objects
  const dialer = dialerOf(deps)
  const kind = served.resource.plural
  if (kind === 'nodes') {
    const { name } = nameOf(info.name, 'node')
    const address = kubeletOf(reader, name)
    return { ...address, what: `node ${name}`, dial: signal => dialer.kubelet(address, signal) }
  }
  const { tls, name, port } = nameOf(info.name, kind === 'pods' ? 'pod' : 'service')
  const address =
    kind === 'pods' ? podPort(reader, info.namespace, name, port, tls) : servicePort(reader, info.namespace, name, port)
  const what = `${kind === 'pods' ? 'pod' : 'service'} ${info.namespace}/${name}`
  return { ...address, what, dial: signal => dialer.network({ ...address, tls }, signal) }
}

function podPort(reader: ObjectReader, namespace: string, name: string, port: string, tls: boolean) {
  const pod: Pod | undefined = reader.get(pods, namespace, name)
  if (!pod) throw notFound(pods, name)
  const host = podAddress(pod)
  if (!host) throw badRequest('address not allowed')
  const first = pod.spec.containers.flatMap(container => container.ports ?? [])[0]?.containerPort
  const number = port === '' ? (first ?? (tls ? 443 : 80)) : Number(port)
  if (!Number.isInteger(number) || number < 1 || number > 65535)
    throw badRequest(`invalid pod request ${JSON.stringify(`${name}:${port}`)}`)
  return { host, port: number }
}

/** One of the endpoints behind a service's port, which may be told by name or number; the first when it has one only. */
export function servicePort(reader: ObjectReader, namespace: string, name: string, port: string) {
  const [first] = servicePorts(reader, namespace, name, port)
  if (!first) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`)
  return first
}

/** As `servicePort`, but all of the endpoints that are ready. */
export function servicePorts(reader: ObjectReader, namespace: string, name: string, port: string) {
  const service: Service | undefined = reader.get(services, namespace, name)
  if (!service) throw notFound(services, name)
  const ports = service.spec.ports ?? []
  const wanted =
    port === ''
      ? ports.length === 1
        ? ports[0]
        : undefined
      : ports.find(each => each.name === port || String(each.port) === port)
  if (!wanted)
    throw serviceUnavailable(`no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`)
  return reader.list(endpointSlices, namespace).flatMap(slice => {
    if (slice.metadata.labels?.[serviceNameLabel] !== name) return []
    const number = slice.ports?.find(each => (each.name ?? '') === (wanted.name ?? ''))?.port
    if (!number) return []
    return slice.endpoints.flatMap(({ addresses: [host], conditions }) =>
      host && conditions?.ready !== false ? [{ host, port: number }] : [],
    )
  })
}
