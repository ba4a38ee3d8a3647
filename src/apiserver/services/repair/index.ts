import { ipAddresses, serviceCIDRs, services } from '../../../api/index.ts'
import { isOfAllocator } from '../../../api/networking/serviceRanges.ts'
import type { Clock } from '../../../base/clock.ts'
import { canonicalIP } from '../../../base/ip.ts'
import type { Logger } from '../../../base/log.ts'
import type { Client } from '../../../client/client.ts'
import { type Controller, watching } from '../../../client/controller.ts'
import type { EventRecorder } from '../../../client/events.ts'
import type { Informers } from '../../../client/informer.ts'
import type { ObjectReader } from '../../contract.ts'
import type { PortMeter } from '../meters.ts'
import type { PortRegistry } from '../portRegistry.ts'
import { repairAddress, repairService } from './addresses.ts'
import { portRepair } from './ports.ts'

export interface RepairDeps {
  readonly objects: ObjectReader
  /** With every right. */
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly ports: PortRegistry
  readonly meter: PortMeter
  /** Recorders under the names of upstream's repair controllers. */
  readonly events: { readonly addresses: EventRecorder; readonly ports: EventRecorder }
}

/** Names under which these are known in events. */
export const repairers = { addresses: 'ipallocator-repair-controller', ports: 'portallocator-repair-controller' }

/** Milliseconds from one look at node ports to the next, as upstream's. */
const every = 180_000
/** Milliseconds after which a deletion is over, whoever carried it out. */
const later = 60_000
/** How many services or addresses are looked at side by side. */
const width = 32

/** The first round over everything, after which services can be relied upon: what /readyz waits for. */
export async function repairOnce(deps: RepairDeps): Promise<void> {
  const { objects } = deps
  const addressesOnce = async () => {
    await inWidth(objects.list(services), ({ metadata }) =>
      repairService(deps, metadata.namespace ?? '', metadata.name ?? ''),
    )
    const ours = objects.list(ipAddresses).filter(isOfAllocator)
    await inWidth(ours, ({ metadata }) => repairAddress(deps, metadata.name ?? ''))
  }
  await Promise.all([addressesOnce(), portRepair(deps)()])
}

async function inWidth<T>(all: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < all.length; start += width) await Promise.all(all.slice(start, start + width).map(work))
}

/**
 * What keeps addresses and node ports to the services there are, from then on. Addresses are looked at when something
 * about them changes, ports every three minutes.
 */
export function repairControllers(deps: RepairDeps, informers: Informers): Controller[] {
  const serviceInformer = informers.of(services)
  const addressInformer = informers.of(ipAddresses)
  const ranges = informers.of(serviceCIDRs)
  const repairPorts = portRepair(deps)
  return [
    {
      name: repairers.addresses,
      workers: 5,
      watches: [
        watching(serviceInformer, ({ type, object: { metadata } }) =>
          type === 'removed' ? [] : [`${metadata.namespace}/${metadata.name}`],
        ),
        // Whoever deletes a service gives its addresses back; whether that is done is looked at later.
        {
          informer: serviceInformer,
          begin: queue =>
            serviceInformer.on({
              removed({ spec }) {
                for (const ip of spec.clusterIPs ?? []) if (ip !== 'None') queue.addAfter(canonicalIP(ip) ?? ip, later)
              },
            }),
        },
        watching(addressInformer, ({ type, object: { metadata, spec } }) => {
          const { resource, namespace, name } = spec.parentRef ?? {}
          const parent = resource === 'services' ? [`${namespace}/${name}`] : []
          return type === 'removed' ? parent : [metadata.name ?? '', ...parent]
        }),
        // A service beyond all ranges may be within one now.
        watching(ranges, ({ type }) =>
          type === 'added'
            ? serviceInformer.cache.list().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
            : [],
        ),
      ],
      async reconcile(key) {
        const [namespace = '', name] = key.split('/')
        if (name !== undefined) return repairService(deps, namespace, name).then(() => undefined)
        const again = await repairAddress(deps, namespace)
        return again === undefined ? undefined : { again }
      },
    },
    {
      name: repairers.ports,
      workers: 1,
      watches: [
        {
          informer: serviceInformer,
          begin(queue) {
            queue.addAfter('ports', every)
            return () => {}
          },
        },
      ],
      async reconcile() {
        await repairPorts()
        return { again: every }
      },
    },
  ]
}
