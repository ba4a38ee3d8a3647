import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { sleep, type Timer } from '../../base/clock.ts'
import type { Pair } from '../../net/x509/index.ts'
import { type PeerCertificate, peerOf } from './peer.ts'
import { http1Reply, http2Reply } from './reply.ts'
import { SocketRequest } from './request.ts'
import { type ServeDeps, serve } from './serve.ts'
import { serveUpgrade } from './upgrade.ts'
import { createBatcher } from './watch.ts'

export interface ListenerOptions {
  /** Address to listen on: `0.0.0.0`, `127.0.0.1`, `::`. */
  readonly host: string
  /** 0: the system chooses one. */
  readonly port: number
  readonly serving: Pair
  /** Authorities that client certificates are verified against, PEM. */
  readonly clientCa: string
}

export interface Listener {
  readonly host: string
  readonly port: number
  /** New connections get this certificate. */
  setServing(pair: Pair): void
  /** New connections are verified against these. */
  setClientCa(pem: string): void
  /** Accepts no more, ends watches, waits for requests under way (at most `milliseconds`, default 5000), and closes. */
  stop(milliseconds?: number): Promise<void>
}

const limits = {
  /** Milliseconds that a client may take over the TLS handshake, over a request's headers, and between two requests. */
  handshake: 10_000,
  headers: 30_000,
  idle: 180_000,
  /** Bytes of a request's headers. */
  headerBytes: 64 * 1024,
  /** Streams of one HTTP/2 connection; upstream's figure. */
  streams: 250,
}

/** Whatever is open on one connection. */
interface Connection {
  readonly socket: TLSSocket
  readonly peer: PeerCertificate | undefined
  session?: ServerHttp2Session
  active: number
  /** Runs while nothing is asked for. */
  guard?: Timer
}

/**
 * Listens for HTTPS: HTTP/2 and HTTP/1.1 on one port, client certificates asked for but not demanded. Resolves once
 * connections are accepted; rejects when the address can't be had.
 */
