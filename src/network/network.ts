import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../base/log.ts'
import { bridgeCommands } from './bridge.ts'
import { type PodNetwork, writeCni } from './cni.ts'
import { dropHostPorts } from './hostPorts.ts'
import { readLinks, uplinkMtu } from './links.ts'
import { masqueradeRules, removeMasquerade } from './masquerade.ts'
import { ipBatch, type Run } from './run.ts'
import { applySysctls } from './sysctls.ts'

export interface NetworkDeps {
  /** Runs commands in the node's network namespace. */
  readonly run: Run
  readonly log: Logger
}

export interface NetworkOptions extends Omit<PodNetwork, 'mtu'> {
  /** The node's own address; pods get the MTU of the interface that has it. */
  readonly nodeIP: string
  /** Where the container runtime looks for the CNI configuration. */
  readonly configurationDirectory: string
}

/**
 * Makes the node's pod network: bridge, kernel settings, masquerading, then the CNI configuration, whose appearance
 * tells the container runtime that its network is ready. Run again it mends what is missing and leaves the rest.
 */
export async function setUpNetwork({ run, log }: NetworkDeps, options: NetworkOptions): Promise<PodNetwork> {
  checkBridgeName(options.bridge)
  const links = await readLinks(run)
  const network: PodNetwork = { ...options, mtu: uplinkMtu(links, options.nodeIP) }
  await ipBatch(run, bridgeCommands(network, links))
  await Promise.all([
    applySysctls(run, log, network.podCIDRs),
    run(['nft', '-f', '-'], { input: masqueradeRules(network) }),
  ])
  await writeCni(options.configurationDirectory, network)
  log.info('Pod network is set up', { bridge: network.bridge, podCIDRs: network.podCIDRs, mtu: network.mtu })
  return network
}

/** What identifies a pod network that is to go. */
export type NetworkTraces = Pick<PodNetwork, 'name' | 'bridge' | 'addressDirectory'>

/**
 * Removes what `setUpNetwork` and the CNI plugins made, present or not: interfaces of the bridge, the bridge, the nft
 * table, host ports, addresses given out. Pods should be gone by now; those that are not lose their network.
 */
export async function removeNetwork(run: Run, { name, bridge, addressDirectory }: NetworkTraces): Promise<void> {
  checkBridgeName(bridge)
  const links = await readLinks(run)
  const going = links.filter(link => link.name === bridge || link.master === bridge)
  // One by one, not as a batch: the kernel takes the interface of a namespace that is just ending away by itself.
  for (const link of going) {
    try {
      await run(['ip', 'link', 'del', 'dev', link.name])
    } catch (error) {
      if ((await readLinks(run)).some(({ name }) => name === link.name)) throw error
    }
  }
  await run(['nft', '-f', '-'], { input: `${removeMasquerade(bridge)}\n` })
  await dropHostPorts(run, name)
  await rm(addressDirectory, { recursive: true, force: true })
  await dropResults(name)
}

/** Where the CNI library keeps what each plugin answered, whoever calls it: `<network>-<sandbox>-<interface>`. */
const results = '/var/lib/cni/results'

/** Forgets the answers for this network's sandboxes, those for their loopback interface too. */
async function dropResults(network: string): Promise<void> {
  const files = await readdir(results).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const ours = files.filter(file => file.startsWith(`${network}-`))
  const sandboxes = ours.map(file => file.slice(network.length + 1, file.lastIndexOf('-')))
  for (const file of [...ours, ...sandboxes.map(sandbox => `cni-loopback-${sandbox}-lo`)])
    await rm(join(results, file), { force: true })
}

/** The name becomes that of an nft table and part of command lines. */
function checkBridgeName(bridge: string): void {
  if (!/^[a-z][a-z0-9]{0,14}$/.test(bridge))
    throw new Error(
      `bridge name ${JSON.stringify(bridge)}: use at most 15 lower-case letters and digits, a letter first`,
    )
}
