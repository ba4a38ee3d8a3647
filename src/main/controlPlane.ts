import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  apiServices,
  resources as builtin,
  configMaps,
  customResourceDefinitions,
  type Resource,
} from '../api/index.ts'
import type { UserInfo } from '../api/resource.ts'
import { admissionPlugins, type PluginSelection } from '../apiserver/admission/index.ts'
import { type Aggregator, createAggregator, type Trust } from '../apiserver/aggregator/index.ts'
import {
  type AuthenticatingDeps,
  createAuthenticating,
  impersonated,
  type TokenKeys,
} from '../apiserver/authn/index.ts'
import { createAuthorizing, type Mode } from '../apiserver/authz/index.ts'
import {
  aggregationController,
  bootstrapSteps,
  flowStatusController,
  type KubernetesService,
  keepServers,
  tokenTrackingController,
  withLivingServers,
} from '../apiserver/bootstrap/index.ts'
import type { Answer, LiveRead, PathHandler } from '../apiserver/contract.ts'
import { celChecks } from '../apiserver/crd/cel/check.ts'
import { withExpressionRules } from '../apiserver/crd/cel/definition.ts'
import { webhookConverter } from '../apiserver/crd/conversion/webhook.ts'
import { startDefinitions } from '../apiserver/crd/index.ts'
import { discoveryPaths } from '../apiserver/discovery/index.ts'
import { type HealthCheck, healthPaths } from '../apiserver/health.ts'
import { type ApiServer, createApiServer } from '../apiserver/index.ts'
import {
  type Auditor,
  admissionMeter,
  buildInfo,
  createSlis,
  metricsPath,
  profilingPaths,
  requestMeter,
  securityMeter,
  storageMetrics,
  storeMeter,
  tokenMeter,
} from '../apiserver/metrics/index.ts'
import { openapiPaths } from '../apiserver/openapi/index.ts'
import type { StoreCodec } from '../apiserver/store/codec.ts'
import type { Objects } from '../apiserver/store/objects.ts'
import { createServerLeases } from '../apiserver/store/serverLeases.ts'
import { createSubresources, type NodeDialer } from '../apiserver/subresources/index.ts'
import { versionPaths } from '../apiserver/version.ts'
import { createWebhookCaller, type WebhookCaller } from '../apiserver/webhook/caller.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Random } from '../base/random.ts'
import { createRegistry, type Registry } from '../base/registry.ts'
import { onAbort } from '../base/signals.ts'
import { createClient } from '../client/client.ts'
import { runController } from '../client/controller.ts'
import { createEventRecorder } from '../client/events.ts'
import { createInformers } from '../client/informer.ts'
import { runElected } from '../client/leaderElection.ts'
import { measured } from '../client/measured.ts'
import {
  controllers as allControllers,
  type ControllerModule,
  type ControllerOptions,
  runControllers,
} from '../controllers/index.ts'
import type { Store } from '../kv/contract.ts'
import type { Pair } from '../net/x509/index.ts'
import { runScheduler } from '../scheduler/scheduler.ts'
import { componentStatuses } from './components.ts'
import { defaultFlow, type FlowOptions, flowOf } from './flow.ts'
import { legacyTokenOf, noteUse } from './legacyTokens.ts'
import { type ServiceAllocator, servesServices, serviceAllocator } from './serviceParts.ts'

export interface ControlPlaneDeps {
  readonly store: Store
  /** How objects are written to the store; as embedded stores have them when absent. */
  readonly codec?: StoreCodec
  /** More that must be well, for /healthz and the like. */
  readonly checks?: () => readonly HealthCheck[]
  readonly clock: Clock
  readonly log: Logger
  readonly random: Random
  readonly signal: AbortSignal
  /** Where everything is measured; one of its own when absent. */
  readonly metrics?: Registry
}

