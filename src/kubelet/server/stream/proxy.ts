import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

/** Passes an upgrade on to the runtime's streaming server as it is: for clients that speak SPDY themselves. */
export async function proxyUpgrade(source: IncomingMessage, client: Duplex, head: Buffer, url: string): Promise<void> {
  const { hostname, port, pathname, search } = new URL(url)
  const server = connect({ host: hostname, port: Number(port) })
  const lines = [`${source.method} ${pathname}${search} HTTP/1.1`, `Host: ${hostname}:${port}`]
  const { rawHeaders } = source
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (!/^(host|authorization)$/i.test(name)) lines.push(`${name}: ${rawHeaders[at + 1]}`)
  }
  server.write(`${lines.join('\r\n')}\r\n\r\n`)
  if (head.length > 0) server.write(head)
  await join(client, server)
}

/** Joins two connections; resolves when both are closed. */
export function join(a: Duplex, b: Duplex): Promise<void> {
  const ended = (from: Duplex, to: Duplex) =>
    new Promise<void>(resolve => {
      from.once('error', () => to.destroy())
      from.once('close', () => {
        // What it said last still reaches the other.
        if (from.errored) to.destroy()
        else to.end()
        resolve()
      })
    })
  const both = Promise.all([ended(a, b), ended(b, a)])
  a.pipe(b)
  b.pipe(a)
  return both.then(() => {})
}
