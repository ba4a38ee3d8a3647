import { isHeadless, needsClusterIP } from '../../api/core/service/shape.ts'
import type { Service } from '../../api/index.ts'
import { internalError, invalid as invalidObject } from '../../api/meta/statusError.ts'
import type { Clock } from '../../base/clock.ts'
import { parseIP } from '../../base/ip.ts'
import type { Random } from '../../base/random.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import type { AdmissionPlugin, AdmissionRequest, ObjectReader } from '../contract.ts'
import type { Claims } from './claims.ts'
import { settleFamilies } from './families.ts'
import { allocateHealthPort, allocateNodePorts } from './nodePorts.ts'
import { createRanges, type Ranges, type RangesOptions } from './ranges.ts'

export interface AllocationDeps {
  readonly objects: ObjectReader
  readonly clock: Clock
  readonly random: Random
  /** Where several servers share a store; absent: nobody else gives anything away. */
  readonly claims?: Claims
}

/** How often a service is given other values than those that another server gave away at the same moment. */
const tries = 20

/**
 * Gives services their addresses and node ports, and refuses what others have: a step of admission, after the plugins
 * that change objects. What is taken is read from the stored services, so that nothing has to be released or repaired.
 */
export function serviceAllocation(deps: AllocationDeps, options: RangesOptions): AdmissionPlugin {
  const { claims } = deps
  const ranges = createRanges(deps, options)
  // A dry run may be told what it would get, but keeps nothing.
  const dryRanges = () => createRanges(deps, options)
  const concerns = ({ resource, subresource }: AdmissionRequest) =>
    resource.qualified === 'services' && subresource === ''
  const give = ({ resource, dryRun }: AdmissionRequest, service: Service, old: Service | undefined, owner: string) => {
    const errors = allocate(service, old, owner, dryRun ? dryRanges() : ranges)
    if (errors.length > 0) throw invalidObject(resource, service.metadata.name ?? '', errors)
  }
  const giveOnce = async (request: AdmissionRequest, service: Service, old: Service | undefined, owner: string) => {
    if (!claims || request.dryRun) return give(request, service, old, owner)
    await claims.fresh()
    const before = structuredClone(service.spec)
    const asked = new Set(valuesOf(service))
    for (let round = 1; ; round++) {
      give(request, service, old, owner)
      const refused = await firstRefused(claims, service, old, owner)
      if (refused === undefined) {
        // The claims keep what was given from here on, on this server as on all others.
        for (const value of valuesOf(service)) release(value, owner)
        return
      }
      if (round === tries)
        throw internalError(new Error(`failed to allocate ${refused} for Service ${owner}: other servers gave it away`))
      const unblock = block(refused)
      service.spec = structuredClone(before)
      // What is asked for by value is refused, in the words for what others have; the other server may not keep it.
      if (asked.has(refused)) {
        try {
          give(request, service, old, owner)
        } finally {
          unblock()
        }
      }
    }
  }
  const release = (value: string | number, owner: string) => {
    if (typeof value === 'number') ranges.ports.release(value, owner)
    else for (const range of ranges.addresses) range.release(value, owner)
  }
  const block = (value: string | number) => {
    if (typeof value === 'number') return ranges.ports.block(value)
    const undo = ranges.addresses.map(range => range.block(value))
    return () => {
      for (const each of undo) each()
    }
  }
  return {
    name: 'ServiceAllocation',
    async mutate(request) {
      const { operation } = request
      if (!concerns(request) || (operation !== 'CREATE' && operation !== 'UPDATE')) return
      const service = request.object as Service
      const old = request.old as Service | undefined
      const owner = `${request.namespace}/${request.name || service.metadata.name || service.metadata.generateName}`
      await giveOnce(request, service, old, owner)
    },
    async validate(request) {
      if (!concerns(request) || request.dryRun || !request.old) return
      const owner = `${request.namespace}/${request.name}`
      const kept = new Set(valuesOf(request.object as Service | undefined))
      for (const value of valuesOf(request.old as Service)) {
        if (kept.has(value)) continue
        release(value, owner)
        await claims?.release(String(value), owner)
      }
    },
  }
}

/** The addresses and ports that a service has to itself. */
function valuesOf(service: Service | undefined): (string | number)[] {
  if (!service) return []
  const { clusterIP, clusterIPs = clusterIP ? [clusterIP] : [], ports = [], healthCheckNodePort } = service.spec
  const nodePorts = [...ports.map(port => port.nodePort), healthCheckNodePort].filter(port => port !== undefined)
  return [...clusterIPs.filter(address => address !== 'None'), ...nodePorts.filter(port => port > 0)]
}

/** Claims what is new of a service; the first value that another server has claimed. */
async function firstRefused(claims: Claims, service: Service, old: Service | undefined, owner: string) {
  const had = new Set(valuesOf(old))
  for (const value of valuesOf(service)) {
    if (!had.has(value) && !(await claims.take(String(value), owner))) return value
  }
  return undefined
}

function allocate(service: Service, old: Service | undefined, owner: string, ranges: Ranges): FieldError[] {
  const configured = ranges.addresses.map(range => range.family)
  const errors = settleFamilies(service, old, configured)
  if (errors.length > 0) return errors
  const addresses = allocateAddresses(service, old, owner, ranges)
  if (addresses.length > 0) return addresses
  const ports = allocateNodePorts(service, old, owner, ranges.ports)
  if (ports.length > 0) return ports
  allocateHealthPort(service, old, owner, ranges.ports)
  return []
}

function allocateAddresses(service: Service, old: Service | undefined, owner: string, ranges: Ranges): FieldError[] {
  const { spec } = service
  if (!needsClusterIP(service) || isHeadless(service)) return []
  const path = at('spec', 'clusterIPs')
  const had = new Set(old?.spec.clusterIPs)
  const addresses = [...(spec.clusterIPs ?? [])]
  if (addresses.length === 0 && spec.clusterIP) addresses.push(spec.clusterIP)
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    const range = ranges.addresses.find(each => each.family === family)
    const wanted = addresses[i]
    if (!range || (wanted && (had.has(wanted) || !parseIP(wanted)))) continue
    if (wanted) {
      const why = range.take(wanted, owner)
      if (why) return [invalid(path, spec.clusterIPs ?? addresses, `failed to allocate IP ${wanted}: ${why}`)]
      continue
    }
    const given = range.next(owner)
    if (given) addresses[i] = given
    else {
      const name = JSON.stringify(service.metadata.name ?? '')
      throw internalError(new Error(`failed to allocate a serviceIP for Service ${name}: range is full`))
    }
  }
  if (addresses[0]) {
    spec.clusterIP = addresses[0]
    spec.clusterIPs = addresses
  }
  return []
}
