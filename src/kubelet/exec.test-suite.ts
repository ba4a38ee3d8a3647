import { randomBytes } from 'node:crypto'
import { request } from 'node:https'
import { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import { createSpdyConnection } from '../net/spdy/connection.ts'
import type { RealNode } from './kubelet.test-suite.ts'

/** What a command did, once it has ended. */
export interface Finished {
  readonly stdout: string
  readonly stderr: string
  /** The Status on the error channel. */
  readonly status: unknown
}

export interface Channels {
  stdin(text: string): void
  endStdin(): void
  resize(width: number, height: number): void
  readonly finished: Promise<Finished>
}

/** Opens a stream on the kubelet's API as the API server would on behalf of kubectl: WebSocket, version 5. */
export async function openChannels(node: RealNode, path: string, protocol = 'v5.channel.k8s.io'): Promise<Channels> {
  const { cert, key, ca } = node.tls
  const socket = new WebSocket(`wss://127.0.0.1:${node.kubelet().port}${path}`, protocol, { cert, key, ca })
  const parts: Record<number, Buffer[]> = {}
  const finished = new Promise<Finished>((resolve, reject) => {
    socket.on('message', (message: Buffer) => {
      const channel = message[0] ?? 0
      parts[channel] = [...(parts[channel] ?? []), message.subarray(1)]
    })
    socket.on('error', reject)
    socket.on('unexpected-response', (_, response) => reject(new Error(`answered ${response.statusCode}`)))
    socket.on('close', () => {
      const text = (channel: number) => Buffer.concat(parts[channel] ?? []).toString()
      resolve({ stdout: text(1), stderr: text(2), status: text(3) ? JSON.parse(text(3)) : undefined })
    })
  })
  await Promise.race([new Promise(resolve => socket.once('open', resolve)), finished])
  const send = (channel: number, data: string | Buffer) =>
    socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]))
  return {
    stdin: text => send(0, text),
    endStdin: () => send(255, Buffer.from([0])),
    resize: (width, height) => send(4, JSON.stringify({ Width: width, Height: height })),
    finished,
  }
}

/**
 * Fetches / over HTTP from a port of a pod, as kubectl's port-forward does: SPDY inside of a WebSocket, whose
 * subprotocol has a name that the WebSocket library would refuse.
 */
export async function forwarded(node: RealNode, path: string, port: number): Promise<string> {
  const tunnel = frames(await upgraded(node, path))
  const connection = createSpdyConnection(tunnel, { role: 'client' })
  const headers = { port: String(port), requestid: '0' }
  connection.open({ ...headers, streamtype: 'error' }).resume()
  const data = connection.open({ ...headers, streamtype: 'data' })
  data.end('GET / HTTP/1.0\r\n\r\n')
  let answer = ''
  for await (const chunk of data) answer += chunk
  connection.close()
  await connection.closed
  return answer
}

function upgraded(node: RealNode, path: string): Promise<Duplex> {
  const { cert, key, ca } = node.tls
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': 'SPDY/3.1+portforward.k8s.io',
  }
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: node.kubelet().port, path, headers, cert, key, ca })
      .once('upgrade', (response, socket) => {
        const chosen = response.headers['sec-websocket-protocol']
        if (chosen === headers['Sec-WebSocket-Protocol']) resolve(socket)
        else reject(new Error(`answered with the protocol ${chosen}`))
      })
      .once('response', response => reject(new Error(`answered ${response.statusCode}`)))
      .once('error', reject)
      .end()
  })
}

/** The bytes inside of binary messages; no more of WebSocket than a test needs. */
function frames(socket: Duplex): Duplex {
  let pending = Buffer.alloc(0)
  const inside = new Duplex({
    read() {},
    write(data: Buffer, _encoding, done) {
      const head = Buffer.from([0x82, 0xfe, data.length >> 8, data.length & 0xff, 0, 0, 0, 0])
      socket.write(Buffer.concat([head, data]), done)
    },
    destroy(error, done) {
      socket.destroy()
      done(error)
    },
  })
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 2) {
      const short = (pending[1] ?? 0) & 0x7f
      const from = short === 126 ? 4 : 2
      const length = short === 126 && pending.length >= 4 ? pending.readUInt16BE(2) : short
      if (pending.length < from + length) return
      if (((pending[0] ?? 0) & 0xf) === 2) inside.push(pending.subarray(from, from + length))
      pending = pending.subarray(from + length)
    }
  })
  socket.once('close', () => inside.push(null))
  return inside
}
