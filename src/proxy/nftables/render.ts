import { fnv1a32 } from '../../base/hash.ts'
import type { ServiceRule, Target } from '../model.ts'
import { maps, type Ruleset } from './ruleset.ts'

/** A chain or set name: readable, and told apart by a hash where it had to be cut. nft allows 127 characters. */
function named(kind: string, id: string): string {
  const hash = fnv1a32(id).toString(36)
  return `${kind}-${hash}-${id}`.slice(0, 120)
}

/** What the data plane holds for all services. Pure: the same rules give the same ruleset. */
export function render(rules: readonly ServiceRule[]): Ruleset {
  const chains = new Map<string, readonly string[]>()
  const sets = new Map<string, string>()
  const elements = new Map<string, Map<string, string>>(
    Object.values(maps).map(name => [name, new Map<string, string>()]),
  )
  const put = (map: string, key: string, verdict: string) => elements.get(map)?.set(key, verdict)

  for (const rule of rules) {
    const internal = spread(rule, 'service', rule.internal, [])
    const external = rule.keepsSource ? spread(rule, 'external', rule.external, []) : undefined
    for (const chain of [internal, external]) for (const [name, lines] of chain?.chains ?? []) chains.set(name, lines)
    for (const chain of [internal, external])
      for (const [name, declaration] of chain?.sets ?? []) sets.set(name, declaration)

    for (const ip of rule.clusterIps) {
      const key = `${ip} . ${rule.protocol} . ${rule.port}`
      if (internal.entry)
        put(maps.services, key, `goto ${entryFor(chains, rule, 'cluster', internal.entry, ['jump from-outside'])}`)
      else if (rule.hasEndpoints) put(maps.dropped, key, 'drop')
      else put(maps.refused, key, 'goto refuse')
    }
    const outside = rule.keepsSource ? external?.entry : internal.entry
    const fromOutside =
      outside &&
      (rule.keepsSource
        ? entryFor(chains, rule, 'local', outside, shortcut(internal.entry))
        : entryFor(chains, rule, 'node', outside, ['jump mark-for-masquerade']))
    for (const ip of rule.externalIps) {
      const key = `${ip} . ${rule.protocol} . ${rule.port}`
      if (fromOutside) put(maps.services, key, `goto ${fromOutside}`)
      else put(rule.hasEndpoints ? maps.dropped : maps.refused, key, rule.hasEndpoints ? 'drop' : 'goto refuse')
    }
    if (rule.nodePort !== undefined) {
      const key = `${rule.protocol} . ${rule.nodePort}`
      if (fromOutside) put(maps.nodePorts, key, `goto ${fromOutside}`)
      else put(maps.refusedPorts, key, rule.hasEndpoints ? 'drop' : 'goto refuse')
    }
  }
  return { chains, sets, elements }
}

/** Under a Local policy traffic of this node's own processes still reaches every endpoint. */
const shortcut = (internal: string | undefined): string[] =>
  internal ? [`fib saddr type local jump mark-for-masquerade`, `fib saddr type local goto ${internal}`] : []

function entryFor(
  chains: Map<string, readonly string[]>,
  rule: ServiceRule,
  kind: string,
  next: string,
  first: readonly string[],
): string {
  const name = named(kind, rule.id)
  chains.set(name, [...first, `goto ${next}`])
  return name
}

interface Spread {
  readonly entry: string | undefined
  readonly chains: ReadonlyMap<string, readonly string[]>
  readonly sets: ReadonlyMap<string, string>
}

/** A chain that picks one of the targets by chance, with a chain a target; clients with affinity go where they went. */
function spread(rule: ServiceRule, kind: string, targets: readonly Target[], first: readonly string[]): Spread {
  const chains = new Map<string, readonly string[]>()
  const sets = new Map<string, string>()
  if (targets.length === 0) return { entry: undefined, chains, sets }
  const back: string[] = []
  const picks = targets.map(target => {
    const id = `${rule.id}/${target.ip}/${target.port}`
    const name = named(kind === 'service' ? 'endpoint' : 'local-endpoint', id)
    const remember: string[] = []
    if (rule.affinity !== undefined) {
      const set = named('affinity', id)
      sets.set(set, `{ type ipv4_addr; flags dynamic,timeout; timeout ${rule.affinity}s; }`)
      remember.push(`update @${set} { ip saddr }`)
      back.push(`ip saddr @${set} goto ${name}`)
    }
    // A pod that reaches itself through its service must not see its own address as the client's.
    chains.set(name, [
      `ip saddr ${target.ip} jump mark-for-masquerade`,
      ...remember,
      `meta l4proto ${rule.protocol} dnat to ${target.ip}:${target.port}`,
    ])
    return name
  })
  const entry = named(kind, rule.id)
  const pick =
    picks.length === 1
      ? `goto ${picks[0]}`
      : `numgen random mod ${picks.length} vmap { ${picks.map((name, index) => `${index} : goto ${name}`).join(', ')} }`
  chains.set(entry, [...first, ...back, pick])
  return { entry, chains, sets }
}
