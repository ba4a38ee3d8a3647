import { existsSync } from 'node:fs'
import { nodeAddress, nodeReady } from '../../api/core/node/readiness.ts'
import { podReady, podTerminal } from '../../api/core/pod/readiness.ts'
import { nodes, pods } from '../../api/index.ts'
import { administratorClient, clusterFiles, dataDirectory, readAdministrator } from '../cluster.ts'
import type { Carry } from '../commandLine.ts'
import { nodePaths, runningContainerd } from '../host/index.ts'
import { version } from '../program.ts'
import { type Part, runningParts } from '../supervised.ts'

/** What `caravel status -o json` prints. */
export interface ClusterStatus {
  readonly version: string
  readonly dataDir: string
  /** Process ids; null for what does not run. */
  readonly processes: {
    readonly server: number | null
    readonly agent: number | null
    readonly containerd: number | null
  }
  readonly api: { readonly url: string | null; readonly ready: boolean; readonly error?: string }
  readonly nodes: readonly { readonly name: string; readonly ready: boolean; readonly address: string | null }[]
  readonly pods: { readonly ready: number; readonly total: number }
}

/** Ends with 0 when the control plane is ready, else with 1. */
export const status: Carry<'status'> = async options => {
  const seen = await readStatus(dataDirectory(options.dataDir))
  process.stdout.write(options.output === 'json' ? `${JSON.stringify(seen, undefined, 2)}\n` : describeStatus(seen))
  return seen.api.ready ? 0 : 1
}

async function readStatus(dataDir: string): Promise<ClusterStatus> {
  const running = await runningParts(dataDir)
  const pidOf = (part: Part) => running.find(each => each.part === part && !each.supervisor)?.pid ?? null
  const containerd = existsSync('/proc/self') ? await runningContainerd(nodePaths(dataDir)) : undefined
  const processes = { server: pidOf('server'), agent: pidOf('agent'), containerd: containerd?.pid ?? null }
  return { version: version(), dataDir, processes, ...(await readCluster(dataDir)) }
}

async function readCluster(dataDir: string): Promise<Pick<ClusterStatus, 'api' | 'nodes' | 'pods'>> {
  const nothing = { nodes: [], pods: { ready: 0, total: 0 } }
  const administrator = await readAdministrator(clusterFiles(dataDir).kubeconfig)
  if (!administrator) return { api: { url: null, ready: false }, ...nothing }
  const url = administrator.server
  const client = administratorClient(administrator)
  try {
    await client.transport.request({ method: 'GET', path: '/readyz', signal: AbortSignal.timeout(5_000) })
    const [allNodes, allPods] = await Promise.all([client.of(nodes).list(), client.of(pods).list()])
    const living = allPods.items.filter(pod => !podTerminal(pod))
    return {
      api: { url, ready: true },
      nodes: allNodes.items.map(node => ({
        name: node.metadata.name ?? '',
        ready: nodeReady(node),
        address: nodeAddress(node, 'InternalIP') ?? null,
      })),
      pods: { ready: living.filter(podReady).length, total: living.length },
    }
  } catch (error) {
    return { api: { url, ready: false, error: (error as Error).message }, ...nothing }
  } finally {
    await client.transport.close()
  }
}

/** The same for a person. */
export function describeStatus({ dataDir, processes, api, nodes, pods }: ClusterStatus): string {
  const of = (pid: number | null) => (pid === null ? 'does not run' : `runs (process ${pid})`)
  return [
    `data         ${dataDir}`,
    `server       ${of(processes.server)}`,
    `agent        ${of(processes.agent)}`,
    `containerd   ${of(processes.containerd)}`,
    `API          ${api.url ?? 'no address yet'}${api.ready ? ', ready' : ', not ready'}${api.error ? `: ${api.error}` : ''}`,
    ...nodes.map(
      ({ name, ready, address }) =>
        `node         ${name}, ${ready ? 'ready' : 'not ready'}${address ? `, ${address}` : ''}`,
    ),
    ...(api.ready ? [`pods         ${pods.ready} of ${pods.total} ready`] : []),
    '',
  ].join('\n')
}
