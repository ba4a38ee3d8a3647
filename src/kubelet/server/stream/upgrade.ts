import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { errorText } from '../../cri/grpc.ts'
import type { Runtime, Streams } from '../../cri/runtime.ts'
import type { PodRegistry } from '../../sync/pods.ts'
import { HttpError } from '../httpError.ts'
import { channelProtocols, joinChannels } from './channels.ts'
import { dialStream } from './dial.ts'
import { proxyUpgrade } from './proxy.ts'
import { joinTunnel, tunnelProtocol } from './tunnel.ts'

export interface UpgradeDeps {
  readonly runtime: Runtime
  readonly pods: PodRegistry
  readonly signal: AbortSignal
}

/** Carries out exec, attach and port-forward. Throws HttpError before the connection has been upgraded. */
export interface Upgrades {
  handle(request: IncomingMessage, socket: Duplex, head: Buffer, path: string, query: URLSearchParams): Promise<void>
}

const messageLimit = 32 * 1024 * 1024

export function createUpgrades({ runtime, pods, signal }: UpgradeDeps): Upgrades {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimit,
    perMessageDeflate: false,
    handleProtocols: offered => known(offered) ?? false,
  })
  signal.addEventListener('abort', () => {
    for (const socket of sockets.clients) socket.terminate()
  })
  const known = (offered: Iterable<string>): string | undefined => {
    const all = new Set(offered)
    return [...channelProtocols, tunnelProtocol].find(each => all.has(each))
  }

  // Its name is no token, so the library would refuse it: it is answered without the library's knowing.
  sockets.on('headers', (headers, request) => {
    if (tunnels.has(request)) headers.push(`Sec-WebSocket-Protocol: ${tunnelProtocol}`)
  })
  const tunnels = new WeakSet<IncomingMessage>()

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer, tunnel: boolean): Promise<WebSocket> {
    if (tunnel) {
      tunnels.add(request)
      delete request.headers['sec-websocket-protocol']
    }
    return new Promise(resolve => sockets.handleUpgrade(request, socket, head, resolve))
  }

  /** The container's id. Throws HttpError when it can't be told or doesn't run. */
  function containerId(namespace: string, name: string, container: string): string {
    const worker = podOf(namespace, name)
    const records = worker.runtimeState.containers.filter(each => each.name === container)
    if (records.length === 0) {
      throw new HttpError(404, `container not found (${JSON.stringify(container)})`)
    }
    // The runtime says of one that has ended what it thinks of that.
    return (records.find(({ phase }) => phase === 'running') ?? records[0])?.id ?? ''
  }

  function podOf(namespace: string, name: string) {
    const worker = pods.find(namespace, name)
    if (!worker) throw new HttpError(404, 'pod does not exist')
    return worker
  }

  const asked = (query: URLSearchParams): Streams => {
    const flag = (name: string) => query.get(name) === '1' || query.get(name) === 'true'
    const tty = flag('tty')
    // A terminal has one output.
    return { stdin: flag('input'), stdout: flag('output'), stderr: flag('error') && !tty, tty }
  }

  async function urlFor(path: string, query: URLSearchParams): Promise<string> {
    const [, verb, namespace = '', name = '', container = ''] = path.split('/').map(decodeURIComponent)
    try {
      if (verb === 'portForward') {
        const ports = (query.get('port') ?? '').split(',').filter(Boolean).map(Number)
        const sandbox = podOf(namespace, name).runtimeState.sandboxes.find(({ ready }) => ready)
        if (!sandbox) throw new HttpError(400, `pod ${namespace}/${name} has no sandbox`)
        return await runtime.portForwardUrl(sandbox.id, ports)
      }
      const id = containerId(namespace, name, container)
      if (verb === 'exec') return await runtime.execUrl(id, query.getAll('command'), asked(query))
      if (verb === 'attach') return await runtime.attachUrl(id, asked(query))
    } catch (error) {
      if (error instanceof HttpError) throw error
      throw new HttpError(500, errorText(error), { cause: error })
    }
    throw new HttpError(404, `404 page not found`)
  }

  return {
    async handle(request, socket, head, path, query) {
      const kind = (request.headers.upgrade ?? '').toLowerCase()
      if (kind.startsWith('spdy')) return proxyUpgrade(request, socket, head, await urlFor(path, query))
      if (kind !== 'websocket') throw new HttpError(400, `cannot upgrade to ${JSON.stringify(kind)}`)
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(each => each.trim())
      const protocol = known(offered)
      const forward = path.startsWith('/portForward/')
      // Older protocols the runtime speaks itself.
      if (!protocol || (protocol === tunnelProtocol) !== forward) {
        return proxyUpgrade(request, socket, head, await urlFor(path, query))
      }
      const streamProtocol = forward ? 'portforward.k8s.io' : 'v4.channel.k8s.io'
      const connection = await dialStream(await urlFor(path, query), streamProtocol, signal)
      const client = await accept(request, socket, head, forward)
      client.on('error', () => client.terminate())
      if (forward) await joinTunnel(client, connection)
      else await joinChannels(client, connection, asked(query))
    },
  }
}
