import { generateKeyPairSync } from 'node:crypto'
import { tokenKeys } from '../../src/apiserver/authn/index.ts'
import { upstreamCodec } from '../../src/apiserver/store/codec.ts'
import { systemClock } from '../../src/base/clock.ts'
import { type Logger, silent } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { type Client, createClient } from '../../src/client/client.ts'
import type { ControllerModule } from '../../src/controllers/index.ts'
import type { Store } from '../../src/kv/contract.ts'
import { openEtcdStore } from '../../src/kv/etcd/store.ts'
import { type ControlPlane, everything, startControlPlane } from '../../src/main/controlPlane.ts'

export interface SharingServer {
  readonly plane: ControlPlane
  readonly client: Client
  readonly store: Store
  stop(): Promise<void>
}

export interface SharingOptions {
  readonly endpoints: readonly string[]
  readonly address: string
  readonly controllers?: readonly ControllerModule[]
  readonly scheduler?: boolean
  readonly log?: Logger
}

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A control plane on an etcd that others use, too; without a listener. */
export async function startSharing(options: SharingOptions): Promise<SharingServer> {
  const { endpoints, address, log = silent } = options
  const names = { from: '/registry', to: '/registry' }
  const store = await openEtcdStore({ endpoints, names }, { log })
  const life = new AbortController()
  const plane = await startControlPlane(
    { store, codec: upstreamCodec, clock: systemClock, log, random: systemRandom, signal: life.signal },
    {
      keys: tokenKeys({ issuer: 'https://kubernetes.default.svc.cluster.local', ...keys }),
      serviceCidr: '10.96.0.0/24',
      clusterCidr: '10.128.0.0/9',
      kubernetes: { clusterIP: '10.96.0.1', addresses: [address], port: 6443 },
      scheduler: options.scheduler ?? false,
      modules: options.controllers ?? [],
    },
  )
  await plane.ready
  return {
    plane,
    store,
    client: createClient(plane.server.connect(everything)),
    async stop() {
      life.abort()
      await plane.done
      await store.close()
    },
  }
}
