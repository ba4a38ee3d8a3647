import type { Run } from './run.ts'

/** A network interface, as far as the network cares. */
export interface Link {
  readonly name: string
  readonly mtu: number
  /** The bridge it is a port of. */
  readonly master?: string
  /** The hardware address, in lower case. */
  readonly address?: string
  readonly up: boolean
  /** Its IP addresses with their prefix length, as `10.0.0.1/24`. */
  readonly addresses: readonly string[]
}

interface RawLink {
  ifname?: string
  mtu?: number
  master?: string
  address?: string
  flags?: string[]
  addr_info?: { local?: string; prefixlen?: number }[]
}

/** Reads what `ip -json address show` prints. */
export function parseLinks(text: string): Link[] {
  const raw = JSON.parse(text || '[]') as RawLink[]
  return raw
    .filter(link => link.ifname !== undefined)
    .map(link => ({
      name: link.ifname ?? '',
      mtu: link.mtu ?? 1500,
      master: link.master,
      address: link.address,
      up: link.flags?.includes('UP') ?? false,
      addresses: (link.addr_info ?? []).filter(at => at.local).map(at => `${at.local}/${at.prefixlen}`),
    }))
}

/** All interfaces of the namespace. */
export async function readLinks(run: Run): Promise<Link[]> {
  return parseLinks(await run(['ip', '-json', 'address', 'show']))
}

/**
 * The MTU that pods get: that of the interface which has the node's address, so that no packet to another node is
 * too big for the way there. 1500 when no interface has it, or only loopback, which leads nowhere.
 */
export function uplinkMtu(links: readonly Link[], nodeIP: string): number {
  return links.find(link => link.name !== 'lo' && link.addresses.some(at => at.split('/')[0] === nodeIP))?.mtu ?? 1500
}
