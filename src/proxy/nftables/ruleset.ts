/** What changes with services: chains with their rules, sets, and elements of sets and maps. Compared piece by piece. */
export interface Ruleset {
  readonly chains: ReadonlyMap<string, readonly string[]>
  /** Sets besides the fixed ones, with their declaration. */
  readonly sets: ReadonlyMap<string, string>
  /** By set or map: key to value; an empty value is a set's element. */
  readonly elements: ReadonlyMap<string, ReadonlyMap<string, string>>
}

export const emptyRuleset: Ruleset = { chains: new Map(), sets: new Map(), elements: new Map() }

export const table = 'caravel'
export const maps = {
  services: 'service-ips',
  nodePorts: 'service-nodeports',
  refused: 'refused-services',
  dropped: 'dropped-services',
  refusedPorts: 'refused-nodeports',
} as const

/** Connections that must look as if they came from this node carry this mark up to postrouting. */
export const masqueradeMark = '0x4000'

/**
 * The fixed part: hooks that look the destination up in the maps. `clusterCidr`: where pods live; what comes from
 * elsewhere to a cluster IP is masqueraded, so that answers come back this way.
 */
export function fixedPart(clusterCidr: string): string {
  const dnat = [
    'ip daddr . meta l4proto . th dport vmap @service-ips',
    'fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @service-nodeports',
  ]
  const refuse = [
    'ip daddr . meta l4proto . th dport vmap @dropped-services',
    'ip daddr . meta l4proto . th dport vmap @refused-services',
    'fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @refused-nodeports',
  ]
  const chain = (name: string, rules: readonly string[], hook = '') =>
    `  chain ${name} {\n${[hook, ...rules]
      .filter(Boolean)
      .map(line => `    ${line}`)
      .join('\n')}\n  }\n`
  const map = (name: string, type: string) => `  map ${name} { type ${type} : verdict; }\n`
  const byAddress = 'ipv4_addr . inet_proto . inet_service'
  const byPort = 'inet_proto . inet_service'
  return [
    `table ip ${table} {\n`,
    map(maps.services, byAddress),
    map(maps.nodePorts, byPort),
    map(maps.refused, byAddress),
    map(maps.dropped, byAddress),
    map(maps.refusedPorts, byPort),
    chain('mark-for-masquerade', [`meta mark set meta mark | ${masqueradeMark}`]),
    chain('refuse', ['meta l4proto tcp reject with tcp reset', 'reject']),
    chain('services', dnat),
    chain('without-endpoints', refuse),
    chain('prerouting', ['jump services'], 'type nat hook prerouting priority dstnat; policy accept;'),
    chain('output', ['jump services'], 'type nat hook output priority -100; policy accept;'),
    chain(
      'postrouting',
      [
        `meta mark & ${masqueradeMark} == ${masqueradeMark} meta mark set meta mark xor ${masqueradeMark} masquerade fully-random`,
      ],
      'type nat hook postrouting priority srcnat; policy accept;',
    ),
    chain(
      'filter-input',
      ['ct state new jump without-endpoints'],
      'type filter hook input priority -110; policy accept;',
    ),
    chain(
      'filter-forward',
      ['ct state new jump without-endpoints'],
      'type filter hook forward priority -110; policy accept;',
    ),
    chain(
      'filter-output',
      ['ct state new jump without-endpoints'],
      'type filter hook output priority -110; policy accept;',
    ),
    chain('from-outside', [`ip saddr != ${clusterCidr} fib saddr type != local jump mark-for-masquerade`]),
    '}\n',
  ].join('')
}
