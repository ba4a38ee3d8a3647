import { once } from 'node:events'
import { access } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { linkedSignal } from '../../base/signals.ts'
import type { Client } from '../../client/client.ts'
import type { Runtime } from '../cri/runtime.ts'
import type { PodRegistry } from '../sync/pods.ts'
import { createAccess } from './access.ts'
import { HttpError } from './httpError.ts'
import { readLog } from './logs/read.ts'
import { logOptions, logSource } from './logs/serve.ts'
import { statsSummary } from './stats.ts'
import { createUpgrades } from './stream/upgrade.ts'

/** PEM texts. `clientCa`: who signs the certificates of those who may ask, the API server first. */
export interface ServerTls {
  readonly cert: string
  readonly key: string
  readonly clientCa: string
}

export interface ServerDeps {
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  readonly runtime: Runtime
  readonly pods: PodRegistry
}

export interface ServerOptions {
  readonly nodeName: string
  readonly port: number
  readonly tls: ServerTls
}

export interface KubeletServer {
  readonly port: number
  /** Resolves when it has stopped, after the signal. */
  readonly done: Promise<void>
}

/** Serves the kubelet's API over HTTPS: logs, exec, attach, port-forward, pods, stats, health. */
export async function startServer(deps: ServerDeps, { nodeName, port, tls }: ServerOptions): Promise<KubeletServer> {
  const { client, clock, log, signal, runtime, pods } = deps
  const gate = createAccess(client, clock, nodeName)
  const upgrades = createUpgrades({ runtime, pods, signal })
  const server = createServer(
    { cert: tls.cert, key: tls.key, ca: tls.clientCa, requestCert: true, rejectUnauthorized: false },
    (request, response) => void answer(request, response),
  )
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => void upgrade(request, socket, head))

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'https://kubelet')
      await gate.check(request, pathname)
      await route(pathname, searchParams, response)
    } catch (error) {
      const code = error instanceof HttpError ? error.code : 500
      if (code === 500 && !signal.aborted) log.warn('a request to the kubelet failed', { path: request.url, error })
      if (response.headersSent) response.destroy()
      else response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(`${textOf(error)}\n`)
    }
  }

  async function route(path: string, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const [, first = '', ...rest] = path.split('/').map(decodeURIComponent)
    const json = (value: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (path === '/healthz') response.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
    else if (path === '/pods') {
      json({
        kind: 'PodList',
        apiVersion: 'v1',
        metadata: {},
        items: pods.list().map(({ description }) => description),
      })
    } else if (path === '/stats/summary') json(await statsSummary(runtime, nodeName))
    else if (first === 'containerLogs' && rest.length === 3) {
      const [namespace = '', name = '', container = ''] = rest
      await sendLog(namespace, name, container, query, response)
    } else if (/^\/(exec|attach|portForward)\//.test(path)) throw new HttpError(400, 'Upgrade request required')
    else throw new HttpError(404, '404 page not found')
  }

  async function sendLog(
    namespace: string,
    name: string,
    container: string,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const worker = pods.find(namespace, name)
    if (!worker) throw new HttpError(404, `pod ${JSON.stringify(name)} does not exist`)
    const options = logOptions(query, clock.now())
    const source = logSource(worker, worker.reported, container, options.previous)
    await access(source.path).catch(error => {
      throw new HttpError(404, `the log of container ${JSON.stringify(container)} is gone`, { cause: error })
    })
    const stop = linkedSignal(signal)
    response.once('close', () => stop.abort())
    response.writeHead(200, { 'content-type': 'text/plain' })
    if (options.follow) response.flushHeaders()
    for await (const piece of readLog(source, options, stop.signal)) {
      if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')])
    }
    stop.release()
    response.end()
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', error => log.debug('a stream broke', { path: request.url, error }))
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'https://kubelet')
      await gate.check(request, pathname)
      await upgrades.handle(request, socket, head, pathname, searchParams)
    } catch (error) {
      const code = error instanceof HttpError ? error.code : 500
      const text = `${textOf(error)}\n`
      const lines = [
        `HTTP/1.1 ${code} ${code}`,
        'content-type: text/plain',
        `content-length: ${Buffer.byteLength(text)}`,
      ]
      socket.end(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n${text}`)
    }
  }

  // Connections themselves, for those that streams have taken over are none of the HTTP server's any more, and those that
  // end in the middle of a handshake never were.
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.listen(port)
  await once(server, 'listening')
  const done = new Promise<void>(resolve => {
    signal.addEventListener('abort', () => {
      server.close(() => resolve())
      for (const socket of open) socket.destroy()
    })
  })
  return { port: (server.address() as AddressInfo).port, done }
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
