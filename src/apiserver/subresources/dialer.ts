import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type PeerCertificate } from 'node:tls'
import type { NodeDialer } from './deps.ts'

export interface DialerOptions {
  /** The certificate the server shows to kubelets, PEM. */
  readonly cert: string
  readonly key: string
  /** Authorities of the kubelets' serving certificates, PEM; absent: any certificate will do, as upstream without `--kubelet-certificate-authority`. */
  readonly ca?: string
}

/** Dials over the machine's network. */
export function createDialer({ cert, key, ca }: DialerOptions): NodeDialer {
  return {
    kubelet: ({ node, host, port }, signal) =>
      opened(
        connectTls({
          host,
          port,
          cert,
          key,
          ...named(host),
          ...(ca ? { ca, ...isNode(node) } : { rejectUnauthorized: false }),
        }),
        'secureConnect',
        signal,
      ),
    network: ({ host, port, tls }, signal) =>
      tls
        ? opened(connectTls({ host, port, rejectUnauthorized: false, ...named(host) }), 'secureConnect', signal)
        : opened(connectTcp({ host, port }), 'connect', signal),
  }
}

/** A kubelet is known by its name, not by its address, which may change: the certificate must be that node's. */
const isNode = (node: string) => ({
  checkServerIdentity: (_host: string, { subject }: PeerCertificate) =>
    subject.CN === `system:node:${node}`
      ? undefined
      : new Error(`the certificate of ${subject.CN} was shown where node ${node} was expected`),
})

const named = (host: string) => (isIP(host) ? {} : { servername: host })

async function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  try {
    await once(socket, event, { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}
