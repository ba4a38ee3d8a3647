import { existsSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { silent } from '../base/log.ts'
import { kernelFilter } from '../proxy/nftables/kernel.ts'
import { removeRules } from '../proxy/proxy.ts'
import { clusterFiles, readAdministrator } from './cluster.ts'
import { cleanUp, nodePaths } from './host/index.ts'
import { changeKubeconfig, fileOfContext, kubeconfigFiles, withoutEntries } from './kubeconfigFile.ts'
import { bridgeName } from './node/bridge.ts'
import { endParts, otherAgentRuns } from './supervised.ts'

/** What containers of a node may take to end once they are asked, beside all else; then they are forced. */
const grace = 10_000

/**
 * Ends what runs of the data directory's cluster and removes what it has on the machine: processes, mounts, namespaces,
 * control groups, the bridge and packet filter tables. Also after a `kill -9` of everything. What is stored stays.
 * Resolves with whether anything had been running.
 */
export async function bringDown(dataDir: string): Promise<boolean> {
  const ended = await endParts(dataDir, grace)
  const paths = nodePaths(dataDir)
  const leftBehind = existsSync(paths.run)
  const hadNode = leftBehind || existsSync(paths.containerd.root)
  if (hadNode && process.platform === 'linux') {
    await cleanUp({ log: silent }, { paths, bridge: bridgeName(paths) })
    // One table carries out the Services of whichever cluster has this network namespace.
    if (!(await otherAgentRuns(dataDir))) await removeRules(kernelFilter())
  }
  return ended.length > 0 || leftBehind
}

/** What a cluster stores in its data directory; nothing else there is ever removed. */
const stored = [
  'store',
  'pki',
  'admin.kubeconfig',
  'agent-token',
  'logs',
  'containerd',
  'containerd.log',
  'containerd.log.1',
]
const storedByNode = ['certs.d', 'images', 'kubelet', 'agent', 'pods']

/** Removes what is stored, and the context from the user's kubeconfig. Only after `bringDown`. */
export async function purge(dataDir: string, kubeconfig: string | undefined): Promise<void> {
  const administrator = await readAdministrator(clusterFiles(dataDir).kubeconfig)
  if (administrator) {
    const { cluster, context, user } = administrator.entries
    const names = { cluster: cluster.name, context: context.name, user: user.name }
    const file = kubeconfig ?? (await fileOfContext(kubeconfigFiles(process.env), context.name))
    if (existsSync(file)) await changeKubeconfig(file, text => withoutEntries(text, names))
  }
  for (const name of [...stored, ...storedByNode]) await rm(join(dataDir, name), { recursive: true, force: true })
  await rmdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error
  })
}
