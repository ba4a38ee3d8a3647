import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { badRequest, failure } from '../../api/meta/statusError.ts'
import { DecodeError, fromJson } from '../../schema/codec/json.ts'
import {
  type Applied,
  applied,
  ConflictError,
  type FieldSet,
  has,
  isEmpty,
  type Managers,
  shapeOf,
  type Told,
  wrongWith,
} from '../../schema/merge/apply/index.ts'
import { isPlainObject, type PlainObject } from '../../schema/merge/plain.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Call, VerbDeps } from '../verbs/scope.ts'
import { toStorage, typeOf } from '../verbs/version.ts'
import { applyConflict } from './conflict.ts'
import { idOf, type Managed, managedEntries, nobody, readManaged } from './entries.ts'
import { appliedBefore, keepLastApplied, kubectl } from './lastApplied.ts'
import { noted, stripped, viewIn } from './track.ts'
import { nothing, told, versionsOf } from './versions.ts'

/** What a server-side apply is made with. */
export interface Apply {
  readonly manager: string
  readonly force: boolean
  /** What is applied: plain data of the version of the request. */
  readonly config: PlainObject
}

/** Owns what was there before anybody applied. */
const beforeFirst = 'before-first-apply'

/**
 * The object, in storage form, that comes of applying to what is stored, or to nothing. Throws Conflict where others
 * manage what would change, and what upstream answers where the configuration is wrong.
 */
export async function apply(
  deps: VerbDeps,
  call: Call,
  live: KubeObject | undefined,
  { manager, force, config }: Apply,
): Promise<KubeObject> {
  const { served } = call
  const { apiVersion } = served
  const wanted = configOf(call, config)
  const stored = live ? told(served, live) : nothing(served)
  const before = live ? await managedBefore(deps, call, live, stored) : nobody
  const id = idOf({ manager, operation: 'Apply', apiVersion, ...viewIn(call) })
  const versions = versionsOf(deps, call)
  const run = (byForce: boolean) => applied(versions, stored, wanted, before.managers, id, byForce)
  const { value, managers } = await conflictsTold(run, force, manager === kubectl ? stored : undefined)
  const changed = value !== undefined
  const object = changed ? decoded(call, value) : copyOf(call, live)
  if (manager === kubectl) keepLastApplied(object, config)
  const times = new Map(before.times)
  if (changed) times.set(id, formatTime(deps.clock.now()))
  const entries = managedEntries({ ...before, managers: withoutUnmanaged(managers, id), times })
  const { managedFields: _, ...metadata } = object.metadata
  object.metadata = entries ? { ...metadata, managedFields: entries } : metadata
  return object
}

/** The managers, of whom this one has nothing that nobody manages. */
function withoutUnmanaged(managers: Managers, id: string): Managers {
  const managed = managers.get(id)
  if (!managed) return managers
  const set = stripped(managed.set)
  const result = new Map(managers)
  if (isEmpty(set)) result.delete(id)
  else result.set(id, { ...managed, set })
  return result
}

const serverError = (message: string) => failure(500, '', message)

/** What is applied, after upstream's checks. */
function configOf({ served }: Call, config: PlainObject): Told {
  const { apiVersion, kind } = served
  const shape = shapeOf(typeOf(served))
  const { metadata } = config
  if (config.apiVersion !== apiVersion || config.kind !== kind)
    throw badRequest(`invalid object type: ${goKind(config)}`)
  if (isPlainObject(metadata) && Array.isArray(metadata.managedFields))
    throw badRequest('metadata.managedFields must be nil')
  const wrong = wrongWith(shape, config)
  if (wrong !== undefined)
    throw serverError(`failed to create typed patch object (${goName(config)}; ${goKind(config)}): ${wrong}`)
  return { apiVersion, shape, value: config }
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

function goKind(config: PlainObject): string {
  const [version = '', group = ''] = textIn(config.apiVersion).split('/').reverse()
  return `${group}/${version}, Kind=${textIn(config.kind)}`
}

function goName({ metadata }: PlainObject): string {
  const { namespace, name } = isPlainObject(metadata) ? metadata : ({} as PlainObject)
  return `${textIn(namespace)}/${textIn(name)}`
}

/** Who manages what is stored. Where nobody does, all of it counts as set before. */
async function managedBefore(deps: VerbDeps, call: Call, live: KubeObject, stored: Told): Promise<Managed> {
  let managed: Managed
  try {
    managed = readManaged(live.metadata.managedFields, true)
  } catch (error) {
    throw serverError(`failed to decode managed fields: ${(error as Error).message}`)
  }
  return managed.managers.size > 0 ? managed : noted(deps, call, undefined, stored, managed, beforeFirst)
}

/**
 * Applies, and tells of conflicts. `takeover`: what is stored, when the manager may take over what kubectl applied from
 * its side.
 */
async function conflictsTold(
  run: (force: boolean) => Promise<Applied>,
  force: boolean,
  takeover: Told | undefined,
): Promise<Applied> {
  try {
    return await run(force)
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error
    const allowed = takeover && appliedBefore(takeover)
    const conflicts = allowed ? error.conflicts.filter(({ path }) => !has(allowed as FieldSet, path)) : error.conflicts
    if (conflicts.length > 0) throw applyConflict(conflicts)
    return run(true)
  }
}

function decoded({ served }: Call, value: unknown): KubeObject {
  try {
    const object = fromJson(typeOf(served), value) as KubeObject
    return toStorage(served, { ...object, apiVersion: served.apiVersion, kind: served.kind })
  } catch (error) {
    if (error instanceof DecodeError)
      throw serverError(`failed to convert new object to proper version: ${error.message}`)
    throw error
  }
}

/** Nothing is applied to nothing, or nothing changes: the object as it is, to be noted in anew. */
const copyOf = (call: Call, live: KubeObject | undefined): KubeObject =>
  live ? structuredClone(live) : decoded(call, nothing(call.served).value)
