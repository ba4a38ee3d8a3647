import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** The subprotocol that carries a whole SPDY connection inside a WebSocket. */
export const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io'

/** Passes bytes between the messages of a WebSocket and a connection. Resolves when both are closed. */
export async function joinTunnel(socket: WebSocket, connection: Duplex): Promise<void> {
  connection.on('data', (data: Buffer) => {
    connection.pause()
    socket.send(data, () => connection.resume())
  })
  socket.on('message', (message: Buffer) => {
    if (connection.write(message)) return
    socket.pause()
    connection.once('drain', () => socket.resume())
  })
  connection.once('error', () => socket.close(1011))
  connection.once('close', () => socket.close(1000))
  const left = new Promise<void>(resolve => socket.once('close', () => resolve()))
  await left
  connection.destroy()
}
