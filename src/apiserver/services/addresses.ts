import type { IPFamily } from '../../api/core/service/shape.ts'
import { ipAddresses, serviceCIDRs } from '../../api/index.ts'
import { is } from '../../api/meta/statusError.ts'
import { canServe, isReadyRange, rangesOf, serviceAddress } from '../../api/networking/serviceRanges.ts'
import { formatIP, parseLegacyIP } from '../../base/ip.ts'
import type { Logger } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import type { Client } from '../../client/client.ts'
import type { ObjectReader } from '../contract.ts'
import type { AddressMeter, Scope } from './meters.ts'
import { type AddressRange, addressesIn, addressRange } from './ranges.ts'

/** The service that gets an address. */
export interface Owner {
  readonly namespace: string
  readonly name: string
}

/** An address that was given, or why none was, in upstream's words; `full`: there is none left. */
export type Given =
  | { readonly address: string; readonly why?: undefined }
  | { readonly address?: undefined; readonly why: string; readonly full: boolean }

/**
 * Addresses for services, out of all ServiceCIDRs that are ready. An address is had by whoever made the IPAddress of its
 * name: servers that share a store need no other lock.
 */
export interface Addresses {
  /** Takes this one, which must be an address. */
  take(address: string, owner: Owner, dryRun: boolean): Promise<Given>
  /** Any one. A dry run is told an address that nobody gets. */
  next(family: IPFamily, owner: Owner, dryRun: boolean): Promise<Given>
  /** Gives back what the owner has. What can't be given back now is found by the repair. */
  release(addresses: readonly string[], owner: Owner): Promise<void>
}

export interface AddressesDeps {
  readonly objects: ObjectReader
  /** With every right. */
  readonly client: () => Client
  readonly random: Random
  readonly log: Logger
  readonly meter: AddressMeter
}

const full: Given = { why: 'range is full', full: true }
const refusal = (why: string): Given => ({ why, full: false })
const taken = 'provided IP is already allocated'

/**
 * The service that every API server makes at its start, all alike and maybe at the same moment. Whichever made its
 * address, they all have it, and none gives it back: one that ends in between must not keep the next from starting.
 */
const isServers = ({ namespace, name }: Owner) => namespace === 'default' && name === 'kubernetes'

export function createAddresses(deps: AddressesDeps): Addresses {
  const { objects, random, log, meter } = deps
  let read: { readonly version: number; readonly ranges: readonly AddressRange[] } | undefined
  /** Those of all ServiceCIDRs that may be used, each once. */
  const ranges = () => {
    const version = objects.version(serviceCIDRs)
    if (read?.version !== version) {
      const all = objects.list(serviceCIDRs).filter(isReadyRange).flatMap(rangesOf).map(addressRange)
      read = { version, ranges: [...new Map(all.map(range => [range.text, range])).values()] }
    }
    return read.ranges
  }
  const isOf = async (name: string, owner: Owner) => {
    const { parentRef } = (await deps.client().of(ipAddresses).get(name)).spec
    return (
      parentRef?.resource === 'services' && parentRef.namespace === owner.namespace && parentRef.name === owner.name
    )
  }
  /** Why it could not be had. */
  const create = async (name: string, { text }: AddressRange, owner: Owner, scope: Scope, since: number) => {
    try {
      await deps.client().of(ipAddresses).create(serviceAddress(name, owner))
    } catch (error) {
      const exists = is(error, 'AlreadyExists')
      if (exists && isServers(owner) && (await isOf(name, owner))) return undefined
      meter.refused(text, scope)
      return exists ? taken : (error as Error).message
    }
    meter.given(text, scope, (performance.now() - since) / 1000)
    return undefined
  }
  const search = async (range: AddressRange, owner: Owner): Promise<Given> => {
    const since = performance.now()
    for (const band of range.bands) {
      for (const address of addressesIn(range, band, random)) {
        if (objects.get(ipAddresses, undefined, address)) continue
        const why = await create(address, range, owner, 'dynamic', since)
        if (why === undefined) return { address }
        // Another server, or another request, was faster.
        if (why !== taken) return refusal(why)
      }
    }
    meter.refused(range.text, 'dynamic')
    return full
  }
  return {
    async take(address, owner, dryRun) {
      const parsed = parseLegacyIP(address)
      if (!parsed) return refusal(`failed to parse service IP ${JSON.stringify(address)}`)
      const range = ranges().find(({ cidr }) => canServe(cidr, parsed))
      const [first] = ranges()
      // A dry run asks one range, whichever.
      if (!range && dryRun && first)
        return refusal(
          `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${first.text}`,
        )
      if (!range) return refusal('the provided network does not match the current range')
      if (dryRun) return { address }
      const why = await create(formatIP(parsed), range, owner, 'static', performance.now())
      return why === undefined ? { address } : refusal(why)
    },
    async next(family, owner, dryRun) {
      const own = ranges().filter(({ cidr }) => cidr.family === (family === 'IPv4' ? 4 : 6))
      const [first] = own
      if (dryRun) return first ? { address: formatIP(first.cidr.network) } : refusal('allocator not ready')
      for (const range of own) {
        const given = await search(range, owner)
        if (given.address !== undefined || !given.full) return given
      }
      return full
    },
    async release(addresses, owner) {
      const gone = async (text: string) => {
        const parsed = parseLegacyIP(text)
        const name = parsed ? formatIP(parsed) : text
        const ref = objects.get(ipAddresses, undefined, name)?.spec.parentRef
        if (ref && (ref.namespace !== owner.namespace || ref.name !== owner.name)) return
        try {
          await deps.client().of(ipAddresses).delete(name)
        } catch (error) {
          if (!is(error, 'NotFound'))
            log.warn('an address was not given back; the repair will', { address: name, ...owner, error })
        }
      }
      if (!isServers(owner)) await Promise.all(addresses.map(gone))
    },
  }
}
