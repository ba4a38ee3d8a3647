import { mkdir } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { tokenKeys } from '../apiserver/authn/index.ts'
import { celExpressions } from '../apiserver/celExpressions.ts'
import { createContent } from '../apiserver/content/index.ts'
import type { Gates } from '../apiserver/gates.ts'
import { type Listener, startListener } from '../apiserver/http/listener.ts'
import { processMetrics } from '../apiserver/metrics/index.ts'
import { createDialer, type NodeDialer } from '../apiserver/subresources/index.ts'
import { nthIP, parseCIDR } from '../base/cidr.ts'
import type { Clock } from '../base/clock.ts'
import { sleep } from '../base/clock.ts'
import { formatIP } from '../base/ip.ts'
import type { Logger } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { createRegistry } from '../base/registry.ts'
import { onAbort } from '../base/signals.ts'
import { createClient } from '../client/client.ts'
import { createInformers } from '../client/informer.ts'
import type { ControllerModule } from '../controllers/index.ts'
import { runSimulatedNodes } from '../kubelet/simulated/nodes.ts'
import { kubeconfig } from '../net/kubeconfig.ts'
import { directoryStore, openPki, type Pair, type Pki, wellKnownClients, writePrivate } from '../net/x509/index.ts'
import { ensureAgentToken } from './agentToken.ts'
import { type AuditOptions, startAudit } from './audit.ts'
import { type ApiOptions, type ControlPlane, everything, noWay, startControlPlane } from './controlPlane.ts'
import { freePort } from './freePort.ts'
import { ensureNodeAccess } from './nodeAccess.ts'
import { openSecurity, publicKeys, type SecurityOptions, type TokenOptions, tokenSettings } from './security.ts'
import { certificateSigner } from './signer.ts'
import { openStorage, type StorageOptions } from './storage.ts'
import { trustOf } from './trust.ts'

export interface ServerOptions extends StorageOptions {
  readonly dataDir: string
  readonly bindAddress: string
  readonly port: number
  readonly serviceCidr: string
  readonly clusterCidr: string
  /** Nodes without containers, for trying things out. */
  readonly simulatedNodes: number
  /** The address that agents and pods reach this server at; found out when absent. */
  readonly advertiseAddress?: string
  /** Milliseconds to go on serving after being asked to end, with /readyz failing. Default 0. */
  readonly shutdownDelay?: number
  /** Features that are not yet for everybody; as by default when absent. */
  readonly gates?: Gates
  readonly api?: Omit<ApiOptions, 'shuttingDown' | 'auditor' | 'authentication' | 'modes'>
  /** Who is let in and who may do what, beyond what every cluster has. */
  readonly security?: SecurityOptions & TokenOptions
  readonly audit?: AuditOptions
  /** Controllers that run; all when absent. */
  readonly modules?: readonly ControllerModule[]
  /** Milliseconds that generated tokens in Secrets may be unused; a year when absent. */
  readonly legacyTokenPeriod?: number
  /** Whether the scheduler runs. Default true. */
  readonly scheduler?: boolean
}

export interface ServerDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

export interface RunningServer {
  /** `https://10.0.0.5:6443`. */
  readonly url: string
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string
  /** Resolves when the signal aborted and everything is closed; rejects when a part failed. */
  readonly done: Promise<void>
}

const clusterDomain = 'cluster.local'
const issuer = `https://kubernetes.default.svc.${clusterDomain}`
const renewalEvery = 12 * 3_600_000

/** The first address of this machine that others can reach; loopback when there is none. */
export function hostAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  return all.find(each => !each.internal && each.family === 'IPv4')?.address ?? '127.0.0.1'
}

/** The nth address of the first range. */
function addressIn(ranges: string, index: number): string {
  const [range = ''] = ranges.split(',')
  const parsed = parseCIDR(range)
  const address = parsed && nthIP(parsed, index)
  if (!address)
    throw new Error(
      `--service-cidr ${range} is no range of addresses, or too small a one: use a form like 10.96.0.0/16`,
    )
  return formatIP(address)
}

