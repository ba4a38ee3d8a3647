import type { UserInfo } from '../api/resource.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import { type Client, createClient } from '../client/client.ts'
import { runController } from '../client/controller.ts'
import { createEventRecorder } from '../client/events.ts'
import { createInformers } from '../client/informer.ts'
import type { Transport } from '../client/transport.ts'
import type { ControllerModule, ControllerOptions } from './controller.ts'

export interface ControllersDeps {
  /** A connection as somebody: each controller writes under its own service account. */
  connect(user: UserInfo): Transport
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  readonly options: ControllerOptions
  /** Where controllers tell of their queues. */
  readonly metrics?: Metrics
}

const serviceAccount = (account: string): UserInfo => ({
  name: `system:serviceaccount:kube-system:${account}`,
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
})
/** Who reads the shared caches. */
const manager: UserInfo = { name: 'system:kube-controller-manager', groups: ['system:authenticated'] }

/** Runs controllers over shared caches until the signal aborts; resolves when all are idle. */
export async function runControllers(modules: readonly ControllerModule[], deps: ControllersDeps): Promise<void> {
  const { clock, log, signal, options } = deps
  const informers = createInformers({ client: createClient(deps.connect(manager)), clock, log, signal })
  const asManager = createClient(deps.connect(manager))
  const clients = new Map<string, Client>([['', asManager]])
  const clientOf = (account: string) => {
    const known = clients.get(account) ?? createClient(deps.connect(serviceAccount(account)))
    clients.set(account, known)
    return known
  }
  const running = modules.flatMap(module => {
    const client = module.asManager ? asManager : clientOf(module.account)
    const events = createEventRecorder({ client, clock, log, component: module.reporter ?? module.name })
    const made = module.create({ client, informers, events, clock, log, options })
    const all = 'reconcile' in made ? [made] : made
    return all.map(controller =>
      runController(controller, { clock, log, signal, ...(deps.metrics ? { metrics: deps.metrics } : {}) }).finally(
        () => events.flush(),
      ),
    )
  })
  const ended = await Promise.allSettled(running)
  await informers.stopped
  await Promise.all([...clients.values()].map(client => client.transport.close()))
  const failed = ended.find(each => each.status === 'rejected')
  if (failed) throw failed.reason
}
