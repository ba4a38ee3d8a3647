import { fillAllocated } from '../../api/core/service/changes.ts'
import type { IPFamily } from '../../api/core/service/shape.ts'
import { type Service, services } from '../../api/index.ts'
import { internalError, invalid as invalidObject } from '../../api/meta/statusError.ts'
import type { Logger } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { AdmissionRequest, Reservation, Settle } from '../contract.ts'
import type { Addresses, Owner } from './addresses.ts'
import { prefersAsBefore, settleFamilies } from './families.ts'
import type { PortMeter } from './meters.ts'
import { imagined, type PortPlan, type Ports, planPorts, portsOf } from './nodePorts.ts'
import { type PortBits, type PortRange, rangeText } from './portBits.ts'
import type { PortRegistry } from './portRegistry.ts'

export interface AllocationDeps {
  readonly addresses: Addresses
  readonly ports: PortRegistry
  /** What the cluster has, the primary one first. */
  readonly families: readonly IPFamily[]
  readonly random: Random
  readonly log: Logger
  readonly meter: PortMeter
}

/** What an attempt to write a service has taken, and what it gives back once it is stored. */
interface Holdings {
  readonly takenAddresses: string[]
  readonly releasedAddresses: string[]
  ports?: PortPlan
}

/** Gives services their addresses and node ports, and takes them back (`service/storage.REST.beginCreate` and on). */
export function serviceAllocation(deps: AllocationDeps): Reservation {
  const begin = async (request: AdmissionRequest): Promise<Settle | undefined> => {
    const old = request.old as Service | undefined
    const service = request.object as Service | undefined
    const holdings: Holdings = { takenAddresses: [], releasedAddresses: [] }
    const owner = ownerOf((service ?? old) as Service)
    if (service && request.subresource === '') {
      try {
        await allocate(deps, request, service, old, holdings)
      } catch (error) {
        await settle(deps, owner, holdings, undefined, 'failed')
        throw error
      }
    }
    return request.dryRun ? undefined : end => settle(deps, owner, holdings, old, end)
  }
  return { begin: request => (request.resource.qualified === services.qualified ? begin(request) : undefined) }
}

const ownerOf = ({ metadata }: Service): Owner => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
})

async function allocate(
  deps: AllocationDeps,
  { dryRun }: AdmissionRequest,
  service: Service,
  old: Service | undefined,
  holdings: Holdings,
): Promise<void> {
  fillAllocated(service, old)
  const errors = settleFamilies(service, old, deps.families)
  if (errors.length > 0) throw invalidObject(services, service.metadata.name ?? '', errors)
  await allocateAddresses(deps, service, old, dryRun, holdings)
  await allocatePorts(deps, service, old, dryRun, holdings)
}

/** Which addresses are to be had, and which are given back: upstream's `updateClusterIPs`. */
async function allocateAddresses(
  deps: AllocationDeps,
  service: Service,
  old: Service | undefined,
  dryRun: boolean,
  { takenAddresses, releasedAddresses }: Holdings,
): Promise<void> {
  const { spec } = service
  const had = old && old.spec.type !== 'ExternalName' ? (old.spec.clusterIPs ?? []) : []
  if (had[0] === 'None' || (old && prefersAsBefore(service, old))) return
  if (spec.type === 'ExternalName') {
    releasedAddresses.push(...had)
    return
  }
  const families = spec.ipFamilies ?? []
  const before = old?.spec.ipFamilies ?? []
  // Of a service that has addresses only the second one comes and goes.
  const second = had.length > 0
  if (!second && spec.clusterIPs?.[0] === 'None') return
  if (second && before.length === 2 && families.length === 1) releasedAddresses.push(...had.slice(1))
  if (second && !(before.length === 1 && families.length === 2)) return
  for (let i = second ? 1 : 0; i < families.length; i++) {
    const addresses = [...(spec.clusterIPs ?? [])]
    while (addresses.length <= i) addresses.push('')
    spec.clusterIPs = addresses
    const given = await oneAddress(deps, service, families[i] as IPFamily, addresses[i] ?? '', dryRun)
    if (!dryRun) takenAddresses.push(given)
    spec.clusterIPs = addresses.with(i, given)
    if (i === 0) spec.clusterIP = given
  }
}