/**
 * Runs a control plane with a listener. Resolves once /readyz is ok. When the signal aborts, /readyz fails first; after the
 * delay no more connections are taken, watches are ended and requests under way are waited for; then everything else ends.
 */
export async function runServer(
  options: ServerOptions,
  { clock, log, signal: asked }: ServerDeps,
): Promise<RunningServer> {
  const life = new AbortController()
  const { signal } = life
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  const advertised = options.advertiseAddress ?? (options.bindAddress === '127.0.0.1' ? '127.0.0.1' : hostAddress())
  const serviceIp = addressIn(options.serviceCidr, 1)
  const names = {
    dnsNames: ['localhost', `kubernetes.default.svc.${clusterDomain}`],
    addresses: [...new Set(['127.0.0.1', serviceIp, advertised])],
  }
  const [pki, storage] = await Promise.all([
    openPki({ files: directoryStore(join(options.dataDir, 'pki')), clock, serving: names }),
    openStorage(options, options.dataDir, { clock, log, signal }),
  ])
  const { store } = storage
  // The port stands in the endpoints of the cluster before anything listens on it.
  const port = options.port || (await freePort(options.bindAddress))
  const metrics = createRegistry()
  const audit = options.audit && startAudit(options.audit, { clock, log, metrics })
  const issuers = options.security?.serviceAccountIssuer?.length ? options.security.serviceAccountIssuer : [issuer]
  const security =
    options.security &&
    openSecurity(options.security, { clock, log, signal, ca: pki.ca.cert, issuers, expressions: celExpressions })
  const proxy = await proxyIdentity(pki)
  const plane = await startControlPlane(
    { ...storage, clock, log, random: systemRandom, signal, metrics },
    {
      api: {
        ...options.api,
        shuttingDown: asked,
        ...(audit ? { auditor: audit.auditor } : {}),
        ...(security && options.security
          ? {
              authentication: { ...security.authentication, ...tokenSettings(options.security) },
              modes: security.modes,
            }
          : {}),
      },
      keys: tokenKeys({
        issuer: issuers[0] ?? issuer,
        ...pki.serviceAccount,
        otherIssuers: issuers.slice(1),
        otherKeys: publicKeys(options.security?.serviceAccountKeyFile ?? []),
      }),
      serviceCidr: options.serviceCidr,
      clusterCidr: options.clusterCidr,
      ...(options.modules ? { modules: options.modules } : {}),
      scheduler: options.scheduler !== false,
      kubernetes: {
        clusterIP: serviceIp,
        addresses: advertised.startsWith('127.') ? [] : [advertised],
        port,
      },
      frontProxy: () => proxy.pair,
      trust: trustOf(pki, security, options.security),
      dialer: exceptSimulated(await kubeletDialer(pki), simulatedNames(options)),
      controllers: {
        rootCa: pki.ca.cert,
        signer: certificateSigner(pki.ca, clock),
        clusterCidr: options.clusterCidr,
        ...(options.legacyTokenPeriod ? { legacyTokenPeriod: options.legacyTokenPeriod } : {}),
        dnsAddress: addressIn(options.serviceCidr, 10),
      },
    },
  )
  const [serving, admin] = await Promise.all([shown(pki), pki.leaf('admin', wellKnownClients.admin)])
  const listener = await startListener(
    {
      clock,
      log,
      content: createContent({ clock }),
      handle: plane.server.handle,
      cbor: options.gates?.CBORServingAndStorage === true,
    },
    { host: options.bindAddress, port, serving, clientCa: security?.clientCa() ?? pki.ca.cert },
  )
  security?.onCaChange(() => listener.setClientCa(security.clientCa()))
  const url = `https://${options.bindAddress === '0.0.0.0' ? advertised : options.bindAddress}:${listener.port}`
  const path = join(options.dataDir, 'admin.kubeconfig')
  await Promise.all([
    writePrivate(path, kubeconfig({ server: url, ca: pki.ca.cert, cert: admin.cert, key: admin.key, name: 'caravel' })),
    plane.ready,
  ])
  const client = createClient(plane.server.connect(everything))
  await Promise.all([
    ensureAgentToken(client, pki.ca.cert, join(options.dataDir, 'agent-token')),
    ensureNodeAccess(client),
  ])
  processMetrics(metrics)
  const goingDown = shutDown(asked, life, listener, options.shutdownDelay ?? 0, { clock, log })
  const done = run(plane, listener, store.close, pki, proxy, options, { clock, log, signal }).finally(() => {
    goingDown.cancel()
    return audit?.close()
  })
  return { url, kubeconfig: path, done }
}

