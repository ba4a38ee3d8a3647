import { access, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Node } from '../api/core/node/node.ts'
import { pods } from '../api/core/pod/resource.ts'
import { services } from '../api/core/service.ts'
import { backoffDelay } from '../base/backoff.ts'
import { type Clock, sleep } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import { linkedSignal } from '../base/signals.ts'
import type { Client } from '../client/client.ts'
import { createEventRecorder } from '../client/events.ts'
import { createInformers } from '../client/informer.ts'
import { parseResolvConf } from './container/dns.ts'
import { createChannel, errorText } from './cri/grpc.ts'
import { createImageStore } from './cri/images.ts'
import { createRuntime, type Runtime } from './cri/runtime.ts'
import { startEviction } from './eviction/evict.ts'
import { defaultThresholds, type Thresholds } from './eviction/signals.ts'
import { collectImages } from './images/collect.ts'
import { createImages } from './images/pull.ts'
import { readMachine } from './node/machine.ts'
import { keepNode } from './node/node.ts'
import { type NodeFacts, nodeLabels, nodeResources } from './node/status.ts'
import { createProbes } from './probes/probes.ts'
import { createCgroups } from './resources/cgroup.ts'
import { createPodCgroups } from './resources/podCgroup.ts'
import { keepLogsSmall } from './server/logs/rotate.ts'
import { type ServerTls, startServer } from './server/server.ts'
import { createStatusWriter } from './status/writer.ts'
import type { Kit } from './sync/kit.ts'
import { createPods, type PodRegistry } from './sync/pods.ts'
import { createVolumes } from './volumes/mount.ts'
import { type Mounter, systemMounter } from './volumes/mounter.ts'
import { createReferences } from './volumes/references.ts'
import { createTokens } from './volumes/tokens.ts'

export interface KubeletDeps {
  /** As `system:node:<nodeName>` in group `system:nodes`. */
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  /** The kernel's mounts; the machine's own when absent. */
  readonly mounter?: Mounter
}

export interface KubeletOptions {
  readonly nodeName: string
  /** Where pods' volumes and the kubelet's own files are; `/var/lib/kubelet` for the only node of a machine. */
  readonly rootDir: string
  /** The runtime's socket in the file system. Nothing is assumed of how the runtime was started. */
  readonly runtimeEndpoint: string
  /** Where containers' logs are; `/var/log/pods` for the only node of a machine. */
  readonly podLogsDir: string
  /** The node's part of the control groups; `/` for the only node of a machine. */
  readonly cgroupRoot: string
  /** Addresses of the node, the main one first; a second one of the other family. */
  readonly nodeIPs: readonly string[]
  /** Where the kubelet's API listens; 10250. 0 takes a free port. */
  readonly port: number
  readonly tls: ServerTls
  readonly clusterDNS: readonly string[]
  readonly clusterDomain: string
  /** 110 when absent. */
  readonly maxPods?: number
  /** Version told in the node's status: `v1.36.0`. */
  readonly version: string
  /** Given to the Node object when it is first made. */
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: NonNullable<Node['spec']['taints']>
  /** Images that came with the node: kept, and never asked of a registry, pull policy Always or not. */
  readonly preloaded?: (image: string) => boolean
  /** When pods are evicted; upstream's limits when absent, `{}` for never. */
  readonly thresholds?: Thresholds
}

export interface Kubelet {
  /** Where its API listens. */
  readonly port: number
  readonly pods: PodRegistry
  /** Resolves when everything has ended, after `stop` or the signal; rejects when a part failed. Containers go on. */
  readonly done: Promise<void>
  stop(): Promise<void>
}

const runtimeRetry = { baseMilliseconds: 20, capMilliseconds: 1000 }

/**
 * Makes this machine, or a part of it, a node: registers it, and runs the pods that are bound to it. Resolves once the
 * runtime answers and the kubelet's API listens. Takes over the containers of an earlier kubelet with the same name.
 */