export interface ControlPlaneOptions {
  readonly keys: TokenKeys
  /** Where services get their addresses from: a range, or one of each family with a comma between, the primary one first. */
  readonly serviceCidr: string
  readonly clusterCidr: string
  /** The Service `kubernetes`, and where its endpoints are. */
  readonly kubernetes: KubernetesService
  /** How the API server reaches kubelets; absent: logs, exec and the like answer that there is no way. */
  readonly dialer?: NodeDialer
  /** What the API server shows of itself to servers that it hands requests over to: asked for each connection. */
  readonly frontProxy?: () => Pair
  /** What these are told of whom they can believe. */
  readonly trust?: Trust
  readonly controllers?: ControllerOptions
  /** Those that run; all when absent. With none of them there is no controller manager. */
  readonly modules?: readonly ControllerModule[]
  /** Whether the scheduler runs. Default true. */
  readonly scheduler?: boolean
  readonly resources?: readonly Resource[]
  /** How the API server is run. */
  readonly api?: ApiOptions
  /** The store is a copy of one that was bootstrapped: that is not done again. Default false. */
  readonly bootstrapped?: boolean
}

/** How the API server is run, beyond what every cluster needs. */
export interface ApiOptions {
  /** Whether each request gets a line in the log. Default false. */
  readonly logRequests?: boolean
  /** Whether /debug/pprof is answered. Default false. */
  readonly profiling?: boolean
  /** Which admission plugins run; as by default when absent. */
  readonly admission?: PluginSelection
  /** Aborted when the server is asked to end: /readyz fails from then on, though requests are still answered. */
  readonly shuttingDown?: AbortSignal
  /** What is kept of requests; nothing when absent. */
  readonly auditor?: Auditor
  /** How much is done at once: upstream's figures when absent. */
  readonly flow?: FlowOptions
  /** Who is let in, besides who holds certificates and tokens of the cluster. */
  readonly authentication?: Omit<AuthenticatingDeps, 'clock' | 'log' | 'objects' | 'keys'>
  /** Who decides what may be done; Node and RBAC when absent. */
  readonly modes?: () => readonly Mode[]
}

/** API server, controllers and scheduler, in one process, without a listener. */
export interface ControlPlane {
  readonly server: ApiServer
  /** What is measured; `/metrics` tells it. */
  readonly metrics: Registry
  /** Resolves once bootstrap is done: what /readyz waits for. */
  readonly ready: Promise<void>
  /** Resolves when the signal aborted and everything is idle; rejects when a part failed. */
  readonly done: Promise<void>
}

/** Without a dialer there is nobody to ask: simulated nodes have no kubelet. */
export const noWay: NodeDialer = {
  kubelet: ({ node }) => Promise.reject(new Error(`node ${node} is simulated: it has no kubelet that could be asked`)),
  network: ({ host, port }) =>
    Promise.reject(new Error(`${host}:${port} cannot be reached: this cluster has no pod network`)),
}

export const everything = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] } as const
const manager = { name: 'system:kube-controller-manager', groups: ['system:authenticated'] } as const
const scheduler = { name: 'system:kube-scheduler', groups: ['system:authenticated'] } as const
const aggregation = {
  name: 'system:serviceaccount:kube-system:clusterrole-aggregation-controller',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
} as const