async function oneAddress(
  { addresses }: AllocationDeps,
  service: Service,
  family: IPFamily,
  asked: string,
  dryRun: boolean,
): Promise<string> {
  const owner = ownerOf(service)
  const given = asked ? await addresses.take(asked, owner, dryRun) : await addresses.next(family, owner, dryRun)
  if (given.address !== undefined) return given.address
  const { name } = owner
  if (given.full)
    throw internalError(new Error(`failed to allocate a serviceIP for Service ${JSON.stringify(name)}: ${given.why}`))
  const words = `failed to allocate IP${asked ? ` ${asked}` : ''}: ${given.why}`
  throw invalidObject(services, name, [invalid(at('spec', 'clusterIPs'), service.spec.clusterIPs, words)])
}

async function allocatePorts(
  deps: AllocationDeps,
  service: Service,
  old: Service | undefined,
  dryRun: boolean,
  holdings: Holdings,
): Promise<void> {
  const { ports, meter } = deps
  // Most services have nothing to do with node ports: they need not wait for those that do.
  let imaginary = 0
  const idle: Ports = { take: () => undefined, next: () => --imaginary }
  const first = planPorts(service, old, idle)
  const plan =
    first.taken.length === 0
      ? first
      : await ports.change(bits => {
          if (dryRun) return planPorts(service, old, imagined(bits.has))
          return planPorts(service, old, counted(bits, ports.range, deps))
        })
  if (!dryRun) {
    holdings.ports = plan
    for (const { scope } of plan.taken) meter.given(scope)
  }
  service.spec.ports?.forEach((port, i) => {
    const nodePort = plan.nodePorts[i]
    if (nodePort) port.nodePort = nodePort
  })
  if (plan.healthPort) service.spec.healthCheckNodePort = plan.healthPort
}

const counted = (bits: PortBits, range: PortRange, { random, meter }: AllocationDeps): Ports => ({
  take(port) {
    if (bits.take(port)) return undefined
    meter.refused('static')
    return bits.has(port)
      ? 'provided port is already allocated'
      : `provided port is not in the valid range. The range of valid ports is ${rangeText(range)}`
  },
  next() {
    const port = bits.next(random)
    if (port === undefined) meter.refused('dynamic')
    return port
  },
})

/** Gives back what is nobody's after an attempt: what it took when it failed, what the service had when it is gone. */
async function settle(
  { addresses, ports, log }: AllocationDeps,
  owner: Owner,
  { takenAddresses, releasedAddresses, ports: plan }: Holdings,
  old: Service | undefined,
  end: Parameters<Settle>[0],
): Promise<void> {
  // Nobody knows whether it was written: the repair finds out.
  if (end === 'unknown') return
  const freeAddresses = end === 'stored' ? releasedAddresses : [...takenAddresses]
  const freePorts = end === 'stored' ? [...(plan?.released ?? [])] : (plan?.taken ?? []).map(({ port }) => port)
  if (end === 'gone' && old) {
    if (old.spec.type !== 'ExternalName') freeAddresses.push(...(old.spec.clusterIPs ?? []).filter(ip => ip !== 'None'))
    freePorts.push(...portsOf(old))
  }
  await Promise.all([
    freeAddresses.length > 0 ? addresses.release(freeAddresses, owner) : undefined,
    freePorts.length > 0 ? giveBack(ports, freePorts, log) : undefined,
  ])
}

async function giveBack(ports: PortRegistry, free: readonly number[], log: Logger): Promise<void> {
  try {
    await ports.change(bits => {
      for (const port of free) bits.free(port)
    })
  } catch (error) {
    log.warn('node ports were not given back; the repair will', { ports: free, error })
  }
}
