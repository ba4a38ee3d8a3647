import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import type { Logger } from '../base/log.ts'
import { aborted } from '../base/signals.ts'
import type { Informers } from '../client/informer.ts'
import { type Forward, respond, udpLimit } from './respond.ts'
import { createZone } from './zone.ts'

export interface DnsDeps {
  readonly informers: Informers
  readonly forward: Forward
  readonly log: Logger
  readonly signal: AbortSignal
}

export interface DnsOptions {
  readonly address: string
  /** 0: any free one, which `listening` then tells. */
  readonly port: number
  /** `cluster.local`. */
  readonly domain: string
  listening?(port: number): void
}

const idleTimeout = 10_000
const mostConnections = 512

/** Serves the cluster's names over UDP and TCP on one port until the signal aborts. */
export async function runDns({ informers, forward, log, signal }: DnsDeps, options: DnsOptions): Promise<void> {
  const zone = createZone(informers, options.domain)
  try {
    await zone.whenSynced()
  } catch (error) {
    if (signal.aborted) return
    throw error
  }
  const tcp = await listenTcp(options, query => respond(zone, forward, query, 65_535), log)
  const { port } = tcp.address() as { port: number }
  const udp = await listenUdp({ ...options, port }, query => respond(zone, forward, query, udpLimit(query)), log)
  options.listening?.(port)
  await aborted(signal)
  const closed = new Promise<void>(resolve => tcp.close(() => resolve()))
  for (const socket of tcp.open) socket.destroy()
  await Promise.all([closed, new Promise<void>(resolve => udp.close(resolve))])
}

type Answerer = (query: Uint8Array) => Promise<Uint8Array | undefined>

function listenUdp({ address, port }: DnsOptions, answer: Answerer, log: Logger): Promise<UdpSocket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.on('message', (query, from) => {
    answer(query)
      .then(response => response && socket.send(response, from.port, from.address))
      .catch(error => log.warn('a DNS query was not answered', { error }))
  })
  return new Promise((resolve, reject) => {
    socket.once('error', cause => reject(new Error(`cluster DNS cannot listen on ${address}:${port} (UDP)`, { cause })))
    socket.bind(port, address, () => {
      socket.removeAllListeners('error').on('error', error => log.warn('DNS socket error', { error }))
      resolve(socket)
    })
  })
}

function listenTcp(
  { address, port }: DnsOptions,
  answer: Answerer,
  log: Logger,
): Promise<Server & { open: Set<Socket> }> {
  const open = new Set<Socket>()
  const server = Object.assign(
    createServer(socket => {
      open.add(socket)
      socket.setTimeout(idleTimeout, () => socket.destroy())
      socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket))
      serveConnection(socket, answer, log)
    }),
    { open },
  )
  server.maxConnections = mostConnections
  return new Promise((resolve, reject) => {
    server.once('error', cause => reject(new Error(`cluster DNS cannot listen on ${address}:${port} (TCP)`, { cause })))
    server.listen(port, address, () => resolve(server))
  })
}

/** Messages over TCP: two bytes of length, then the message; several may follow each other. */
function serveConnection(socket: Socket, answer: Answerer, log: Logger): void {
  let pending = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const length = pending.readUInt16BE(0)
      const query = pending.subarray(2, 2 + length)
      pending = pending.subarray(2 + length)
      answer(query)
        .then(response => {
          if (!response || socket.destroyed) return
          const size = Buffer.alloc(2)
          size.writeUInt16BE(response.byteLength)
          socket.write(Buffer.concat([size, response]))
        })
        .catch(error => log.warn('a DNS query was not answered', { error }))
    }
  })
}