/** Starts a control plane over a store. Resolves once it answers requests; bootstrap goes on beside. */
export async function startControlPlane(deps: ControlPlaneDeps, options: ControlPlaneOptions): Promise<ControlPlane> {
  const { clock, log, random } = deps
  const api = options.api ?? {}
  const resources = options.resources ?? builtin
  const bootstrapped = new Map<string, boolean>()
  const metrics = deps.metrics ?? createRegistry()
  buildInfo(metrics)
  let webhooks!: WebhookCaller
  let aggregator: Aggregator | undefined
  let allocator: ServiceAllocator | undefined
  const slis = createSlis()
  const server = await createApiServer(
    { ...deps, meter: storeMeter(metrics) },
    resources.map(checked),
    (objects, catalog) => {
      const { reader } = objects
      webhooks = createWebhookCaller({ objects: reader, dialer: options.dialer ?? noWay })
      onAbort(deps.signal, webhooks.close)
      if (resources.includes(apiServices as unknown as Resource)) {
        aggregator = createAggregator({
          ...{ objects, catalog, clock, log, metrics, signal: deps.signal },
          dialer: options.dialer ?? noWay,
          ...(options.frontProxy ? { identity: options.frontProxy } : {}),
          ...(options.trust ? { trust: options.trust } : {}),
        })
      }
      if (servesServices(resources)) {
        const connect = () => server.connect(everything)
        allocator = serviceAllocator({ ...deps, metrics }, reader, connect, options.serviceCidr.split(','))
      }
      storageMetrics(metrics, objects, deps.store)
      const security = securityMeter(metrics)
      const authenticating = createAuthenticating({
        clock,
        log,
        objects: reader,
        keys: options.keys,
        meter: tokenMeter(metrics),
        security,
        legacyUsed: (namespace, secret, day) => void noteUse(server, log, namespace, secret, day),
        ...api.authentication,
      })
      const authorizing = createAuthorizing({
        objects: reader,
        meter: security,
        ...(api.modes ? { modes: api.modes } : {}),
      })
      const flow = flowOf(api.flow ?? defaultFlow, { clock, metrics, resources, objects, catalog })
      return {
        authenticate: authenticating.authenticate,
        impersonate: (request, user, info) => impersonated(request, user, info, authorizing),
        observing: {
          trail: {
            meter: requestMeter(metrics),
            log,
            logRequests: api.logRequests === true,
            ...(api.auditor ? { auditor: api.auditor } : {}),
          },
          admission: admissionMeter(metrics),
          security,
        },
        flow,
        check: (attributes, trail) => authorizing.check(attributes, trail),
        admission: admissionPlugins(
          {
            ...{ objects: reader, store: objects, clock, random, log, authorizing, webhooks, catalog, metrics },
            ...(deps.store.shared ? { live: liveRead(objects) } : {}),
          },
          api.admission,
        ),
        ...(allocator ? { reservation: allocator.reservation } : {}),
        virtual: { ...authenticating.handlers, ...authorizing.handlers },
        computed: { componentstatuses: () => componentStatuses(componentsOf(server, options)) },
        paths: [
          healthPaths({
            checked: slis.checked,
            checks: () => [
              // The store, by the name that probes and dashboards know it by.
              { name: 'etcd', ok: server.lost === undefined, live: true },
              ...(deps.checks?.() ?? []),
              ...[...bootstrapped].map(([name, done]) => ({ name: `poststarthook/${name}`, ok: done })),
              ...(aggregator ? [{ name: 'autoregister-completion', ok: bootstrapped.get(registration) === true }] : []),
              ...(api.shuttingDown ? [{ name: 'shutdown', ok: !api.shuttingDown.aborted, ready: true }] : []),
            ],
          }),
          versionPaths(),
          metricsPath(metrics),
          slis.path,
          ...(flow.debug ? [flow.debug] : []),
          ...(api.profiling ? [profilingPaths()] : []),
          ...(aggregator ? [aggregator.paths] : []),
          discoveryPaths(catalog),
          openapiPaths(catalog),
          documentPaths(
            authenticating.documents(`${options.kubernetes.addresses[0] ?? 'localhost'}:${options.kubernetes.port}`),
          ),
        ],
        subresources: verbs =>
          createSubresources({
            ...verbs,
            dialer: options.dialer ?? noWay,
            check: attributes => authorizing.check(attributes),
          }),
      }
    },
  )
  const definitions = resources.includes(customResourceDefinitions as unknown as Resource)
    ? await startDefinitions({
        server,
        compileRules: celChecks,
        converter: definition => webhookConverter(definition, webhooks),
        metrics,
        clock,
        log,
        signal: deps.signal,
      })
    : undefined
  const aggregating = aggregator?.run(server.connect)
  const ready = bootstrap(server, bootstrapped, aggregator, allocator, deps, options)
  const running = [run(server, ready, metrics, deps, options), ready.then(() => allocator?.run())]
  const done = Promise.all([...running, definitions?.done, aggregating]).then(() => {})
  return { server, metrics, ready, done }
}

const componentsOf = (server: ApiServer, { modules, scheduler }: ControlPlaneOptions) => ({
  controllers: modules?.length !== 0,
  scheduler: scheduler !== false,
  store: server.lost === undefined,
})

const liveRead =
  (objects: Objects): LiveRead =>
  async (resource, namespace, name) =>
    (await objects.get(resource as unknown as Resource, namespace, name))?.object as never

/** Definitions are also checked for the expressions in them, which the kind itself knows nothing of. */
const checked = (resource: Resource): Resource =>
  resource === (customResourceDefinitions as unknown as Resource)
    ? (withExpressionRules(customResourceDefinitions) as unknown as Resource)
    : resource

