import type { Resource } from '../api/resource.ts'
import { type ServiceRange, serviceRange, serviceRangeController } from '../apiserver/bootstrap/index.ts'
import type { ObjectReader, Reservation } from '../apiserver/contract.ts'
import {
  type RepairDeps,
  repairControllers,
  repairers,
  repairOnce,
  type ServiceParts,
  serviceParts,
} from '../apiserver/services/index.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Random } from '../base/random.ts'
import { createClient } from '../client/client.ts'
import { type Controller, runController } from '../client/controller.ts'
import { createEventRecorder } from '../client/events.ts'
import { createInformers } from '../client/informer.ts'
import type { Transport } from '../client/transport.ts'
import type { Store } from '../kv/contract.ts'

export interface ServiceAllocatorDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  readonly random: Random
  readonly metrics: Metrics
  readonly signal: AbortSignal
}

/** What an API server needs to give services their addresses and node ports, and to keep an eye on them. */
export interface ServiceAllocator {
  readonly reservation: Reservation
  readonly steps: { serviceRange(): Promise<void>; repair(): Promise<void> }
  /** Resolves when the signal aborted and everything is idle. */
  run(): Promise<void>
}

/** `connect`: a way into the server with every right; called only once it is there. */
export function serviceAllocator(
  deps: ServiceAllocatorDeps,
  objects: ObjectReader,
  connect: () => Transport,
  serviceCidrs: readonly string[],
): ServiceAllocator {
  const { clock, log, metrics, signal } = deps
  let made: ReturnType<typeof createClient> | undefined
  const client = () => {
    made ??= createClient(connect())
    return made
  }
  const recorder = (component: string) => createEventRecorder({ client: client(), clock, log, component })
  const parts = serviceParts({ ...deps, objects, client }, { serviceCidrs, nodePorts: { from: 30_000, to: 32_767 } })
  let keeping: { readonly range: ServiceRange; readonly repair: RepairDeps; flush(): Promise<unknown> } | undefined
  const keepers = () => {
    keeping ??= keepersOf(parts, objects, serviceCidrs)
    return keeping
  }
  const keepersOf = ({ ports, portMeter: meter }: ServiceParts, reader: ObjectReader, cidrs: readonly string[]) => {
    const all = { addresses: recorder(repairers.addresses), ports: recorder(repairers.ports) }
    const events = recorder(serviceRangeController)
    const shared = { objects: reader, client: client(), clock, log }
    return {
      range: serviceRange({ ...shared, events }, cidrs),
      repair: { ...shared, ports, meter, events: all },
      flush: () => Promise.all([events, all.addresses, all.ports].map(each => each.flush())),
    }
  }
  return {
    reservation: parts.reservation,
    steps: {
      serviceRange: () => keepers().range.ensure(),
      repair: () => repairOnce(keepers().repair),
    },
    async run() {
      const { range, repair, flush } = keepers()
      const informers = createInformers({ client: client(), clock, log, signal })
      const controllers: Controller[] = [range.controller(informers), ...repairControllers(repair, informers)]
      await Promise.all(controllers.map(controller => runController(controller, { clock, log, signal, metrics })))
      await Promise.all([informers.stopped, flush()])
    },
  }
}

/** Kinds without which there is nothing to give. */
export const servesServices = (resources: readonly Resource[]): boolean =>
  ['services', 'ipaddresses.networking.k8s.io', 'servicecidrs.networking.k8s.io'].every(name =>
    resources.some(({ qualified }) => qualified === name),
  )
