import { nthIP, parseCIDR } from '../base/cidr.ts'
import { formatIP } from '../base/ip.ts'
import type { PodNetwork } from './cni.ts'
import type { Link } from './links.ts'

/** The node's address on its pod bridge: the first of the range, and the pods' gateway. `10.244.0.1/24`. */
export function gatewayOf(podCIDR: string): string {
  const range = parseCIDR(podCIDR)
  const first = range && nthIP(range, 1)
  if (!first) throw new Error(`pod range ${JSON.stringify(podCIDR)} is no CIDR with room for a gateway`)
  return `${formatIP(first)}/${range.prefix}`
}

/**
 * A hardware address that stays: without one of its own a bridge takes its ports' lowest and changes it when pods
 * come and go, and neighbours keep sending to the old one. Made of the range, in the locally administered space.
 */
export function bridgeAddress(podCIDR: string): string {
  const range = parseCIDR(podCIDR)
  if (!range) throw new Error(`pod range ${JSON.stringify(podCIDR)} is no CIDR`)
  const low = Number((range.network.bits >> BigInt(range.family === 4 ? 0 : 64)) & 0xffff_ffffn) + 1
  const bytes = [0x0a, 0x58, low >>> 24, (low >>> 16) & 255, (low >>> 8) & 255, low & 255]
  return bytes.map(byte => byte.toString(16).padStart(2, '0')).join(':')
}

/** The `ip` commands that take the bridge from how it is to how it should be; none when it is. */
export function bridgeCommands(network: PodNetwork, links: readonly Link[]): string[] {
  const { bridge, mtu } = network
  const address = bridgeAddress(network.podCIDRs[0] ?? '')
  const wanted = network.podCIDRs.map(gatewayOf)
  const now = links.find(link => link.name === bridge)
  const commands: string[] = []
  if (!now) commands.push(`link add name ${bridge} address ${address} mtu ${mtu} type bridge`)
  else if (now.address !== address || now.mtu !== mtu)
    commands.push(`link set dev ${bridge} address ${address} mtu ${mtu}`)
  for (const at of now?.addresses ?? [])
    if (!wanted.includes(at) && !at.startsWith('fe80:')) commands.push(`address del ${at} dev ${bridge}`)
  for (const at of wanted)
    if (!now?.addresses.includes(at))
      commands.push(`address add ${at} dev ${bridge}${at.includes(':') ? ' nodad' : ''}`)
  if (!now?.up) commands.push(`link set dev ${bridge} up`)
  return commands
}
