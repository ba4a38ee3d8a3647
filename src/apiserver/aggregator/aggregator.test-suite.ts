import { connect } from 'node:net'
import { systemClock } from '../../base/clock.ts'
import { memoryStore, openPki, wellKnownClients } from '../../net/x509/index.ts'
import { type Plane, startPlane } from '../../testing/plane.ts'
import { authorities } from '../authn/index.ts'

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
  const proxy = await trust.leaf('front-proxy-client', wellKnownClients['front-proxy-client'])
  const back = await startPlane({
    dnsNames: ['sample.away.svc'],
    clientCa: trust.frontProxyCa.cert,
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
  })
  const way = { port: back.port }
  const front = await startPlane({
    frontProxy: () => proxy,
    dialer: {
      kubelet: () => Promise.reject(new Error('there are no nodes')),
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
