import { randomUUID } from 'node:crypto'
import { metadataRules, metadataUpdateRules } from '../../api/meta/metadataRules.ts'
import type { KubeObject, ObjectMeta } from '../../api/meta/objectMeta.ts'
import { alreadyExists, badRequest, failure, invalid, modified } from '../../api/meta/statusError.ts'
import type { ChangeContext, Changes, Resource, ViewSubresource } from '../../api/resource.ts'
import { nameSuffix } from '../../base/random.ts'
import { equal } from '../../schema/derive/equal.ts'
import { checkRules } from '../../schema/rules/walk.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { FieldError } from '../../schema/types.ts'
import type { AdmissionRequest, Stored } from '../contract.ts'
import { encodeValue, storedOf } from '../store/codec.ts'
import type { Call, VerbDeps } from './scope.ts'

const longestPrefix = 58
const nameTries = 8

export const contextOf = ({ clock }: VerbDeps, { user }: Call): ChangeContext => ({
  now: clock.now(),
  user,
  timestamp: formatTime(clock.now()),
})

export function admissionRequest(
  call: Call,
  operation: AdmissionRequest['operation'],
  object: KubeObject | undefined,
  old: KubeObject | undefined,
  dryRun: boolean,
): AdmissionRequest {
  const { info, request, user, served } = call
  return {
    operation,
    resource: served.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name || object?.metadata.name || '',
    object,
    old,
    user,
    dryRun,
    warn: text => void request.warnings.push(text),
  }
}

const refuse = (resource: Resource, name: string, errors: readonly FieldError[]) => {
  if (errors.length > 0) throw invalid(resource, name, errors)
}

/** Whether generation counts: kinds that tell desired state from status, unless they say otherwise. */
const counts = (resource: Resource) => resource.generation ?? resource.subresources?.status !== undefined

/** What the server decides about the metadata of a new object. */
function newMetadata(resource: Resource, metadata: ObjectMeta, namespace: string, timestamp: string): ObjectMeta {
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: __,
    selfLink: ___,
    resourceVersion: ____,
    generation: _____,
    ...kept
  } = metadata
  return {
    ...kept,
    ...(resource.namespaced ? { namespace } : {}),
    uid: randomUUID(),
    creationTimestamp: timestamp,
    ...(counts(resource) ? { generation: 1 } : {}),
  }
}

/** The object must be meant for the namespace of the path. */
export function checkNamespace(resource: Resource, object: KubeObject, namespace: string): void {
  const { namespace: own = '' } = object.metadata
  if (resource.namespaced ? own !== '' && own !== namespace : own !== '') {
    if (resource.namespaced)
      throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`)
  }
}

/**
 * Stores a new object, in storage form with defaults: admission, what the kind decides, rules, then the write. A
 * generated name that is taken is tried again with another ending. The order is that of `rest.BeforeCreate`.
 */
export async function createObject(deps: VerbDeps, call: Call, object: KubeObject, dryRun: boolean): Promise<Stored> {
  const { resource } = call.served
  const { namespace } = call.info
  checkNamespace(resource, object, namespace)
  if (object.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created')
  const context = contextOf(deps, call)
  object.metadata = newMetadata(resource, object.metadata, namespace, context.timestamp)
  const generated = !object.metadata.name && object.metadata.generateName !== undefined
  const endings = generated ? nameTries : 1
  if (generated) object.metadata.name = generatedName(deps, object.metadata)
  await deps.admission.mutate(admissionRequest(call, 'CREATE', object, undefined, dryRun))
  resource.changes?.create?.(object, context)
  refuse(resource, object.metadata.name ?? '', [
    ...metadataRules(object.metadata, resource),
    ...checkRules(resource.type, object),
    ...(resource.rules?.(object, undefined) ?? []),
  ])
  await deps.admission.validate(admissionRequest(call, 'CREATE', object, undefined, dryRun))
  call.request.warnings.push(...(resource.changes?.warnings?.(object, undefined) ?? []))
  for (let tries = 1; ; tries++) {
    const { name = '' } = object.metadata
    if (dryRun) {
      if (await deps.objects.get(resource, namespace, name)) throw alreadyExists(resource, name)
      return unwritten(deps, resource, object)
    }
    const written = await deps.objects.put(resource, object, 0)
    if (written.outcome === 'done') return written.stored
    if (tries >= endings) throw generated ? nobodyFound(resource, name) : alreadyExists(resource, name)
    object = { ...object, metadata: { ...object.metadata, name: generatedName(deps, object.metadata) } }
  }
}

const generatedName = ({ random }: VerbDeps, { generateName = '' }: ObjectMeta) =>
  generateName.slice(0, longestPrefix) + nameSuffix(random)

const nobodyFound = (resource: Resource, name: string) => {
  const error = alreadyExists(resource, name)
  return failure(
    409,
    'AlreadyExists',
    `${error.message}, the server was not able to generate a unique name for the object`,
    { ...error.body.details, retryAfterSeconds: 1 },
  )
}

/** What a dry run answers: the object as it would be, at no version of its own. */
function unwritten({ objects }: VerbDeps, resource: Resource, object: KubeObject): Stored {
  const stored = storedOf(resource, '', objects.revision, encodeValue(resource, object))
  const { resourceVersion: _, ...metadata } = stored.object.metadata
  const bare = Object.freeze({ ...stored.object, metadata })
  return { key: '', revision: stored.revision, object: bare, json: encodeValue(resource, bare) }
}

/** What an update is made with. `change` gets the stored object, frozen, and gives a new one with defaults, in storage form. */
export interface Update {
  readonly view: ViewSubresource<KubeObject> | undefined
  readonly dryRun: boolean
  /** May throw a StatusError to refuse. */
  change(old: Stored): Promise<KubeObject> | KubeObject
}

const updateTries = 20

/** What an update came to: the object as it is now, or gone because nothing held it any more. */
export interface Updated {
  readonly stored: Stored
  readonly deleted: boolean
}

/**
 * Changes a stored object. The new object's resourceVersion, when set, must be the stored one; without one the change
 * is made anew on what is stored until it fits. A change that changes nothing writes nothing.
 */
export async function updateObject(deps: VerbDeps, call: Call, first: Stored, update: Update): Promise<Updated> {
  const { resource } = call.served
  let current = first
  for (let tries = 1; ; tries++) {
    const object = await update.change(current)
    const asked = object.metadata.resourceVersion
    const name = current.object.metadata.name ?? ''
    if (asked && asked !== '0' && asked !== String(current.revision)) throw modified(resource, name)
    if (object.metadata.uid && object.metadata.uid !== current.object.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${object.metadata.uid}, UID in object meta: ${current.object.metadata.uid}`
      throw failure(
        409,
        'Conflict',
        `Operation cannot be fulfilled on ${resource.qualified} ${JSON.stringify(name)}: ${why}`,
        { name, kind: resource.plural },
      )
    }
    await prepare(deps, call, object, current.object, update)
    if (equal(withoutVersion(object), withoutVersion(current.object))) return { stored: current, deleted: false }
    if (update.dryRun) return { stored: unwritten(deps, resource, object), deleted: false }
    const goes =
      object.metadata.deletionTimestamp !== undefined &&
      !held(resource, object) &&
      (object.metadata.deletionGracePeriodSeconds ?? 0) === 0
    const written = goes
      ? await deps.objects.delete(resource, current)
      : await deps.objects.put(resource, object, current.revision)
    if (written.outcome === 'done')
      return {
        stored: goes
          ? storedOf(resource, current.key, current.revision, encodeValue(resource, object))
          : written.stored,
        deleted: goes,
      }
    if (!written.current) throw notThere(resource, name)
    if ((asked && asked !== '0') || tries >= updateTries) throw modified(resource, name)
    current = written.current
  }
}

