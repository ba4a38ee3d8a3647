import { join } from 'node:path'
import { apiVersion } from '../apiserver/version.ts'
import { type Clock, sleep } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import { linkedSignal } from '../base/signals.ts'
import { createClient } from '../client/client.ts'
import { httpsTransport } from '../client/https.ts'
import { createInformers } from '../client/informer.ts'
import { startKubelet } from '../kubelet/start.ts'
import { kernelFilter } from '../proxy/nftables/kernel.ts'
import { runProxy } from '../proxy/proxy.ts'
import { type Containerd, createRun, importImages, type NodePaths, nodePaths, startContainerd } from './host/index.ts'
import { type NodeCertificates, obtainCertificates } from './node/certificates.ts'
import { clusterDnsAddress, clusterDomain, runNodeDns } from './node/dns.ts'
import { importedImages } from './node/images.ts'
import { runNodeNetwork } from './node/network.ts'
import { findTrust } from './node/trust.ts'

export interface AgentOptions {
  /** `https://10.0.0.5:6443`. */
  readonly server: string
  /** What to join with, or the file that holds it. */
  readonly token?: string
  readonly tokenFile?: string
  /** The authority the server is verified against; found by the token's hash when absent. */
  readonly caFile?: string
  readonly nodeName: string
  readonly nodeIP: string
  readonly clusterCidr: string
  /** Absolute. */
  readonly dataDir: string
  /** The network namespace the node lives in, as a path; this process's own when absent. */
  readonly netns?: string
}

export interface AgentDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

const sandboxImage = 'registry.k8s.io/pause:3.10'
const kubeletPort = 10250

/**
 * Runs this machine as a node until the signal aborts: containerd, kubelet, pod network, service proxy and DNS. The
 * containers and containerd go on after it; the next agent takes them over and restarts none.
 */
export async function runAgent(options: AgentOptions, deps: AgentDeps): Promise<void> {
  const { log, signal } = deps
  const paths = nodePaths(options.dataDir)
  const failing = linkedSignal(signal)
  const inner = { ...deps, signal: failing.signal }
  const starting = Promise.all([startRuntime(paths, options, inner), identify(paths, options, inner)])
  try {
    let [runtime, identity] = await starting
    while (!signal.aborted) {
      await runSession(runtime, identity, paths, options, inner)
      if (signal.aborted) break
      log.info('Certificates of the node are renewed')
      identity = await identify(paths, options, inner)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    failing.abort()
    const [runtime] = await Promise.allSettled([starting.then(([runtime]) => runtime)])
    if (runtime.status === 'fulfilled') await runtime.value.containerd.ended
  }
}

interface NodeRuntime {
  readonly containerd: Containerd
  /** Whether an image came with the node. */
  readonly preloaded: (image: string) => boolean
}

async function startRuntime(
  paths: NodePaths,
  { netns }: AgentOptions,
  { log, signal }: AgentDeps,
): Promise<NodeRuntime> {
  const containerd = await startContainerd({ paths, netns, sandboxImage, log, signal })
  const imported = await importImages(
    { run: createRun(), log },
    {
      directory: paths.images,
      socket: containerd.socket,
      snapshotter: containerd.snapshotter,
      record: join(paths.containerd.root, 'imported.json'),
    },
  )
  return { containerd, preloaded: importedImages(imported.flatMap(({ images }) => images)) }
}

interface Identity {
  readonly ca: string
  readonly certificates: NodeCertificates
}

async function identify(paths: NodePaths, options: AgentOptions, deps: AgentDeps): Promise<Identity> {
  const { server, nodeName } = options
  const { ca, token } = await findTrust(options, deps)
  const directory = join(paths.dataDir, 'agent')
  return { ca, certificates: await obtainCertificates({ server, ca, token, nodeName, directory }, deps) }
}

/** Runs the parts of the node with one set of certificates: until it is time to renew them, or the signal aborts. */
async function runSession(
  { containerd, preloaded }: NodeRuntime,
  { ca, certificates }: Identity,
  paths: NodePaths,
  options: AgentOptions,
  { clock, log, signal }: AgentDeps,
): Promise<void> {
  const { server, nodeName, nodeIP, clusterCidr, netns } = options
  const session = linkedSignal(signal)
  const transport = httpsTransport({ server, ca, ...certificates.client, userAgent: 'kubelet/caravel' })
  const client = createClient(transport)
  const informers = createInformers({ client, clock, log, signal: session.signal })
  const inner = { clock, log, informers, signal: session.signal }
  const kubelet = async () => {
    const clusterDns = await clusterDnsAddress(informers, session.signal)
    const started = await startKubelet(
      { client, clock, log, signal: session.signal },
      {
        nodeName,
        rootDir: paths.kubelet,
        runtimeEndpoint: containerd.socket,
        podLogsDir: join(paths.dataDir, 'pods'),
        cgroupRoot: paths.cgroupParent,
        nodeIPs: [nodeIP],
        port: kubeletPort,
        tls: { ...certificates.serving, clientCa: ca },
        clusterDNS: [clusterDns],
        clusterDomain,
        version: apiVersion.git,
        preloaded,
      },
    )
    await Promise.all([started.done, runNodeDns(inner, { address: nodeIP, clusterDns })])
  }
  const parts = [
    kubelet(),
    runNodeNetwork({ ...inner, run: createRun(netns) }, { paths, nodeName, nodeIP, clusterCidr }),
    runProxy({ ...inner, filter: kernelFilter(netns) }, { nodeName, clusterCidr }),
    sleep(clock, Math.max(0, certificates.renewAt - clock.now()), session.signal).then(() => session.abort()),
  ]
  try {
    await Promise.all(parts)
  } catch (error) {
    if (!session.signal.aborted) throw error
  } finally {
    session.abort()
    await Promise.allSettled(parts)
    await informers.stopped
    await transport.close()
  }
}
