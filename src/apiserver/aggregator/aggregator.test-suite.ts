import { generateKeyPairSync } from 'node:crypto'
import { connect } from 'node:net'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { httpsTransport } from '../../client/https.ts'
import type { Transport } from '../../client/transport.ts'
import { openMemoryStore } from '../../kv/memory/store.ts'
import { type ControlPlane, type ControlPlaneOptions, noWay, startControlPlane } from '../../main/controlPlane.ts'
import { memoryStore, openPki, type Pair, type Pki, wellKnownClients } from '../../net/x509/index.ts'
import { authorities, tokenKeys } from '../authn/index.ts'
import { createContent } from '../content/index.ts'
import { startListener } from '../http/listener.ts'

/** A control plane behind a socket of its own. */
export interface Plane {
  readonly plane: ControlPlane
  readonly pki: Pki
  readonly port: number
  /** As administrator, over the socket. */
  readonly transport: Transport
  /** Takes the socket away; the control plane goes on. */
  hangUp(): Promise<void>
  stop(): Promise<void>
}

/** What is behind Services named `sample` in the namespace `away` is shown certificates of this name. */
export const servingName = 'sample.away.svc'

export async function startPlane(options: Partial<ControlPlaneOptions> = {}, clientCa?: string): Promise<Plane> {
  const clock = systemClock
  const controller = new AbortController()
  const { signal } = controller
  const store = openMemoryStore({ clock })
  const pki = await openPki({
    files: memoryStore(),
    clock,
    serving: { dnsNames: ['localhost', servingName], addresses: ['127.0.0.1'] },
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
    { host: '127.0.0.1', port: 0, serving, clientCa: [pki.ca.cert, clientCa ?? ''].join('\n') },
  )
  const transport = httpsTransport({ server: `https://127.0.0.1:${listener.port}`, ca: pki.ca.cert, ...admin })
  return {
    plane,
    pki,
    port: listener.port,
    transport,
    hangUp: () => listener.stop(0),
    async stop() {
      await transport.close()
      controller.abort()
      await listener.stop(0)
      await plane.done
      await store.close()
    },
  }
}

/** Two: requests for versions that the second one serves go through the first. */
export interface Pair2 {
  readonly front: Plane
  readonly back: Plane
  /** Where connections into the pod network of the first one lead; changed, they lead elsewhere. */
  readonly way: { port: number }
  stop(): Promise<void>
}

export async function startPair(): Promise<Pair2> {
  const trust = await openPki({ files: memoryStore(), clock: systemClock, serving: { dnsNames: [], addresses: [] } })
  const proxy: Pair = await trust.leaf('front-proxy-client', wellKnownClients['front-proxy-client'])
  const back = await startPlane(
    {
      api: {
        authentication: {
          frontProxy: {
            authorities: authorities([() => trust.frontProxyCa.cert]),
            names: ['front-proxy-client'],
            userHeaders: ['x-remote-user'],
            uidHeaders: ['x-remote-uid'],
            groupHeaders: ['x-remote-group'],
            extraPrefixes: ['x-remote-extra-'],
          },
        },
      },
    },
    trust.frontProxyCa.cert,
  )
  const way = { port: back.port }
  const front = await startPlane({
    frontProxy: () => proxy,
    dialer: {
      kubelet: noWay.kubelet,
      network: (_, signal) =>
        new Promise((resolve, reject) => {
          const socket = connect({ host: '127.0.0.1', port: way.port, signal })
          socket.once('connect', () => resolve(socket))
          socket.once('error', reject)
        }),
    },
  })
  return {
    front,
    back,
    way,
    async stop() {
      await front.stop()
      await back.stop()
    },
  }
}
