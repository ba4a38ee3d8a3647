import type { IPFamily } from '../../api/core/service/shape.ts'
import { parseCIDR } from '../../base/cidr.ts'
import type { Logger } from '../../base/log.ts'
import type { Metrics } from '../../base/metrics.ts'
import type { Random } from '../../base/random.ts'
import type { Client } from '../../client/client.ts'
import type { Store } from '../../kv/contract.ts'
import type { ObjectReader, Reservation } from '../contract.ts'
import { createAddresses } from './addresses.ts'
import { serviceAllocation } from './allocation.ts'
import { addressMeter, type PortMeter, portMeter } from './meters.ts'
import type { PortRange } from './portBits.ts'
import { createPortRegistry, type PortRegistry } from './portRegistry.ts'

export { type RepairDeps, repairControllers, repairers, repairOnce } from './repair/index.ts'

export interface ServicesOptions {
  /** Service ranges, the primary one first: one, or one of each family. */
  readonly serviceCidrs: readonly string[]
  readonly nodePorts: PortRange
}

export interface ServicesDeps {
  readonly objects: ObjectReader
  readonly store: Store
  /** With every right; asked for when the server is made. */
  readonly client: () => Client
  readonly random: Random
  readonly log: Logger
  readonly metrics: Metrics
}

/** What services have to themselves. */
export interface ServiceParts {
  readonly reservation: Reservation
  readonly ports: PortRegistry
  readonly portMeter: PortMeter
}

/** Throws when a range is none. */
export function serviceParts(deps: ServicesDeps, options: ServicesOptions): ServiceParts {
  const { objects, store, metrics } = deps
  const meter = portMeter(metrics)
  const ports = createPortRegistry({ store, objects, meter }, options.nodePorts)
  const addresses = createAddresses({ ...deps, meter: addressMeter(metrics, objects) })
  const families = options.serviceCidrs.map(familyIn)
  return { ports, portMeter: meter, reservation: serviceAllocation({ ...deps, addresses, ports, families, meter }) }
}

function familyIn(text: string): IPFamily {
  const cidr = parseCIDR(text)
  if (!cidr) throw new Error(`${JSON.stringify(text)} is no range of service addresses: it must be like 10.96.0.0/16`)
  return cidr.family === 4 ? 'IPv4' : 'IPv6'
}
