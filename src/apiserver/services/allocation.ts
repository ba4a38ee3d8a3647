import { isHeadless, needsClusterIP } from '../../api/core/service/shape.ts'
import type { Service } from '../../api/index.ts'
import { internalError, invalid as invalidObject } from '../../api/meta/statusError.ts'
import type { Clock } from '../../base/clock.ts'
import { parseIP } from '../../base/ip.ts'
import type { Random } from '../../base/random.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import type { AdmissionPlugin, ObjectReader } from '../contract.ts'
import { settleFamilies } from './families.ts'
import { allocateHealthPort, allocateNodePorts } from './nodePorts.ts'
import { createRanges, type Ranges, type RangesOptions } from './ranges.ts'

/**
 * Gives services their addresses and node ports, and refuses what others have: a step of admission, after the plugins
 * that change objects. What is taken is read from the stored services, so that nothing has to be released or repaired.
 */
export function serviceAllocation(
  deps: { readonly objects: ObjectReader; readonly clock: Clock; readonly random: Random },
  options: RangesOptions,
): AdmissionPlugin {
  const ranges = createRanges(deps, options)
  // A dry run may be told what it would get, but keeps nothing.
  const dryRanges = () => createRanges(deps, options)
  return {
    name: 'ServiceAllocation',
    mutate(request) {
      const { resource, subresource, operation } = request
      if (resource.qualified !== 'services' || subresource !== '') return
      if (operation !== 'CREATE' && operation !== 'UPDATE') return
      const service = request.object as Service
      const old = request.old as Service | undefined
      const owner = `${request.namespace}/${request.name || service.metadata.name || service.metadata.generateName}`
      const errors = allocate(service, old, owner, request.dryRun ? dryRanges() : ranges)
      if (errors.length > 0) throw invalidObject(resource, service.metadata.name ?? '', errors)
    },
  }
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
