import { type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'

/** Asks the runtime's streaming server for an upgrade to SPDY; gives the connection. */
export function dialStream(url: string, protocol: string, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: 'POST',
      headers: { Connection: 'Upgrade', Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': protocol },
      agent: false,
      signal,
    })
    asked.once('upgrade', (response: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (response.statusCode !== 101) return reject(new Error(`the runtime answered ${response.statusCode}`))
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    asked.once('response', response => {
      response.resume()
      reject(new Error(`the runtime would not open a stream: ${response.statusCode} ${response.statusMessage}`))
    })
    asked.once('error', reject)
    asked.end()
  })
}
