import { type Service, services } from '../../api/index.ts'
import { type Cidr, cidrSize, formatCIDR, indexOfIP, nthIP, parseCIDR } from '../../base/cidr.ts'
import type { Clock } from '../../base/clock.ts'
import { formatIP, parseIP } from '../../base/ip.ts'
import type { Random } from '../../base/random.ts'
import type { ObjectReader } from '../contract.ts'
import { createPool, type Pool, reservedOf } from './pool.ts'

export type Family = 'IPv4' | 'IPv6'

export interface RangesOptions {
  /** Service ranges, the primary one first: one, or one of each family. */
  readonly serviceCidrs: readonly string[]
  /** Inclusive; upstream's default is 30000-32767. */
  readonly nodePorts: { readonly from: number; readonly to: number }
}

/** A range of addresses for services. */
export interface AddressRange {
  readonly family: Family
  /** As people are told it. */
  readonly text: string
  next(owner: string): string | undefined
  /** Why not, in upstream's words. */
  take(address: string, owner: string): string | undefined
  /** Another server has given it away just now: nobody gets it for a while, or until that is taken back. */
  block(address: string): () => void
  /** The owner has it no more, whatever was just written. */
  release(address: string, owner: string): void
}

export interface PortRange {
  next(owner: string): number | undefined
  take(port: number, owner: string): string | undefined
  /** Another server has given it away just now: nobody gets it for a while, or until that is taken back. */
  block(port: number): () => void
  /** The owner has it no more, whatever was just written. */
  release(port: number, owner: string): void
}

export interface Ranges {
  readonly addresses: readonly AddressRange[]
  readonly ports: PortRange
}

interface Used {
  readonly addresses: ReadonlyMap<string, string>
  readonly ports: ReadonlyMap<number, string>
}

export const ownerOf = ({ metadata }: Service): string => `${metadata.namespace}/${metadata.name}`

/** What services can be given, and what stored ones have. */
export function createRanges(
  deps: { readonly objects: ObjectReader; readonly clock: Clock; readonly random: Random },
  options: RangesOptions,
): Ranges {
  let built: { readonly version: number; readonly used: Used } | undefined
  const used = () => {
    const version = deps.objects.version(services)
    if (built?.version !== version) built = { version, used: collect(deps.objects.list(services)) }
    return built.used
  }
  const { from, to } = options.nodePorts
  const size = to - from + 1
  const ports = createPool({
    ...deps,
    size,
    reserved: reservedOf(size, 32, 16, 128),
    owner: value => used().ports.get(from + value),
    taken: () => used().ports.size,
  })
  return {
    addresses: options.serviceCidrs.map(text => addressRange(deps, text, () => used().addresses)),
    ports: {
      next(owner) {
        const value = ports.next(owner)
        return value === undefined ? undefined : from + value
      },
      block: port => ports.block(port - from),
      release: (port, owner) => ports.release(port - from, owner),
      take: (port, owner) =>
        problem(ports, port - from, owner, {
          allocated: 'provided port is already allocated',
          outside: `provided port is not in the valid range. The range of valid ports is ${from}-${to}`,
        }),
    },
  }
}

function addressRange(
  deps: { readonly clock: Clock; readonly random: Random },
  text: string,
  used: () => ReadonlyMap<string, string>,
): AddressRange {
  const cidr = parseCIDR(text)
  if (!cidr) throw new Error(`${JSON.stringify(text)} is no range of service addresses: it must be like 10.96.0.0/16`)
  // The network's own address is nobody's, nor is the broadcast address of IPv4; larger ranges than a pool can count are cut.
  const all = Number(cidrSize(cidr) > 1n << 32n ? 1n << 32n : cidrSize(cidr)) - (cidr.family === 4 ? 2 : 1)
  const size = Math.max(0, all)
  const at = (value: number) => formatIP(nthIP(cidr, value + 1) ?? cidr.network)
  // The first address is the API server's own.
  const owner = (value: number) => used().get(at(value)) ?? (value === 0 ? 'default/kubernetes' : undefined)
  const pool = createPool({
    ...deps,
    size,
    reserved: reservedOf(size, 16, 16, 256),
    owner,
    taken: () => used().size,
  })
  const valid = formatCIDR(cidr)
  return {
    family: cidr.family === 4 ? 'IPv4' : 'IPv6',
    text: valid,
    next(name) {
      const value = pool.next(name)
      return value === undefined ? undefined : at(value)
    },
    block(address) {
      const index = indexOf(cidr, address)
      return index >= 0 ? pool.block(index) : () => {}
    },
    release: (address, name) => pool.release(indexOf(cidr, address), name),
    take: (address, name) =>
      problem(pool, indexOf(cidr, address), name, {
        allocated: 'provided IP is already allocated',
        outside: `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${valid}`,
      }),
  }
}

function indexOf(cidr: Cidr, text: string): number {
  const address = parseIP(text)
  const index = address && indexOfIP(cidr, address)
  return index === undefined ? -1 : Number(index) - 1
}

function problem(
  pool: Pool,
  value: number,
  owner: string,
  words: Readonly<Record<'allocated' | 'outside', string>>,
): string | undefined {
  const why = pool.take(value, owner)
  return why && words[why]
}

function collect(all: readonly Service[]): Used {
  const addresses = new Map<string, string>()
  const ports = new Map<number, string>()
  for (const service of all) {
    const owner = ownerOf(service)
    for (const ip of service.spec.clusterIPs ?? []) if (ip !== 'None') addresses.set(ip, owner)
    for (const { nodePort } of service.spec.ports ?? []) if (nodePort) ports.set(nodePort, owner)
    if (service.spec.healthCheckNodePort) ports.set(service.spec.healthCheckNodePort, owner)
  }
  return { addresses, ports }
}