const notThere = (resource: Resource, name: string) =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resource.qualified} ${JSON.stringify(name)}: StorageError: invalid object, Code: 4, Key: ${name}`,
    { name, kind: resource.plural },
  )

/** Whether something still keeps an object that is being deleted. */
export const held = (resource: Resource, object: KubeObject): boolean =>
  (object.metadata.finalizers?.length ?? 0) > 0 || (resource.deletion?.held(object) ?? false)

const withoutVersion = ({
  metadata: { resourceVersion: _, ...metadata },
  apiVersion: __,
  kind: ___,
  ...rest
}: KubeObject) => ({ ...rest, metadata })

/** Everything but metadata and status: what generation counts the changes of. */
function desired(object: KubeObject): Record<string, unknown> {
  const { metadata: _, status: __, apiVersion: ___, kind: ____, ...rest } = object as KubeObject & { status?: unknown }
  return rest
}

/** What the server decides about an update, before it is checked: `rest.BeforeUpdate`. */
async function prepare(
  deps: VerbDeps,
  call: Call,
  object: KubeObject,
  old: KubeObject,
  { view, dryRun }: Update,
): Promise<void> {
  const { resource } = call.served
  const { metadata } = old
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, namespace, name } =
    metadata
  checkNamespace(resource, object, namespace ?? '')
  const kept = { ...object.metadata }
  for (const field of [
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generation',
    'namespace',
    'selfLink',
  ] as const)
    delete kept[field]
  object.metadata = {
    ...kept,
    name: kept.name ?? name,
    resourceVersion: kept.resourceVersion || metadata.resourceVersion,
    ...(namespace ? { namespace } : {}),
    ...(uid ? { uid } : {}),
    ...(creationTimestamp ? { creationTimestamp } : {}),
    ...(deletionTimestamp ? { deletionTimestamp } : {}),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
    ...(generation === undefined ? {} : { generation }),
  }
  const changes: Changes<KubeObject> = view ?? resource.changes ?? {}
  const context = contextOf(deps, call)
  changes.update?.(object, old, context)
  await deps.admission.mutate(admissionRequest(call, 'UPDATE', object, old, dryRun))
  if (counts(resource) && !equal(desired(object), desired(old))) object.metadata.generation = (generation ?? 0) + 1
  const errors = [
    ...metadataRules(object.metadata, resource),
    ...metadataUpdateRules(object.metadata, metadata),
    ...checkRules(resource.type, object, old),
  ]
  errors.push(
    ...((view ? view.rules?.(object, old) : resource.rules?.(object, old)) ?? []),
    ...(changes.updateRules?.(object, old) ?? []),
  )
  refuse(resource, name ?? '', errors)
  await deps.admission.validate(admissionRequest(call, 'UPDATE', object, old, dryRun))
  call.request.warnings.push(...(changes.warnings?.(object, old) ?? []))
}
