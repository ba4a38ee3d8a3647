import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { nodes } from '../api/core/node/resource.ts'
import { resources as builtin, type Resource } from '../api/index.ts'
import type { UserInfo } from '../api/resource.ts'
import { tokenKeys } from '../apiserver/authn/index.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { type Logger, silent } from '../base/log.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { type Client, createClient } from '../client/client.ts'
import { createInformers } from '../client/informer.ts'
import type { Transport } from '../client/transport.ts'
import type { ControllerModule } from '../controllers/index.ts'
import { runSimulatedNodes } from '../kubelet/simulated/nodes.ts'
import type { ForkableStore } from '../kv/contract.ts'
import { openMemoryStore } from '../kv/memory/store.ts'
import { type ApiOptions, type ControlPlane, everything, startControlPlane } from '../main/controlPlane.ts'
import { makeCa, type Pair } from '../net/x509/index.ts'
import { openLoopback } from './loopback.ts'

export interface ClusterOptions {
  /** Simulated nodes that run pods without containers. Default 1. */
  readonly nodes?: number
  /** Default: the machine's. With `createVirtualClock` time stands still until it is moved by hand. */
  readonly clock?: Clock
  readonly log?: Logger
  readonly random?: Random
  /** Controllers to run; all by default, none for a bare API server. */
  readonly controllers?: readonly ControllerModule[]
  /** Whether pods are given nodes. Default true. */
  readonly scheduler?: boolean
  /** Kinds to serve; all by default. */
  readonly resources?: readonly Resource[]
  /** How the API server is run: audit, authentication, flow and the like; as by default when absent. */
  readonly api?: ApiOptions
}

/** A cluster inside this process: a real API server, controllers and scheduler, on a store in memory. */
export interface Cluster {
  /** With every right. Requests pass authorization, admission and validation like any other. */
  readonly client: Client
  readonly clock: Clock
  /** A way in as somebody else. */
  connect(user: UserInfo): Transport
  /** A kubeconfig, as YAML, for kubectl and other programs: the first call opens a listener on loopback. */
  kubeconfig(): Promise<string>
  /** Another cluster with the same objects; from here on they share nothing. */
  fork(): Promise<Cluster>
  /** Back to the state in which the cluster was started. */
  reset(): Promise<void>
  /** Ends everything; resolves when nothing is left. */
  stop(): Promise<void>
}

const serviceCidr = '10.96.0.0/16'
const issuer = 'https://kubernetes.default.svc.cluster.local'

/** One life of a control plane over a store: what `reset` ends and begins anew. */
interface Life {
  readonly plane: ControlPlane
  readonly store: ForkableStore
  readonly controller: AbortController
  readonly ended: Promise<void>
  readonly loopback: () => Promise<{ kubeconfig: string; stop(): Promise<void> }>
  readonly listening: () => boolean
}

/** Starts a cluster; resolves once it serves requests and is bootstrapped. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const clock = options.clock ?? systemClock
  const store = openMemoryStore({ clock })
  const keys = await makeKeys(clock)
  const life = await begin(store, options, keys)
  await life.plane.ready
  return cluster(life, store.fork(), options, keys)
}

/** What a cluster keeps through forks and resets: its signing key, and the authority that clients trust. */
interface Keys {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly ca: Pair
}

const lifetime = 10 * 365 * 24 * 3_600_000

async function makeKeys(clock: Clock): Promise<Keys> {
  const now = clock.now()
  const ca = await makeCa({ subject: { commonName: 'kubernetes' }, notBefore: now - 60_000, notAfter: now + lifetime })
  return { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), ca }
}

async function begin(store: ForkableStore, options: ClusterOptions, keys: Keys, bootstrapped = false): Promise<Life> {
  const clock = options.clock ?? systemClock
  const log = options.log ?? silent
  const controller = new AbortController()
  const { signal } = controller
  const count = options.nodes ?? 1
  const plane = await startControlPlane(
    { store, clock, log, random: options.random ?? systemRandom, signal },
    {
      keys: tokenKeys({ issuer, privateKey: keys.privateKey, publicKey: keys.publicKey }),
      controllers: { rootCa: keys.ca.cert },
      serviceCidr,
      clusterCidr: '10.128.0.0/9',
      kubernetes: { clusterIP: '10.96.0.1', addresses: [], port: 6443 },
      resources: options.resources ?? builtin,
      ...(options.api ? { api: options.api } : {}),
      ...(options.controllers ? { modules: options.controllers } : {}),
      scheduler: options.scheduler ?? true,
      bootstrapped,
    },
  )
  const ended = Promise.all([plane.done, count > 0 ? simulate(plane, count, { clock, log, signal }) : undefined]).then(
    () => {},
  )
  // Whoever stops the cluster is told; until then a failure must not end the test process.
  ended.catch(error => log.error('a part of the cluster failed', { error }))
  let loopback: Promise<{ kubeconfig: string; stop(): Promise<void> }> | undefined
  return {
    plane,
    store,
    controller,
    ended,
    listening: () => loopback !== undefined,
    loopback() {
      loopback ??= openLoopback({ handle: plane.server.handle, clock, log, ca: keys.ca })
      return loopback
    },
  }
}

async function simulate(
  plane: ControlPlane,
  count: number,
  { clock, log, signal }: { clock: Clock; log: Logger; signal: AbortSignal },
): Promise<void> {
  await plane.ready
  const client = createClient(plane.server.connect(everything, 'kubelet'))
  const informers = createInformers({ client, clock, log, signal })
  const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`)
  const missing = names.filter(name => !plane.server.reader.get(nodes, undefined, name))
  await runSimulatedNodes({ client, informers, clock, log, signal }, { names, register: missing })
  await informers.stopped
}

async function end(life: Life): Promise<void> {
  life.controller.abort()
  if (life.listening()) await (await life.loopback()).stop()
  await life.ended
  await life.store.close()
}

function cluster(first: Life, pristine: ForkableStore, options: ClusterOptions, keys: Keys): Cluster {
  let life = first
  let ending: Promise<unknown> = Promise.resolve()
  /** Follows `reset`: what was connected before goes on with the new life. */
  const through = (user: UserInfo, program?: string): Transport => ({
    request: request => life.plane.server.connect(user, program).request(request),
    watch: (request, onEvent) => life.plane.server.connect(user, program).watch(request, onEvent),
    close: () => Promise.resolve(),
  })
  return {
    client: createClient(through(everything, 'caravel')),
    clock: options.clock ?? systemClock,
    connect: user => through(user),
    kubeconfig: async () => (await life.loopback()).kubeconfig,
    async fork() {
      const store = life.store.fork()
      return cluster(await begin(store, options, keys, true), store.fork(), options, keys)
    },
    async reset() {
      const before = life
      life = await begin(pristine.fork(), options, keys, true)
      // Nobody waits for what is past, but `stop` does.
      ending = Promise.all([ending, end(before)])
      ending.catch(() => {})
    },
    async stop() {
      await Promise.all([ending, end(life)])
      await pristine.close()
    },
  }
}
