import type { PodNetwork } from './cni.ts'

const multicast = { ip: '224.0.0.0/4', ip6: 'ff00::/8' } as const

/**
 * The nft transaction after which pods that talk to the world outside the cluster do so with the node's address, and
 * pods that talk to pods with their own. The table is named after the bridge, and replaced as a whole.
 */
export function masqueradeRules(network: PodNetwork): string {
  const rules = network.podCIDRs.map(range => {
    const family = range.includes(':') ? 'ip6' : 'ip'
    const kept = [
      range,
      ...network.clusterCIDRs.filter(cidr => cidr.includes(':') === (family === 'ip6')),
      multicast[family],
    ]
    const outside = [...new Set(kept)].map(cidr => `${family} daddr != ${cidr}`).join(' ')
    return `    ${family} saddr ${range} ${outside} masquerade fully-random`
  })
  return `${removeMasquerade(network.bridge)}
table inet ${network.bridge} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
${rules.join('\n')}
  }
}
`
}

/** The nft transaction that removes the table, present or not: only a table that exists can be deleted. */
export function removeMasquerade(bridge: string): string {
  return `table inet ${bridge} {}\ndelete table inet ${bridge}`
}
