import { generateKeyPairSync } from 'node:crypto'
import { tokenKeys } from '../apiserver/authn/index.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { silent } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { type Client, createClient } from '../client/client.ts'
import type { Store } from '../kv/contract.ts'
import { openMemoryStore } from '../kv/memory/store.ts'
import { type ControlPlane, everything, startControlPlane } from '../main/controlPlane.ts'

export interface TwoServers {
  readonly clients: readonly [Client, Client]
  readonly planes: readonly [ControlPlane, ControlPlane]
  readonly store: Store
  stop(): Promise<void>
}

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** Two API servers without controllers on one store in memory: each has caches of its own. */
export async function startTwoServers(serviceCidr: string, clock: Clock = systemClock): Promise<TwoServers> {
  const own = openMemoryStore({ clock })
  const store: Store = new Proxy(own, {
    get: (target, name) => {
      if (name === 'shared') return true
      const found = Reflect.get(target, name)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
  const life = new AbortController()
  const start = async (address: string) => {
    const plane = await startControlPlane(
      { store, clock, log: silent, random: systemRandom, signal: life.signal },
      {
        keys: tokenKeys({ issuer: 'https://kubernetes.default.svc.cluster.local', ...keys }),
        serviceCidr,
        clusterCidr: '10.128.0.0/9',
        kubernetes: { clusterIP: '10.96.0.1', addresses: [address], port: 6443 },
        scheduler: false,
        modules: [],
      },
    )
    await plane.ready
    return plane
  }
  const planes = [await start('192.0.2.1'), await start('192.0.2.2')] as const
  const clientOf = (plane: ControlPlane) => createClient(plane.server.connect(everything, 'caravel'))
  return {
    store,
    planes,
    clients: [clientOf(planes[0]), clientOf(planes[1])],
    async stop() {
      life.abort()
      await Promise.all(planes.map(plane => plane.done))
      await own.close()
    },
  }
}
