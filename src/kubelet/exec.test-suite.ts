import { WebSocket } from 'ws'
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
