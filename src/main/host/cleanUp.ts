import { rm } from 'node:fs/promises'
import type { Logger } from '../../base/log.ts'
import { removeNetwork } from '../../network/index.ts'
import { readBundles } from './bundles.ts'
import { removeCgroups } from './cgroups.ts'
import { unmountBelow } from './mounts.ts'
import type { NodePaths } from './paths.ts'
import { endProcesses, findProcesses } from './processes.ts'
import { createRun } from './run.ts'

export interface CleanUpDeps {
  readonly log: Logger
}

/**
 * Ends the node's containerd and all its containers, whoever started them and however they were left, and removes
 * their mounts, network namespaces, control groups and sockets. Images, volumes' files and logs stay. Works after a
 * `kill -9` of everything, and again when it was interrupted; rejects when something cannot be removed.
 */
export async function removeContainers({ log }: CleanUpDeps, paths: NodePaths): Promise<void> {
  const containerd = await findProcesses(args => args.includes(paths.containerd.configuration))
  await endProcesses(containerd, 5_000)
  // Nobody starts containers any more; what they left is written down until their shims are gone.
  const bundles = await readBundles(paths)
  const shims = await findProcesses(args => args[args.indexOf('-address') + 1] === paths.socket)
  await endProcesses(shims, 0)
  await removeCgroups([...bundles.flatMap(({ cgroup }) => cgroup ?? []), paths.cgroupParent])
  await unmountBelow(createRun(), [paths.containerd.state, paths.containerd.root, paths.kubelet])
  for (const { shimSocket } of bundles) if (shimSocket) await rm(shimSocket, { force: true })
  await rm(paths.run, { recursive: true, force: true })
  log.info('Removed containerd and its containers', { containers: bundles.length })
}

export interface CleanUpOptions {
  readonly paths: NodePaths
  /** The bridge of the node's pods. */
  readonly bridge: string
  /** The node's network namespace, as a path; this process's own when absent. */
  readonly netns?: string
}

/** `removeContainers`, then the node's pod network: what `caravel down` does. */
export async function cleanUp(deps: CleanUpDeps, { paths, bridge, netns }: CleanUpOptions): Promise<void> {
  await removeContainers(deps, paths)
  await removeNetwork(createRun(netns), {
    name: paths.cni.network,
    bridge,
    addressDirectory: paths.cni.addresses,
  })
}
