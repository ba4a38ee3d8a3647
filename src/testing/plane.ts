import { generateKeyPairSync } from 'node:crypto'
import { tokenKeys } from '../apiserver/authn/index.ts'
import { createContent } from '../apiserver/content/index.ts'
import { startListener } from '../apiserver/http/listener.ts'
import { systemClock } from '../base/clock.ts'
import { silent } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { httpsTransport } from '../client/https.ts'
import type { Transport } from '../client/transport.ts'
import { openMemoryStore } from '../kv/memory/store.ts'
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../main/controlPlane.ts'
import { memoryStore, openPki, type Pki, wellKnownClients } from '../net/x509/index.ts'

/** A control plane behind a socket of its own. */
export interface Plane {
  readonly plane: ControlPlane
  readonly pki: Pki
  readonly port: number
  /** As administrator, over the socket. */
  readonly transport: Transport
  stop(): Promise<void>
}

export interface PlaneOptions extends Partial<ControlPlaneOptions> {
  /** Names of its certificate, besides localhost. */
  readonly dnsNames?: readonly string[]
  /** One more authority that clients may show certificates of, PEM. */
  readonly clientCa?: string
}

/** Starts one with every option of its own, but without controllers: for tests of two servers that know each other. */
export async function startPlane({ dnsNames = [], clientCa = '', ...options }: PlaneOptions = {}): Promise<Plane> {
  const clock = systemClock
  const controller = new AbortController()
  const { signal } = controller
  const store = openMemoryStore({ clock })
  const pki = await openPki({
    files: memoryStore(),
    clock,
    serving: { dnsNames: ['localhost', ...dnsNames], addresses: ['127.0.0.1'] },
  })
  const plane = await startControlPlane(
    { store, clock, log: silent, random: systemRandom, signal },
    {
      keys: tokenKeys({
        issuer: 'https://kubernetes.default.svc',
        ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      }),
      serviceCidr: '10.96.0.0/16',
      clusterCidr: '10.128.0.0/9',
      kubernetes: { clusterIP: '10.96.0.1', addresses: [], port: 6443 },
      modules: [],
      scheduler: false,
      ...options,
    },
  )
  await plane.ready
  const [serving, admin] = await Promise.all([pki.serving(), pki.leaf('admin', wellKnownClients.admin)])
  const listener = await startListener(
    { clock, log: silent, content: createContent({ clock }), handle: plane.server.handle },
    { host: '127.0.0.1', port: 0, serving, clientCa: [pki.ca.cert, clientCa].join('\n') },
  )
  const transport = httpsTransport({ server: `https://127.0.0.1:${listener.port}`, ca: pki.ca.cert, ...admin })
  return {
    plane,
    pki,
    port: listener.port,
    transport,
    async stop() {
      await transport.close()
      controller.abort()
      await listener.stop(0)
      await plane.done
      await store.close()
    },
  }
}
