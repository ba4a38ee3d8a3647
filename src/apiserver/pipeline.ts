import { badRequest, unauthorized } from '../api/meta/statusError.ts'
import type { ActionSubresource, UserInfo } from '../api/resource.ts'
import type { Impersonated } from './authn/impersonationModes.ts'
import type { VirtualHandlers } from './authn/virtual.ts'
import { readBody } from './content/body.ts'
import type { Answer, PathHandler, RequestInfo, ServerRequest } from './contract.ts'
import type { Flow } from './flow/index.ts'
import { type RequestTrail, removedIn, type SecurityMeter } from './metrics/index.ts'
import type { Routes } from './routes.ts'
import { checkCustomRoute, checkRoute, isNowhere, isReadOnly, notAllowed, nothingHere } from './routing.ts'
import { admissionRequest } from './verbs/admission.ts'
import { checkKind, writeQuery } from './verbs/body.ts'
import { type ComputedKinds, computed } from './verbs/computed.ts'
import { create } from './verbs/create.ts'
import { remove, removeCollection } from './verbs/delete.ts'
import { patch } from './verbs/patch.ts'
import { get, list } from './verbs/read.ts'
import type { Call, Served, VerbDeps } from './verbs/scope.ts'
import { update } from './verbs/update.ts'
import { watch } from './verbs/watch.ts'

export interface PipelineDeps extends VerbDeps {
  readonly routes: Routes
  /** Who asks; undefined: nobody known. */
  authenticate(request: ServerRequest): Promise<UserInfo | undefined>
  /** Who the request is carried out as, where that is somebody else. Throws Forbidden. */
  impersonate?(request: ServerRequest, user: UserInfo, info: RequestInfo): Promise<Impersonated> | undefined
  /** Who has to wait when there is much to do. */
  readonly flow?: Flow
  readonly security?: SecurityMeter
  /** Throws Forbidden. */
  authorize(user: UserInfo, info: RequestInfo, request: ServerRequest): Promise<void>
  /** Discovery, OpenAPI, health, version: asked in order. */
  readonly paths: readonly PathHandler[]
  /** Kinds and subresources that are answered, not stored. */
  readonly virtual: VirtualHandlers
  /** Kinds that are made when somebody asks for them. */
  readonly computed?: ComputedKinds
  /** Subresources that are no views of the object. */
  subresource(call: Call): Promise<Answer>
}

type Verb = (deps: VerbDeps, call: Call) => Promise<Answer>
const verbs: Readonly<Record<string, Verb>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
}

/**
 * The path of a request, top to bottom. Each step may end it with a StatusError:
 *   who asks             authenticate        401
 *   as whom              impersonate         403
 *   whose turn it is     flow                429
 *   whether they may     authorize           403
 *   what answers         route               404, 405
 *   the answer           a path, a subresource, a kind that is not stored, or a verb
 */
export async function handle(
  deps: PipelineDeps,
  request: ServerRequest,
  info: RequestInfo,
  trail: RequestTrail | undefined,
): Promise<Answer> {
  if (isTorn(request.target)) return badTarget
  const user = await whoAsks(deps, request, info, trail)
  const seat = deps.flow?.enter(request, info, user)
  const leave = seat instanceof Promise ? await seat : seat
  try {
    await deps.authorize(user, info, request)
    const served = info.isResource ? deps.routes.find(info) : undefined
    if (!served) return await path(deps, request, user, info)
    if (trail) trail.served = served
    const call = { served, info, request, user }
    if (!served.resource.custom) checkRoute(call)
    else if (isNowhere(call)) return pageNotFound
    else checkCustomRoute(call)
    checkSegment(info)
    warnOfAge(served, request)
    return await route(deps, call)
  } finally {
    leave?.()
  }
}

/** Who the request is carried out as: whoever asks, or who he may be in his place. */
async function whoAsks(
  deps: PipelineDeps,
  request: ServerRequest,
  info: RequestInfo,
  trail: RequestTrail | undefined,
): Promise<UserInfo> {
  const user = request.connectedAs ?? (await authenticated(deps, request, trail))
  if (trail) {
    trail.user = user
    const kept = trail.authenticated()
    if (kept) await kept
  }
  const as = deps.impersonate?.(request, user, info)
  if (!as) return user
  const other = await as
  trail?.impersonates(other.user, other.constraint)
  return other.user
}

async function authenticated(
  deps: PipelineDeps,
  request: ServerRequest,
  trail: RequestTrail | undefined,
): Promise<UserInfo> {
  const begun = performance.now()
  const told = (result: 'success' | 'failure') =>
    deps.security?.authenticated(result, (performance.now() - begun) / 1000)
  try {
    const user = await deps.authenticate(request)
    if (!user) throw unauthorized()
    told('success')
    deps.security?.admitted(user.name)
    return user
  } catch (error) {
    told('failure')
    await trail?.authenticated()
    throw error
  }
}

