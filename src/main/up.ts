import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onAbort } from '../base/signals.ts'
import type { Client } from '../client/client.ts'
import { machineAddress } from './address.ts'
import { type Administrator, administratorClient, clusterFiles, readAdministrator } from './cluster.ts'
import { bringDown } from './down.ts'
import { nodePaths, runningContainerd } from './host/index.ts'
import { type ImageSource, provideImages } from './images.ts'
import { changeKubeconfig, fileOfContext, kubeconfigFiles, mergeKubeconfig } from './kubeconfigFile.ts'
import { whatIsMissing, whyNoContainers } from './machine.ts'
import type { Progress } from './progress.ts'
import { nodeIsReady, nodesAreReady } from './readiness.ts'
import { endedSince, logFile, logLength, type Part, runningParts, startPart } from './supervised.ts'

export interface UpOptions {
  /** Absolute. */
  readonly dataDir: string
  readonly apiPort: number
  /** The kubeconfig that gets the context; found as kubectl does when absent. */
  readonly kubeconfig?: string
}

/** A cluster that is up. */
export interface UpCluster {
  readonly client: Client
  readonly server: string
  /** The kubeconfig with the context `caravel`. */
  readonly kubeconfig: string
  /** Why its nodes run no containers; undefined when they do. */
  readonly simulated: string | undefined
  readonly images: ImageSource | undefined
  /** No container runs since before: milliseconds since the epoch, 0 when those of earlier were taken over. */
  readonly containersSince: number
  /** False when all of it ran before. */
  readonly started: boolean
}

const simulatedNodes = 3
const patience = 120_000

/** The node's name that follows from the machine's. */
export const nodeNameOf = (host: string = hostname()): string =>
  host
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '') || 'node'

/**
 * Starts what is missing of the cluster, all at once, and resolves when the control plane and the nodes are ready. When
 * a part does not come up, what was started here is ended again and the error says what that part said last.
 */
export async function bringUp(options: UpOptions, progress: Progress, signal: AbortSignal): Promise<UpCluster> {
  const simulated = whyNoContainers()
  const missing = simulated ? undefined : whatIsMissing()
  if (missing) throw new Error(missing)
  if (simulated)
    progress.note(
      `Real containers cannot run here (${simulated}), so the nodes are simulated: pods go through their life without any.`,
    )
  const { dataDir } = options
  const wanted: readonly Part[] = simulated ? ['server'] : ['server', 'agent']
  const running = new Set((await runningParts(dataDir)).map(({ part }) => part))
  const starting = wanted.filter(part => !running.has(part))
  const watched = new AbortController()
  const giveUp = AbortSignal.any([signal, AbortSignal.timeout(patience), watched.signal])
  let up: Promise<UpCluster> | undefined
  try {
    const failed = await Promise.all(starting.map(part => failure(dataDir, part, watched.signal)))
    up = start(options, starting, simulated, progress, giveUp)
    up.catch(() => {})
    return await Promise.race([up, ...failed.map(each => each.promise)])
  } catch (cause) {
    const late = giveUp.aborted && !signal.aborted
    const error = late
      ? new Error(`gave up after ${patience / 1000} s; the logs are in ${join(dataDir, 'logs')}`, { cause })
      : cause
    watched.abort(error)
    // What is being started must not begin after all has been ended.
    await up?.catch(() => {})
    if (running.size === 0) await bringDown(dataDir)
    throw error
  } finally {
    watched.abort()
  }
}

async function start(
  options: UpOptions,
  starting: readonly Part[],
  simulated: string | undefined,
  progress: Progress,
  signal: AbortSignal,
): Promise<UpCluster> {
  const { dataDir, apiPort } = options
  const files = clusterFiles(dataDir)
  progress.now('starting the control plane')
  const began = Date.now()
  const adopted = process.platform === 'linux' && (await runningContainerd(nodePaths(dataDir))) !== undefined
  if (starting.includes('server')) {
    const nodes = simulated ? ['--bind-address', '127.0.0.1', '--simulated-nodes', String(simulatedNodes)] : []
    await startPart(dataDir, 'server', ['--port', String(apiPort), ...nodes])
  }
  const startAgent = async () => {
    const images = await provideImages(dataDir, signal, text => progress.now(text))
    signal.throwIfAborted()
    await startPart(dataDir, 'agent', [
      ...['--server', `https://127.0.0.1:${apiPort}`, '--token-file', files.agentToken, '--ca-file', files.ca],
      ...['--node-name', nodeNameOf(), '--node-ip', machineAddress()],
    ])
    return images
  }
  const agent = starting.includes('agent') ? startAgent() : undefined
  agent?.catch(() => {})
  const { administrator, client } = await untilReady(files.kubeconfig, signal).catch(async error => {
    await agent?.catch(() => {})
    throw error
  })
  try {
    const kubeconfig = await merge(administrator, options.kubeconfig)
    progress.done(`The control plane is ready at ${administrator.server}`)
    const images = await agent
    progress.now('starting the node')
    const tell = (text: string) => progress.now(text)
    if (simulated) {
      await nodesAreReady(client, simulatedNodes, signal, tell)
      progress.done(`${simulatedNodes} simulated nodes are ready`)
    } else {
      await nodeIsReady(client, { name: nodeNameOf(), since: starting.includes('agent') ? began : 0 }, signal, tell)
      progress.done(`Node ${nodeNameOf()} is ready to run containers`)
    }
    const { server } = administrator
    const started = starting.length > 0
    return { client, server, kubeconfig, simulated, images, started, containersSince: adopted || simulated ? 0 : began }
  } catch (error) {
    await Promise.allSettled([agent, client.transport.close()])
    throw error
  }
}

/** Waits for the server to be ready, by the kubeconfig that it writes as it starts. */
async function untilReady(
  kubeconfig: string,
  signal: AbortSignal,
): Promise<{ administrator: Administrator; client: Client }> {
  for (let last: unknown; ; await sleep(10)) {
    if (signal.aborted) throw new Error('the control plane is not ready', { cause: last ?? signal.reason })
    const administrator = await readAdministrator(kubeconfig)
    if (!administrator) continue
    const client = administratorClient(administrator)
    try {
      await client.transport.request({ method: 'GET', path: '/readyz', signal })
      return { administrator, client }
    } catch (error) {
      last = error
      await client.transport.close()
    }
  }
}

/** Puts the context `caravel` into the user's kubeconfig; resolves with its file. */
async function merge({ server, entries }: Administrator, given: string | undefined): Promise<string> {
  const file = given ?? (await fileOfContext(kubeconfigFiles(process.env), entries.context.name))
  // From this machine the cluster is at home, whatever network the machine is in today.
  const local = new URL(server)
  local.hostname = '127.0.0.1'
  const { cluster } = entries
  const own = { ...cluster, cluster: { ...cluster.cluster, server: local.href.replace(/\/$/, '') } }
  await changeKubeconfig(file, text => mergeKubeconfig(text, { ...entries, cluster: own }))
  return file
}

/** Rejects when the part, about to be started, ends; it is looked for in its log. */
async function failure(dataDir: string, part: Part, signal: AbortSignal): Promise<{ promise: Promise<never> }> {
  const log = logFile(dataDir, part)
  const from = await logLength(log)
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {})
  const timer = setInterval(async () => {
    const said = await endedSince(log, from)
    if (said !== undefined && !signal.aborted)
      reject(new Error(`the ${part} does not come up; its log ${log} ends with:\n${said}`))
  }, 100)
  onAbort(signal, () => clearInterval(timer))
  return { promise }
}
