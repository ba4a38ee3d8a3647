import { services } from '../api/core/service.ts'
import { endpointSlices } from '../api/discovery/endpointSlice.ts'
import type { Clock } from '../base/clock.ts'
import { sleep } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import { aborted } from '../base/signals.ts'
import type { Informers } from '../client/informer.ts'
import { rulesOf, type ServiceRule, slicesByService } from './model.ts'
import { diff } from './nftables/diff.ts'
import { render } from './nftables/render.ts'
import { emptyRuleset, fixedPart, table } from './nftables/ruleset.ts'

/** The edge of the proxy: what reaches the kernel. */
export interface PacketFilter {
  /** Runs nft commands as one transaction. Rejects with nft's own words; then nothing of it was applied. */
  apply(commands: string): Promise<void>
  /** Forgets connections of a UDP service whose endpoint is gone, so that the next packet is placed anew. */
  forgetUdp(address: string, port: number, endpoint: string): Promise<void>
}

export interface ProxyDeps {
  readonly informers: Informers
  readonly filter: PacketFilter
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

export interface ProxyOptions {
  readonly nodeName: string
  readonly clusterCidr: string
}

/** Changes that come together are applied together. */
const gather = 20

/**
 * Carries out Services on this node until the signal aborts. Rules change in transactions that hold only what changed;
 * connections that exist are not touched. The rules stay when it ends, so that a restart interrupts nobody:
 * `removeRules` takes them away.
 */
export async function runProxy(deps: ProxyDeps, { nodeName, clusterCidr }: ProxyOptions): Promise<void> {
  const { informers, filter, clock, log, signal } = deps
  const serviceInformer = informers.of(services)
  const sliceInformer = informers.of(endpointSlices)
  try {
    await Promise.all([serviceInformer.whenSynced(), sliceInformer.whenSynced()])
  } catch (error) {
    if (signal.aborted) return
    throw error
  }
  let current = emptyRuleset
  let rules: ServiceRule[] = []
  let dirty = Promise.withResolvers<void>()
  const wake = () => dirty.resolve()
  const offs = [
    serviceInformer.on({ added: wake, changed: wake, removed: wake }),
    sliceInformer.on({ added: wake, changed: wake, removed: wake }),
  ]

  const desired = (): ServiceRule[] => {
    const slices = slicesByService(sliceInformer.cache.list())
    return serviceInformer.cache
      .list()
      .flatMap(service =>
        rulesOf(service, slices.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? [], nodeName),
      )
      .sort((a, b) => a.id.localeCompare(b.id))
  }
  /** Whatever was there, the first transaction begins with an empty table of our own. */
  let fresh = true
  const sync = async () => {
    const next = desired()
    const ruleset = render(next)
    const commands = fresh ? `${empty}${fixedPart(clusterCidr)}${diff(emptyRuleset, ruleset)}` : diff(current, ruleset)
    if (commands) await filter.apply(commands)
    const before = rules
    fresh = false
    current = ruleset
    rules = next
    for (const { address, port, endpoint } of staleUdp(before, next)) await filter.forgetUdp(address, port, endpoint)
  }

  let failures = 0
  while (!signal.aborted) {
    dirty = Promise.withResolvers<void>()
    try {
      await sync()
      failures = 0
    } catch (error) {
      log.error('service rules were not applied; they will be written anew', { error })
      await sleep(clock, Math.min(30_000, 1000 * 2 ** failures++), signal)
      fresh = true
      continue
    }
    await Promise.race([dirty.promise, aborted(signal)])
    await sleep(clock, gather, signal)
  }
  for (const off of offs) off()
}

/** Takes all rules away. */
export const removeRules = (filter: PacketFilter): Promise<void> => filter.apply(empty)

const empty = `add table ip ${table}\ndelete table ip ${table}\n`

/** Endpoints of UDP services that are no longer there: a UDP "connection" would go on to them for ever. */
function staleUdp(
  before: readonly ServiceRule[],
  after: readonly ServiceRule[],
): { address: string; port: number; endpoint: string }[] {
  const now = new Map(after.map(rule => [rule.id, rule]))
  return before
    .filter(rule => rule.protocol === 'udp')
    .flatMap(rule => {
      const kept = new Set(now.get(rule.id)?.internal.map(target => target.ip))
      const gone = rule.internal.filter(target => !kept.has(target.ip))
      return gone.flatMap(target => rule.clusterIps.map(address => ({ address, port: rule.port, endpoint: target.ip })))
    })
}