/** The issuer's OpenID documents. */
const documentPaths =
  (documents: Readonly<Record<string, () => Answer>>): PathHandler =>
  (_request, info) =>
    documents[info.path]?.()

async function bootstrap(
  server: ApiServer,
  done: Map<string, boolean>,
  aggregator: Aggregator | undefined,
  allocator: ServiceAllocator | undefined,
  { store, clock }: ControlPlaneDeps,
  options: ControlPlaneOptions,
): Promise<void> {
  const client = createClient(server.connect(everything))
  const service = store.shared
    ? await withLivingServers(createServerLeases(store), options.kubernetes)
    : options.kubernetes
  const steps = bootstrapSteps(
    { client, objects: server.reader },
    { service, clock, resources: options.resources ?? builtin, ...(allocator ? { services: allocator.steps } : {}) },
  )
  for (const step of steps.flat()) done.set(step.name, options.bootstrapped === true)
  if (aggregator) done.set(registration, false)
  const registered = aggregator?.registered.then(() => void done.set(registration, true))
  if (options.bootstrapped) return registered
  for (const rank of steps) {
    await Promise.all(
      rank.map(async step => {
        await step.run()
        done.set(step.name, true)
      }),
    )
  }
  await registered
}

/** By this name upstream's health checks know that APIServices are made. */
const registration = 'kube-apiserver-autoregistration'

async function run(
  server: ApiServer,
  ready: Promise<void>,
  metrics: Metrics,
  deps: ControlPlaneDeps,
  options: ControlPlaneOptions,
): Promise<void> {
  const { store, clock, log, random, signal } = deps
  // Controllers need their roles, which bootstrap makes; the first request need not wait for them to start.
  await ready
  await nextTurn()
  const connect = (user: UserInfo) => measured(server.connect(user), metrics, 'in-process')
  const identity = `${hostname()}_${randomUUID()}`
  /** Servers that share a store elect one that does the work; a store of one's own needs no election. */
  const elected = (name: string, user: UserInfo, lead: (signal: AbortSignal) => Promise<void>) => {
    if (!store.shared) return lead(signal)
    const client = createClient(connect(user))
    const events = createEventRecorder({ client, clock, log, component: name })
    const election = { name, namespace: 'kube-system', identity }
    return runElected({ client, clock, log, random, signal, events }, election, lead)
  }
  const informersAs = (user: UserInfo, signal: AbortSignal) => {
    const client = createClient(connect(user))
    return { client, informers: createInformers({ client, clock, log, signal }) }
  }
  const modules = options.modules ?? allControllers
  const manage = async (signal: AbortSignal) => {
    const { informers } = informersAs(manager, signal)
    await Promise.all([
      runControllers(modules, {
        connect,
        clock,
        log,
        signal,
        options: { legacyToken: legacyTokenOf(options.keys), ...options.controllers },
        metrics,
      }),
      runController(aggregationController({ client: createClient(connect(aggregation)), informers }), {
        clock,
        log,
        signal,
        metrics,
      }),
    ])
    await informers.stopped
  }
  const keepFlowStatus = async () => {
    const parts = informersAs(everything, signal)
    const controller = flowStatusController({ ...parts, clock }, options.resources ?? builtin)
    if (controller) await runController(controller, { clock, log, signal, metrics })
    await parts.informers.stopped
  }
  const trackTokens = async () => {
    const parts = informersAs(everything, signal)
    await runController(tokenTrackingController({ ...parts, clock }), { clock, log, signal, metrics })
    await parts.informers.stopped
  }
  const schedule = async (signal: AbortSignal) => {
    const parts = informersAs(scheduler, signal)
    await runScheduler({ ...parts, clock, log, random, signal })
    await parts.informers.stopped
  }
  const servers = {
    client: createClient(server.connect(everything)),
    objects: server.reader,
    leases: createServerLeases(store),
    ...{ clock, log, signal },
  }
  await Promise.all([
    keepFlowStatus(),
    (options.resources ?? builtin).includes(configMaps as unknown as Resource) ? trackTokens() : undefined,
    modules.length === 0 ? undefined : elected('kube-controller-manager', manager, manage),
    options.scheduler === false ? undefined : elected('kube-scheduler', scheduler, schedule),
    store.shared ? keepServers(servers, options.kubernetes) : undefined,
  ])
}
