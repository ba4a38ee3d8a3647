import { createSocket } from 'node:dgram'
import type { Forward } from './respond.ts'

const patience = 2000

/** Asks the servers one after the other over UDP; the first answer counts. `host` may carry a port: `10.0.0.2:5353`. */
export function forwardTo(servers: readonly string[]): Forward {
  return async query => {
    let last: unknown = new Error('this host has no name servers to ask (see /etc/resolv.conf)')
    for (const server of servers) {
      try {
        return await ask(server, query)
      } catch (error) {
        last = error
      }
    }
    throw last
  }
}

function ask(server: string, query: Uint8Array): Promise<Uint8Array> {
  const [host = '', port = '53'] = server.includes('.') ? server.split(':') : [server]
  return new Promise((resolve, reject) => {
    const socket = createSocket(server.includes('.') ? 'udp4' : 'udp6')
    const end = (act: () => void) => {
      clearTimeout(timer)
      socket.close()
      act()
    }
    const timer = setTimeout(
      () => end(() => reject(new Error(`name server ${server} did not answer within ${patience} ms`))),
      patience,
    )
    socket.on('message', message => {
      // Only the answer to this query: same id.
      if (message[0] === query[0] && message[1] === query[1]) end(() => resolve(message))
    })
    socket.on('error', cause => end(() => reject(new Error(`name server ${server} could not be asked`, { cause }))))
    socket.send(query, Number(port), host)
  })
}

/** The name servers of a resolv.conf, without those that would lead back to `own`. */
export function nameServers(resolvConf: string, own: readonly string[]): string[] {
  return resolvConf
    .split('\n')
    .flatMap(line => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
    .filter(server => !own.includes(server))
}
