import { internalError, StatusError } from '../api/meta/statusError.ts'
import type { Resource, UserInfo } from '../api/resource.ts'
import type { Clock } from '../base/clock.ts'
import { sleep } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { Transport } from '../client/transport.ts'
import type { Store } from '../kv/contract.ts'
import { createAdmission } from './admit.ts'
import type { Impersonated } from './authn/impersonationModes.ts'
import type { VirtualHandlers } from './authn/virtual.ts'
import { type Catalog, createCatalog } from './catalog.ts'
import { connect } from './connect.ts'
import type {
  AdmissionPlugin,
  Answer,
  AuthorizationAttributes,
  ObjectReader,
  PathHandler,
  RequestInfo,
  Reservation,
  ServerRequest,
  Trail,
} from './contract.ts'
import type { Flow } from './flow/index.ts'
import {
  type AdmissionMeter,
  RequestTrail,
  type SecurityMeter,
  type StoreMeter,
  type TrailDeps,
} from './metrics/index.ts'
import { handle, type PipelineDeps } from './pipeline.ts'
import { requestInfo } from './requestInfo.ts'
import type { StoreCodec } from './store/codec.ts'
import { createObjects, type Objects } from './store/objects.ts'
import type { ComputedKinds } from './verbs/computed.ts'
import type { Call, VerbDeps } from './verbs/scope.ts'

export interface ApiServerDeps {
  readonly store: Store
  /** How objects are written to the store; in the form of embedded stores when absent. */
  readonly codec?: StoreCodec
  readonly clock: Clock
  readonly log: Logger
  readonly random: Random
  /** Ends watches and background work. */
  readonly signal: AbortSignal
  /** Measures what the store is asked for. */
  readonly meter?: StoreMeter
}

/** The parts that need the server's own objects are made with them. */
export interface ApiServerParts {
  authenticate(request: ServerRequest): Promise<UserInfo | undefined>
  /** Who a request is carried out as. Throws Forbidden. */
  impersonate?(request: ServerRequest, user: UserInfo, info: RequestInfo): Promise<Impersonated> | undefined
  /** Throws Forbidden unless allowed. `trail` learns why. */
  check(attributes: AuthorizationAttributes, trail?: Trail): Promise<void>
  readonly flow?: Flow
  readonly observing?: Observing
  readonly admission: readonly AdmissionPlugin[]
  /** What objects of some kinds have to themselves. */
  readonly reservation?: Reservation
  readonly paths: readonly PathHandler[]
  readonly virtual: VirtualHandlers
  readonly computed?: ComputedKinds
  subresources(deps: VerbDeps): (call: Call) => Promise<Answer>
}

/** What is told of requests, and to whom. */
export interface Observing {
  readonly trail: TrailDeps
  readonly admission: AdmissionMeter
  readonly security: SecurityMeter
}

/** An API server without a listener: `http/` puts one before `handle`, components in process use `connect`. */
export interface ApiServer {
  readonly objects: Objects
  readonly reader: ObjectReader
  /** What is served, and may be added to. */
  readonly catalog: Catalog
  /** Rejects with a StatusError. */
  handle(request: ServerRequest): Promise<Answer>
  /** A way in for components of this process: authenticated by holding the server, authorized like anybody. */
  connect(user: UserInfo, program?: string): Transport
  /** Why the server can't answer truthfully any more; undefined while it can. */
  readonly lost: Error | undefined
}

const compactEvery = 300_000

/** Opens the caches and makes the server, which begins with these kinds. `parts` is called once reads are possible. */
export async function createApiServer(
  deps: ApiServerDeps,
  resources: readonly Resource[],
  parts: (objects: Objects, catalog: Catalog) => ApiServerParts,
): Promise<ApiServer> {
  const { store, clock, log, random, signal } = deps
  let lost: Error | undefined
  const objects = createObjects({ ...deps, onLost: error => (lost = error) })
  await objects.load(resources.filter(resource => !resource.virtual))
  const catalog = createCatalog(resources)
  catalog.onChange(({ removed }) => {
    for (const resource of removed) objects.drop(resource)
  })
  const made = parts(objects, catalog)
  const verbDeps: VerbDeps = {
    objects,
    admission: createAdmission(made.admission, made.observing?.admission),
    clock,
    random,
    routes: catalog,
    ...(made.reservation ? { reservation: made.reservation } : {}),
  }
  const pipeline: PipelineDeps = {
    ...verbDeps,
    routes: catalog,
    paths: made.paths,
    virtual: made.virtual,
    ...(made.computed ? { computed: made.computed } : {}),
    authenticate: request => made.authenticate(request),
    ...(made.impersonate ? { impersonate: made.impersonate } : {}),
    ...(made.flow ? { flow: made.flow } : {}),
    ...(made.observing ? { security: made.observing.security } : {}),
    authorize: (user, info, request) => made.check(attributesOf(request, info, user), request.trail),
    subresource: made.subresources(verbDeps),
  }
  const observing = made.observing?.trail
  const answer = async (request: ServerRequest): Promise<Answer> => {
    const info = requestInfo(request.method, request.target, request.query)
    const trail = observing && new RequestTrail(observing, catalog, request, info)
    if (trail) request.trail = trail
    try {
      const given = await handle(pipeline, request, info, trail)
      if (trail) trail.answer = given
      return given
    } catch (error) {
      if (error instanceof StatusError) {
        if (trail) trail.failure = error.body
        throw error
      }
      if (request.signal.aborted) throw error
      const { method, target } = request
      log.error('a request failed inside the server', {
        method,
        target,
        error,
        ...(trail ? { auditId: trail.id } : {}),
      })
      const told = internalError(error)
      if (trail) {
        trail.failure = told.body
        trail.panicked = true
      }
      throw told
    }
  }
  void compactNowAndThen(store, objects, clock, log, signal)
  return {
    objects,
    reader: objects.reader,
    catalog,
    handle: answer,
    connect: (user, program) => connect(answer, user, signal, program),
    get lost() {
      return lost ?? store.trouble
    },
  }
}

/** Selectors narrow what lists, watches and deletions of many are about. */
function attributesOf(request: ServerRequest, info: RequestInfo, user: UserInfo): AuthorizationAttributes {
  if (!request.target.includes('Selector=')) return { user, ...info }
  const fieldSelector = request.query.get('fieldSelector') ?? ''
  const labelSelector = request.query.get('labelSelector') ?? ''
  return { user, ...info, fieldSelector, labelSelector }
}

/** Every five minutes history older than five minutes is given up, as upstream does. */
async function compactNowAndThen(
  store: Store,
  objects: Objects,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let before = objects.newest
  while (await sleep(clock, compactEvery, signal)) {
    try {
      await (store.compactInTurn ?? store.compact)(before)
    } catch (error) {
      log.warn('compaction failed; it is tried again in five minutes', { error })
    }
    before = objects.newest
  }
}