/** How long requests under way are waited for: none may take longer. */
const drainMilliseconds = 60_000

/** Ends serving, then `life`, once it is asked for. */
function shutDown(
  asked: AbortSignal,
  life: AbortController,
  listener: Listener,
  delay: number,
  { clock, log }: Omit<ServerDeps, 'signal'>,
): { cancel(): void } {
  const over = new AbortController()
  const cancel = onAbort(asked, () => {
    log.info('asked to end', { delay })
    void (async () => {
      if (delay > 0) await sleep(clock, delay, over.signal)
      await listener.stop(drainMilliseconds)
      life.abort(asked.reason)
    })()
  })
  return {
    cancel() {
      cancel()
      over.abort()
    },
  }
}

/** The serving certificate, and the authority with it: an agent that joins knows that one's hash and nothing else. */
async function shown(pki: Pki): Promise<Pair> {
  const { cert, key } = await pki.serving()
  return { cert: `${cert.trimEnd()}\n${pki.ca.cert}`, key }
}

async function kubeletDialer(pki: Pki): Promise<NodeDialer> {
  const { cert, key } = await pki.leaf('apiserver-kubelet-client', wellKnownClients['apiserver-kubelet-client'])
  return createDialer({ ca: pki.ca.cert, cert, key })
}

/** Nobody listens at a simulated node's address, or somebody else does. */
function exceptSimulated(dialer: NodeDialer, simulated: readonly string[]): NodeDialer {
  return {
    ...dialer,
    kubelet: (address, signal) => (simulated.includes(address.node) ? noWay : dialer).kubelet(address, signal),
  }
}

const simulatedNames = ({ simulatedNodes }: ServerOptions): string[] =>
  Array.from({ length: simulatedNodes }, (_, index) => `node-${index + 1}`)

async function run(
  plane: ControlPlane,
  listener: Listener,
  closeStore: () => Promise<void>,
  pki: Pki,
  proxy: ProxyIdentity,
  options: ServerOptions,
  deps: ServerDeps,
): Promise<void> {
  const simulated = options.simulatedNodes > 0 ? simulate(plane, simulatedNames(options), deps) : undefined
  try {
    await Promise.all([plane.done, simulated, renew(listener, pki, proxy, deps)])
  } finally {
    await listener.stop()
    await closeStore()
  }
}

/** Certificates that near their end are renewed while the server runs. */
async function renew(
  listener: Listener,
  pki: Pki,
  proxy: ProxyIdentity,
  { clock, log, signal }: ServerDeps,
): Promise<void> {
  while (await sleep(clock, renewalEvery, signal)) {
    try {
      listener.setServing(await shown(pki))
      await proxy.renew()
    } catch (error) {
      log.error('certificates could not be renewed; it is tried again in twelve hours', { error })
    }
  }
}

/** The certificate that is shown to servers which requests are handed over to. */
interface ProxyIdentity {
  readonly pair: Pair
  renew(): Promise<void>
}

async function proxyIdentity(pki: Pki): Promise<ProxyIdentity> {
  const made = () => pki.leaf('front-proxy-client', wellKnownClients['front-proxy-client'])
  let pair = await made()
  return {
    get pair() {
      return pair
    },
    async renew() {
      pair = await made()
    },
  }
}

async function simulate(
  plane: ControlPlane,
  names: readonly string[],
  { clock, log, signal }: ServerDeps,
): Promise<void> {
  const client = createClient(plane.server.connect(everything, 'kubelet'))
  const informers = createInformers({ client, clock, log, signal })
  await runSimulatedNodes({ client, informers, clock, log, signal }, { names })
  await informers.stopped
}