export async function startKubelet(deps: KubeletDeps, options: KubeletOptions): Promise<Kubelet> {
  const { client, clock, log, mounter = systemMounter } = deps
  const stop = linkedSignal(deps.signal)
  const { signal } = stop
  const channel = createChannel(`unix://${options.runtimeEndpoint}`)
  try {
    const runtime = createRuntime(channel)
    const store = createImageStore(channel)
    await mkdir(options.rootDir, { recursive: true, mode: 0o750 })
    await mkdir(options.podLogsDir, { recursive: true, mode: 0o755 })
    const [machine, runtimeName, resolver, mounts] = await Promise.all([
      readMachine(options.rootDir),
      waitForRuntime(runtime, clock, log, signal),
      readResolver(),
      mounter.list(),
    ])
    const thresholds = options.thresholds ?? defaultThresholds
    const memory = thresholds['memory.available']
    const storage = thresholds['nodefs.available']
    const facts: NodeFacts = {
      name: options.nodeName,
      addresses: options.nodeIPs,
      port: options.port,
      maxPods: options.maxPods ?? 110,
      version: options.version,
      machine,
      memoryReserve: memory && 'amount' in memory ? memory.amount : 0,
      storageReserve: storage && 'share' in storage ? storage.share : 0,
    }
    const { allocatable } = nodeResources(facts)
    const labels = { ...options.labels, ...nodeLabels(facts) }
    const cgroups = createPodCgroups(createCgroups(mounts), options.cgroupRoot)
    await cgroups.prepare()

    const events = createEventRecorder({ client, clock, log, component: 'kubelet', host: options.nodeName })
    const informers = createInformers({ client, clock, log, signal })
    const podInformer = informers.of(pods, { fieldSelector: `spec.nodeName=${options.nodeName}` })
    const serviceInformer = informers.of(services)
    const references = createReferences({ client, clock, log, signal }, uid => registry.get(uid)?.referenceChanged())
    const tokens = createTokens(client, clock)
    const preloaded = options.preloaded ?? (() => false)
    const kit: Kit = {
      signal,
      client,
      clock,
      log,
      events,
      runtime,
      runtimeName,
      images: createImages({ store, clock, events, preloaded }),
      volumes: createVolumes(
        pod => ({
          clock,
          mounter,
          references: references.reader(pod.metadata.uid ?? ''),
          tokens,
          allocatable: () => allocatable,
        }),
        mounter,
        options.rootDir,
      ),
      mounter,
      references,
      tokens,
      cgroups,
      probes: createProbes({ runtime, clock, log, events, signal }, uid => registry.get(uid)?.wake()),
      statuses: createStatusWriter({ client, clock, log, signal }),
      settings: {
        podLogsDir: options.podLogsDir,
        clusterDNS: options.clusterDNS,
        clusterDomain: options.clusterDomain,
        hostDns: resolver,
        seccompRoot: join(options.rootDir, 'seccomp'),
        cgroupParent: pod => cgroups.pathOf(pod),
      },
      memoryCapacity: machine.memoryBytes,
      allocatable: () => allocatable,
      hostIPs: () => options.nodeIPs,
      services: () => (serviceInformer.synced ? serviceInformer.cache.list() : undefined),
    }
    // Pods may name services from the first container on.
    const ready = serviceInformer.whenSynced()
    const registry: PodRegistry = createPods({
      kit,
      channel,
      informer: podInformer,
      ready,
      capacity: () => ({ allocatable, labels }),
    })
    const server = await startServer(
      { client, clock, log, signal, runtime, pods: registry },
      { nodeName: options.nodeName, port: options.port, tls: options.tls },
    )
    const eviction = startEviction(
      {
        clock,
        log,
        signal,
        events,
        runtime,
        pods: registry,
        freeDisk: bytes => collectImages(bytes, { runtime, store, log, preloaded }),
      },
      {
        rootDir: options.rootDir,
        imageRoot: async () => (await store.filesystems())[0]?.fsId?.mountpoint,
        thresholds,
      },
    )
    const node = keepNode({
      client,
      clock,
      log,
      signal,
      events,
      runtime,
      images: store,
      facts: { ...facts, port: server.port },
      pressures: eviction.pressures,
      labels: options.labels ?? {},
      taints: options.taints ?? [],
    })
    const logs = keepLogsSmall({ clock, log, signal, runtime }, registry)
    const done = Promise.all([registry.done, server.done, eviction.done, node, logs, informers.stopped])
      .then(async () => {
        await references.stopped()
        await events.flush()
      })
      .finally(() => {
        stop.abort()
        channel.close()
      })
    // Calls that wait for a container's end would hold the end of everything up.
    signal.addEventListener('abort', () => channel.close(), { once: true })
    return {
      port: server.port,
      pods: registry,
      done,
      stop() {
        stop.abort()
        return done
      },
    }
  } catch (error) {
    stop.abort()
    channel.close()
    throw error
  }
}

/** Waits until the runtime answers; gives its name. */
async function waitForRuntime(runtime: Runtime, clock: Clock, log: Logger, signal: AbortSignal): Promise<string> {
  for (let failures = 0; ; failures++) {
    try {
      return (await runtime.version()).runtimeName
    } catch (error) {
      if (failures === 10)
        log.warn('the container runtime does not answer; waiting for it', { error: errorText(error) })
      if (!(await sleep(clock, backoffDelay(runtimeRetry, failures), signal))) throw error
    }
  }
}

/** The node's resolver configuration; the one behind systemd's stub, which pods could not reach. */
async function readResolver() {
  const behind = '/run/systemd/resolve/resolv.conf'
  const own = parseResolvConf(await readFile('/etc/resolv.conf', 'utf8').catch(() => ''))
  const stub = own.servers.length === 1 && own.servers[0] === '127.0.0.53'
  const there = await access(behind).then(
    () => true,
    () => false,
  )
  return stub && there ? parseResolvConf(await readFile(behind, 'utf8')) : own
}
