import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A node's share of the pod network. */
export interface PodNetwork {
  /** The CNI network's name; it marks what belongs to this node, so it differs between nodes of one machine. */
  readonly name: string
  /** The bridge that joins the node's pods, at most 15 characters: `caravel0`. */
  readonly bridge: string
  /** The node's pod ranges, at most one per IP family: `['10.244.0.0/24']`. */
  readonly podCIDRs: readonly string[]
  /** The ranges of all pods of the cluster: traffic to them keeps the pod's address. */
  readonly clusterCIDRs: readonly string[]
  readonly mtu: number
  /** Where host-local keeps the addresses it gave out. */
  readonly addressDirectory: string
}

/**
 * The CNI configuration list of the node: a bridge with one address per pod and family, then host ports.
 * The loopback interface is brought up by the container runtime itself.
 */
export function cniConfiguration(network: PodNetwork): object {
  const everywhere = network.podCIDRs.map(range => ({ dst: range.includes(':') ? '::/0' : '0.0.0.0/0' }))
  return {
    cniVersion: '1.0.0',
    name: network.name,
    plugins: [
      {
        type: 'bridge',
        bridge: network.bridge,
        isGateway: true,
        // Masquerading is one rule of ours for all pods (masquerade.ts), not two iptables chains per pod.
        ipMasq: false,
        // A pod that reaches itself through its Service comes back on the port it left by.
        hairpinMode: true,
        mtu: network.mtu,
        ipam: {
          type: 'host-local',
          ranges: network.podCIDRs.map(subnet => [{ subnet }]),
          routes: everywhere,
          dataDir: network.addressDirectory,
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  }
}

/** Writes the configuration where the container runtime looks for it, whole or not at all. */
export async function writeCni(directory: string, network: PodNetwork): Promise<void> {
  await mkdir(directory, { recursive: true })
  const file = join(directory, '10-caravel.conflist')
  await writeFile(`${file}.new`, `${JSON.stringify(cniConfiguration(network), undefined, 2)}\n`)
  await rename(`${file}.new`, file)
}
