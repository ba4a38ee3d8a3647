import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { ServerLeases } from '../store/serverLeases.ts'
import type { BootstrapDeps } from './ensure.ts'
import { ensureKubernetesService, type KubernetesService } from './kubernetesService.ts'

export interface ServersDeps extends BootstrapDeps {
  readonly leases: ServerLeases
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Milliseconds, as upstream's `DefaultEndpointReconcilerInterval`. */
const every = 10_000
const patience = 3000

/** The Service with the addresses of all servers that live, this one's renewed. */
export async function withLivingServers(leases: ServerLeases, service: KubernetesService): Promise<KubernetesService> {
  await Promise.all(service.addresses.map(leases.renew))
  return { ...service, addresses: (await leases.addresses()).filter(reachable) }
}

/** An upstream server for trying things out may name an address that only its own machine has. */
const reachable = (address: string) => !/^(127\.|::1$)/.test(address)

/**
 * Where several servers share a store: says now and then that this one lives, and keeps the endpoints of the Service
 * `kubernetes` to all that do. Resolves when the signal aborted; this server's endpoints are taken away then.
 */
export async function keepServers(deps: ServersDeps, service: KubernetesService): Promise<void> {
  const { leases, clock, log, signal } = deps
  while (await sleep(clock, every, signal)) {
    try {
      await ensureKubernetesService(deps, await withLivingServers(leases, service))
    } catch (error) {
      log.warn('the endpoints of the API servers could not be brought up to date; they are tried again', { error })
    }
  }
  // A store that is away must not keep the server from ending.
  await Promise.race([sayGoodbye(deps, service), sleep(clock, patience)])
}

async function sayGoodbye(deps: ServersDeps, service: KubernetesService): Promise<void> {
  const { leases, log } = deps
  try {
    await Promise.all(service.addresses.map(leases.remove))
    const left = (await leases.addresses()).filter(reachable)
    if (left.length > 0) await ensureKubernetesService(deps, { ...service, addresses: left })
  } catch (error) {
    log.warn('the endpoints of this server stay until their lease has run out', { error })
  }
}
