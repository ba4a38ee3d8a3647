import { createContent } from '../apiserver/content/index.ts'
import type { Answer, ServerRequest } from '../apiserver/contract.ts'
import { startListener } from '../apiserver/http/listener.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import { kubeconfig } from '../net/kubeconfig.ts'
import { memoryStore, openPki, type Pair, wellKnownClients } from '../net/x509/index.ts'

export interface LoopbackDeps {
  handle(request: ServerRequest): Promise<Answer>
  readonly clock: Clock
  readonly log: Logger
  /** The cluster's authority. */
  readonly ca: Pair
}

/** Puts a listener with a PKI of its own before a server, for programs that need a socket. */
export async function openLoopback({
  handle,
  clock,
  log,
  ca,
}: LoopbackDeps): Promise<{ kubeconfig: string; stop(): Promise<void> }> {
  const files = memoryStore()
  await Promise.all([files.write('ca.crt', ca.cert), files.write('ca.key', ca.key)])
  const pki = await openPki({
    files,
    clock,
    serving: { dnsNames: ['localhost'], addresses: ['127.0.0.1'] },
  })
  const [serving, admin] = await Promise.all([pki.serving(), pki.leaf('admin', wellKnownClients.admin)])
  const listener = await startListener(
    { clock, log, content: createContent({ clock }), handle },
    { host: '127.0.0.1', port: 0, serving, clientCa: pki.ca.cert },
  )
  return {
    kubeconfig: kubeconfig({
      server: `https://127.0.0.1:${listener.port}`,
      ca: pki.ca.cert,
      cert: admin.cert,
      key: admin.key,
      name: 'caravel-test',
    }),
    stop: () => listener.stop(0),
  }
}
