import { canonicalIP, parseIP } from '../../base/ip.ts'
import { equal } from '../../schema/derive/equal.ts'
import { duplicate, invalid, required, tooMany } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { endpointIpRules, ipRules } from '../core/addresses.ts'
import { labelRules } from '../meta/labelSelector.ts'
import type { Endpoint, EndpointHints, EndpointSlice, EndpointSlicePort } from './endpointSliceType.ts'

const most = { endpoints: 1000, addresses: 100, ports: 20000, topology: 16, hints: 8 }

/** Rules of an EndpointSlice; endpoints that an update leaves as they were are let through. */
export function endpointSliceRules(slice: EndpointSlice, old: EndpointSlice | undefined): readonly FieldError[] {
  const errors = portRules(slice.ports, at('ports'))
  if (!slice.addressType) errors.unshift(required(at('addressType')))
  if (old && equal(old.endpoints, slice.endpoints)) return errors
  const path = at('endpoints')
  if (slice.endpoints.length > most.endpoints) return [...errors, tooMany(path, slice.endpoints.length, most.endpoints)]
  return [
    ...errors,
    ...slice.endpoints.flatMap((endpoint, i) => endpointRules(endpoint, slice.addressType, path.index(i))),
  ]
}

function endpointRules(endpoint: Endpoint, type: string, path: Path): FieldError[] {
  const { addresses, nodeName, deprecatedTopology: topology = {}, hostname, hints } = endpoint
  const errors: FieldError[] = []
  const here = path.child('addresses')
  if (addresses.length === 0) errors.push(required(here, 'must contain at least 1 address'))
  if (addresses.length > most.addresses) errors.push(tooMany(here, addresses.length, most.addresses))
  for (const [i, address] of addresses.entries()) errors.push(...addressRules(address, type, here, i))
  if (nodeName !== undefined)
    errors.push(...dnsSubdomain(nodeName).map(detail => invalid(path.child('nodeName'), nodeName, detail)))
  const labels = path.child('deprecatedTopology')
  if (Object.keys(topology).length > most.topology)
    errors.push(tooMany(labels, Object.keys(topology).length, most.topology))
  errors.push(...labelRules(topology, labels))
  if (hostname !== undefined)
    errors.push(...dnsLabel(hostname).map(detail => invalid(path.child('hostname'), hostname, detail)))
  if (hints) errors.push(...hintRules(hints, path.child('hints')))
  return errors
}

function addressRules(address: string, type: string, list: Path, i: number): FieldError[] {
  const path = list.index(i)
  if (type === 'FQDN') return nameRules(address, path)
  if (type !== 'IPv4' && type !== 'IPv6') return []
  const wrong = ipRules(address, path)
  if (wrong.length) return wrong
  const canonical = canonicalIP(address) ?? ''
  if (type === 'IPv6' && canonical !== address)
    return [invalid(path, address, `must be in canonical form (${JSON.stringify(canonical)})`)]
  const other = `IPv${parseIP(address)?.family}` === type ? [] : [invalid(list, address, `must be an ${type} address`)]
  return [...other, ...endpointIpRules(address, path)]
}

/** A full domain name: at least two labels, a dot at the end is fine. */
function nameRules(name: string, path: Path): FieldError[] {
  if (!name) return [required(path)]
  const bare = name.endsWith('.') ? name.slice(0, -1) : name
  const wrong = dnsSubdomain(bare).map(detail => invalid(path, name, detail))
  if (wrong.length) return wrong
  const parts = bare.split('.')
  if (parts.length < 2) return [invalid(path, name, 'should be a domain with at least two segments separated by dots')]
  return parts.flatMap(part => dnsLabel(part).map(detail => invalid(path, part, detail)))
}

function portRules(ports: readonly EndpointSlicePort[], path: Path): FieldError[] {
  if (ports.length > most.ports) return [tooMany(path, ports.length, most.ports)]
  const names = new Set<string>()
  return ports.flatMap(({ name = '', protocol, appProtocol }, i) => {
    const here = path.index(i)
    const errors = name ? dnsLabel(name).map(detail => invalid(here.child('name'), name, detail)) : []
    if (names.has(name)) errors.push(duplicate(here.child('name'), name))
    names.add(name)
    if (protocol === undefined) errors.push(required(here.child('protocol')))
    if (appProtocol !== undefined)
      errors.push(...qualifiedName(appProtocol).map(detail => invalid(here.child('appProtocol'), appProtocol, detail)))
    return errors
  })
}

const hintRules = ({ forZones = [], forNodes = [] }: EndpointHints, path: Path): FieldError[] => [
  ...hintedRules(forZones, labelValue, path.child('forZones')),
  ...hintedRules(forNodes, dnsSubdomain, path.child('forNodes')),
]

function hintedRules(
  all: readonly { name: string }[],
  check: (name: string) => readonly string[],
  path: Path,
): FieldError[] {
  if (all.length > most.hints) return [tooMany(path, all.length, most.hints)]
  const seen = new Set<string>()
  return all.flatMap(({ name }, i) => {
    const here = path.index(i).child('name')
    const errors = seen.has(name) ? [duplicate(here, name)] : []
    seen.add(name)
    return [...errors, ...check(name).map(detail => invalid(here, name, detail))]
  })
}
