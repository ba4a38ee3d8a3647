import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { createSpdyConnection, type SpdyStream } from '../../../net/spdy/connection.ts'
import type { Streams } from '../../cri/runtime.ts'

/** Subprotocols that put the streams of a command on one WebSocket, the newest first. */
export const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const

/**
 * Joins a client's WebSocket with a runtime's SPDY connection: the first byte of a message names the stream. With
 * version 5 a client may end its stdin and go on reading. Resolves when the command has ended and all is told.
 */
export async function joinChannels(socket: WebSocket, runtime: Duplex, streams: Streams): Promise<void> {
  const connection = createSpdyConnection(runtime, { role: 'client' })
  const open = (type: string) => connection.open({ streamtype: type })
  const error = open('error')
  const stdin = streams.stdin ? open('stdin') : undefined
  const stdout = streams.stdout ? open('stdout') : undefined
  const stderr = streams.stderr ? open('stderr') : undefined
  const resize = streams.tty ? open('resize') : undefined

  // An empty message tells the client that it may begin.
  socket.send(Buffer.from([stdout ? channel.stdout : stderr ? channel.stderr : channel.error]))
  receive(socket, { stdin, resize })
  const out = [forward(error, channel.error, socket)]
  if (stdout) out.push(forward(stdout, channel.stdout, socket))
  if (stderr) out.push(forward(stderr, channel.stderr, socket))
  const left = new Promise<void>(resolve => socket.once('close', () => resolve()))
  await Promise.race([Promise.all(out), left, connection.closed])
  // What came before the end of the connection is still being read.
  await Promise.race([Promise.all(out), left])
  socket.close(1000)
  connection.close()
  await left
}

function receive(socket: WebSocket, { stdin, resize }: { stdin?: SpdyStream; resize?: SpdyStream }): void {
  // The command may end before all of its input was read.
  for (const stream of [stdin, resize]) stream?.on('error', () => {})
  stdin?.resume()
  resize?.resume()
  socket.on('message', (message: Buffer) => {
    const target = message[0]
    const data = message.subarray(1)
    if (target === channel.close && data[0] === channel.stdin) stdin?.end()
    else if (target === channel.stdin && data.length > 0 && stdin?.writable) {
      if (stdin.write(data)) return
      socket.pause()
      stdin.once('drain', () => socket.resume())
    } else if (target === channel.resize && resize?.writable) resize.write(data)
  })
}

/** Sends what comes from a stream, one piece at a time; resolves at its end. */
function forward(stream: SpdyStream, number: number, socket: WebSocket): Promise<void> {
  return new Promise(resolve => {
    stream.on('data', (data: Buffer) => {
      stream.pause()
      socket.send(Buffer.concat([Buffer.from([number]), data]), () => stream.resume())
    })
    stream.once('end', resolve)
    stream.once('close', resolve)
    // A stream that is cut off ends with the connection, which tells the client.
    stream.once('error', () => resolve())
  })
}