export async function startListener(deps: Omit<ServeDeps, 'batcher'>, options: ListenerOptions): Promise<Listener> {
  const serving = { ...deps, batcher: createBatcher() }
  const connections = new Map<TLSSocket, Connection>()
  const requests = new Set<SocketRequest>()
  let stopping = false
  let idle = () => {}

  const guard = (connection: Connection, milliseconds: number) => {
    connection.guard = deps.clock.after(milliseconds, () => close(connection))
  }
  const begin = (connection: Connection, request: SocketRequest) => {
    requests.add(request)
    if (connection.active++ === 0) connection.guard?.cancel()
  }
  const finish = (connection: Connection, request: SocketRequest) => {
    requests.delete(request)
    if (--connection.active === 0 && !connection.socket.destroyed) guard(connection, limits.idle)
    if (requests.size === 0) idle()
  }

  const onRequest = (source: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(source.socket as TLSSocket)
    if (!connection) return source.socket.destroy()
    const request = new SocketRequest(received(source, connection), deps)
    const reply = http1Reply(source, response, () => stopping)
    begin(connection, request)
    response.once('close', () => finish(connection, request))
    void serve(serving, request, reply)
  }

  const onUpgrade = (source: IncomingMessage, socket: Duplex, head: Buffer) => {
    const connection = connections.get(socket as TLSSocket)
    if (!connection) return socket.destroy()
    const request = new SocketRequest(received(source, connection), deps)
    begin(connection, request)
    socket.once('close', () => finish(connection, request))
    void serveUpgrade(serving, request, source, socket, head)
  }

  const onStream = (connection: Connection, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', error => deps.log.debug('a stream broke', { error }))
    const request = new SocketRequest(
      {
        method: headers[':method'] ?? 'GET',
        target: headers[':path'] ?? '/',
        headers: headers as Readonly<Record<string, string | undefined>>,
        source: stream,
        peer: connection.peer,
        remoteAddress: connection.socket.remoteAddress,
      },
      deps,
    )
    begin(connection, request)
    stream.once('close', () => finish(connection, request))
    void serve(serving, request, http2Reply(stream, request.method === 'HEAD'))
  }

  const http = createServer({
    maxHeaderSize: limits.headerBytes,
    // The guard of the connection looks after both.
    keepAliveTimeout: 0,
    requestTimeout: 0,
  })
  http.on('request', onRequest)
  http.on('upgrade', onUpgrade)
  http.on('clientError', (_error, socket) => badRequestOn(socket))

  const tls = createTlsServer({
    ...options.serving,
    ca: options.clientCa,
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2', 'http/1.1'],
    minVersion: 'TLSv1.2',
    handshakeTimeout: limits.handshake,
  })
  // Below TLS: one whose peer went away in the middle of a handshake is nobody's connection, and would keep the port open.
  const accepted = new Set<Socket>()
  tls.on('connection', (socket: Socket) => {
    accepted.add(socket)
    socket.once('close', () => accepted.delete(socket))
  })
  tls.on('secureConnection', socket => {
    // Errors of a connection end its requests by their own events; there is nobody to tell here.
    socket.on('error', error => deps.log.debug('a connection broke', { error, remoteAddress: socket.remoteAddress }))
    if (stopping) return socket.destroy()
    socket.setNoDelay(true)
    const connection: Connection = { socket, peer: peer(socket, deps), active: 0 }
    connections.set(socket, connection)
    guard(connection, limits.headers)
    socket.once('close', () => {
      connection.guard?.cancel()
      connections.delete(socket)
    })
    if (socket.alpnProtocol === 'h2') startHttp2(connection, deps, onStream)
    else startHttp1(connection, http)
  })
  tls.on('tlsClientError', error => deps.log.debug('a TLS handshake failed', { error }))

  await new Promise<void>((resolve, reject) => {
    tls.once('error', error => {
      reject(new Error(`listening on ${options.host} port ${options.port}`, { cause: error }))
    })
    tls.listen({ host: options.host, port: options.port, backlog: 1024 }, resolve)
  })
  const address = tls.address() as AddressInfo
  let current = { ...options.serving, ca: options.clientCa }

  return {
    host: address.address,
    port: address.port,
    setServing(pair) {
      current = { ...pair, ca: current.ca }
      tls.setSecureContext(current)
    },
    setClientCa(pem) {
      current = { ...current, ca: pem }
      tls.setSecureContext(current)
    },
    async stop(milliseconds = 5000) {
      if (stopping) return
      stopping = true
      const closed = new Promise<void>(resolve => tls.close(() => resolve()))
      for (const connection of connections.values()) {
        if (connection.session || connection.active === 0) close(connection)
      }
      const drained = new Promise<void>(resolve => {
        idle = resolve
        if (requests.size === 0) resolve()
      })
      for (const request of requests) request.stop()
      const over = new AbortController()
      await Promise.race([drained, sleep(deps.clock, milliseconds, over.signal)])
      over.abort()
      for (const socket of connections.keys()) socket.destroy()
      for (const socket of accepted) socket.destroy()
      http.close()
      await closed
    },
  }
}

function received(source: IncomingMessage, connection: Connection) {
  return {
    method: source.method ?? 'GET',
    target: source.url ?? '/',
    headers: source.headers as Readonly<Record<string, string | undefined>>,
    source,
    peer: connection.peer,
    remoteAddress: connection.socket.remoteAddress,
  }
}

function peer(socket: TLSSocket, deps: Pick<ServeDeps, 'log'>): PeerCertificate | undefined {
  try {
    return peerOf(socket)
  } catch (error) {
    // A certificate we can't read is nobody's.
    deps.log.warn('a client certificate could not be read', { error, remoteAddress: socket.remoteAddress })
    return undefined
  }
}

function startHttp1(connection: Connection, http: Server): void {
  http.emit('connection', connection.socket)
}

function startHttp2(
  connection: Connection,
  deps: Pick<ServeDeps, 'log'>,
  onStream: (connection: Connection, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
): void {
  const session = performServerHandshake(connection.socket, {
    settings: {
      maxConcurrentStreams: limits.streams,
      initialWindowSize: 256 * 1024,
      maxHeaderListSize: limits.headerBytes,
    },
    // Megabytes that one connection may hold: watches keep most of theirs outside of it.
    maxSessionMemory: 256,
  })
  connection.session = session
  session.on('stream', (stream, headers) => onStream(connection, stream, headers))
  session.on('error', error => deps.log.debug('a session broke', { error }))
}

/** Gives an idle connection up. */
function close(connection: Connection): void {
  if (connection.session) connection.session.close()
  else connection.socket.destroy()
}

function badRequestOn(socket: Duplex): void {
  if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  else socket.destroy()
}