/** What is no kind: discovery and the like. Nothing there is a 404 in upstream's words. */
async function path(deps: PipelineDeps, request: ServerRequest, user: UserInfo, info: RequestInfo): Promise<Answer> {
  const group = groupIn(info.path)
  // Upstream's router knows the groups that are built in.
  const isRouted = group === '' || deps.routes.hasGroup(group)
  for (const handler of deps.paths) {
    const answer = await handler(request, info, user)
    if (answer && isRouted && request.method !== 'GET' && isReadOnly(info.path)) throw notAllowed()
    if (answer) return answer
  }
  if (/^\/api(?:\/|$)/.test(info.path) || (group !== '' && isRouted)) throw nothingHere()
  return pageNotFound
}

const groupIn = (path: string): string => /^\/apis\/([^/]+)/.exec(path)?.[1] ?? ''

/** Whether a path has an escape that is none: upstream's listener refuses it before anybody is asked for. */
const isTorn = (target: string): boolean => /^[^?]*%(?![0-9A-Fa-f]{2})/.test(target)

const badTarget: Answer = {
  form: 'text',
  status: 400,
  contentType: 'text/plain; charset=utf-8',
  body: '400 Bad Request',
}

/** Where nobody has anything, upstream's plain server answers. */
const pageNotFound: Answer = {
  form: 'text',
  status: 404,
  contentType: 'text/plain; charset=utf-8',
  body: '404 page not found\n',
  headers: { 'x-content-type-options': 'nosniff' },
}

/** Names that are none in a path: upstream's `IsValidPathSegmentName`. */
function checkSegment({ name }: RequestInfo): void {
  const why = name === '.' || name === '..' ? `may not be '${name}'` : name.includes('%') ? "may not contain '%'" : ''
  if (why) throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: ${why}`)
}

function warnOfAge({ resource, version }: Served, request: ServerRequest): void {
  const words = version ? version.deprecation : resource.deprecation
  if (!words) return
  request.warnings.push(words)
  request.trail?.annotate('k8s.io/deprecated', 'true')
  const release = removedIn(words)
  if (release) request.trail?.annotate('k8s.io/removed-release', release)
}

async function route(deps: PipelineDeps, call: Call): Promise<Answer> {
  const { served, info } = call
  const { resource } = served
  if (info.subresource !== '') return subresource(deps, call)
  const made = deps.computed?.[resource.qualified]
  if (made) {
    if (!resource.verbs?.includes(info.verb) && info.verb !== 'watch') throw notAllowed()
    return computed(made, call)
  }
  if (resource.virtual) return virtual(deps, call, resource.qualified)
  const verb = verbs[info.verb]
  if (!verb || !(resource.verbs ?? Object.keys(verbs)).includes(info.verb) || !hasPlace(call)) throw notAllowed()
  return verb(deps, call)
}

/** Verbs on collections, and whether an object's name stands in the path of others. */
const ofCollections = new Set(['list', 'watch', 'create', 'deletecollection'])

/** Whether the path is one that the verb works on: a collection or an object, in a namespace where the kind has them. */
function hasPlace({ served, info }: Call): boolean {
  const { verb, namespace } = info
  const everywhere = verb === 'list' || verb === 'watch'
  if (served.resource.namespaced && namespace === '' && !everywhere) return false
  if (everywhere) return true
  return ofCollections.has(verb) === (info.name === '')
}

function subresource(deps: PipelineDeps, call: Call): Promise<Answer> {
  const { served, info } = call
  const { subresource: name } = info
  const found = served.version?.subresources?.[name] ?? served.resource.subresources?.[name]
  if (!found) throw nothingHere()
  if (found.form === 'view') {
    const allowed: readonly string[] = found.verbs ?? ['get', 'patch', 'update']
    const verb = verbs[info.verb]
    if (!verb || !allowed.includes(info.verb)) throw notAllowed()
    return verb(deps, call)
  }
  const handled = `${served.resource.qualified}/${info.subresource}`
  return deps.virtual[handled] ? virtual(deps, call, handled, found as ActionSubresource) : deps.subresource(call)
}

/** Answers a kind that is not stored: reviews, tokens. */
async function virtual(deps: PipelineDeps, call: Call, id: string, action?: ActionSubresource): Promise<Answer> {
  const { served, info, request, user } = call
  const handler = deps.virtual[id]
  if (!handler) return deps.subresource(call)
  if (info.verb !== 'create') throw notAllowed()
  const kind = action?.kind ?? served.kind
  const type = action?.type ?? served.resource.type
  const apiVersion = action
    ? [action.group ?? served.resource.group, action.version ?? served.resource.version].filter(Boolean).join('/')
    : served.apiVersion
  const { dryRun, validation } = writeQuery(request, 'CreateOptions')
  const expected = { apiVersion, kind }
  const body = await readBody(request, expected)
  checkKind(body, expected)
  const object = body.decode(type, validation, text => void request.warnings.push(text))
  const admitted = admissionRequest(
    call,
    'CREATE',
    object as never,
    undefined,
    dryRun,
    action ? { body: { apiVersion, kind, type } } : {},
  )
  await deps.admission.mutate(admitted)
  await deps.admission.validate(admitted)
  const answer = await handler(
    {
      user,
      namespace: info.namespace,
      name: info.name,
      warn: text => void request.warnings.push(text),
      annotate: (key, value) => request.trail?.annotate(key, value),
    },
    object,
  )
  return { form: 'object', status: 201, type, apiVersion, kind, object: { ...(answer as object), apiVersion, kind } }
}
