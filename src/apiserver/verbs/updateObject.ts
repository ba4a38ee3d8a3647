import { metadataRules, metadataUpdateRules, ownFinalizerRules } from '../../api/meta/metadataRules.ts'
import type { KubeObject, ObjectMeta } from '../../api/meta/objectMeta.ts'
import { invalid, modified, notFound } from '../../api/meta/statusError.ts'
import type { Changes, Resource, ViewSubresource } from '../../api/resource.ts'
import { equal } from '../../schema/derive/equal.ts'
import { checkRules } from '../../schema/rules/walk.ts'
import type { AdmissionRequest, AdmittedBody, Stored } from '../contract.ts'
import { sameButTimes } from '../fieldManager/index.ts'
import { encodeValue, storedOf } from '../store/codec.ts'
import { admissionRequest, warn } from './admission.ts'
import { checkNamespace, contextOf, counts, mutated, unwritten } from './createObject.ts'
import { held } from './held.ts'
import { checkPreconditions } from './preconditions.ts'
import { reserved } from './reserved.ts'
import type { Call, VerbDeps } from './scope.ts'

/** What an update is made with. */
export interface Update {
  readonly view: ViewSubresource<KubeObject> | undefined
  readonly dryRun: boolean
  /** What admission is shown of the object, where that is not the object. */
  readonly body?: AdmittedBody
  /** Gets the stored object, frozen, and gives a new one with defaults, in storage form. May throw a StatusError to refuse. */
  change(old: Stored): Promise<KubeObject> | KubeObject
}

const tries = 20

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
  for (let round = 1; ; round++) {
    const object = await update.change(current)
    const { name = '' } = current.object.metadata
    const asked = object.metadata.resourceVersion
    const guarded = asked !== undefined && asked !== '' && asked !== '0'
    checkPreconditions(resource, current, { uid: object.metadata.uid })
    if (guarded && asked !== String(current.revision)) throw modified(resource, name)
    const admitted = await admit(deps, call, object, current.object, update)
    const attempt = await reserved(
      deps,
      admitted,
      async () => {
        await check(deps, call, object, current.object, update, admitted)
        return write(deps, resource, object, current, update.dryRun)
      },
      ({ updated }) => (updated ? (updated.deleted ? 'gone' : 'stored') : 'failed'),
    )
    if (attempt.updated) return attempt.updated
    if (!attempt.current) throw notFound(resource, name)
    if (guarded || round >= tries) throw modified(resource, name)
    current = attempt.current
  }
}

/** One attempt to store a changed object: what came of it, or what stood in its way. */
async function write(
  deps: VerbDeps,
  resource: Resource,
  object: KubeObject,
  current: Stored,
  dryRun: boolean,
): Promise<{ readonly updated?: Updated; readonly current?: Stored | undefined }> {
  if (saysTheSame(object, current.object)) {
    if (!deps.objects.isStale(resource, current)) return { updated: { stored: current, deleted: false } }
    object.metadata = { ...object.metadata, managedFields: current.object.metadata.managedFields }
  }
  const deleted = isOver(resource, object)
  if (dryRun) return { updated: { stored: unwritten(resource, object), deleted } }
  const written = deleted
    ? await deps.objects.delete(resource, current)
    : await deps.objects.put(resource, object, current.revision)
  if (written.outcome === 'conflict') return { current: written.current }
  if (!deleted) return { updated: { stored: written.stored, deleted } }
  const stored = storedOf(resource, current.key, current.revision, encodeValue(resource, object))
  return { updated: { stored, deleted } }
}

/** Whether the last thing that held a deleted object has let go of it. */
const isOver = (resource: Resource, object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined &&
  (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  !held(resource, object)

/** Whether nothing is changed, the times at which managers wrote aside. */
const saysTheSame = (object: KubeObject, old: KubeObject): boolean =>
  equal(bare(object), bare(old)) && sameButTimes(object.metadata.managedFields, old.metadata.managedFields, equal)

const bare = ({ metadata, apiVersion: _, kind: __, ...rest }: KubeObject) => {
  const others: Record<string, unknown> = {}
  // Managed fields are not looked at: they may still be bytes.
  for (const name in metadata)
    if (name !== 'resourceVersion' && name !== 'managedFields') others[name] = metadata[name as keyof ObjectMeta]
  return { ...rest, metadata: others }
}

/** Everything but metadata and status: what generation counts the changes of. */
function desired(object: KubeObject): Record<string, unknown> {
  const { metadata: _, status: __, apiVersion: ___, kind: ____, ...rest } = object as KubeObject & { status?: unknown }
  return rest
}

/** Fields of metadata that no update sets: they stay as they are stored. */
const fixed = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'namespace',
  'selfLink',
] as const

function keptMetadata(metadata: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const kept: ObjectMeta = { ...metadata, resourceVersion: metadata.resourceVersion || old.resourceVersion }
  for (const name of fixed) {
    if (old[name] === undefined) delete kept[name]
    else Object.assign(kept, { [name]: old[name] })
  }
  return kept
}

/** What the server decides about the metadata of an update, and the plugins that change objects. */
async function admit(
  deps: VerbDeps,
  call: Call,
  object: KubeObject,
  old: KubeObject,
  { dryRun, body }: Update,
): Promise<AdmissionRequest> {
  const { resource } = call.served
  const { namespace = '' } = old.metadata
  checkNamespace(resource, object, namespace)
  object.metadata = keptMetadata(object.metadata, old.metadata)
  const { metadata } = object
  const admitted = admissionRequest(call, 'UPDATE', object, old, dryRun, { body })
  await mutated(deps, call, admitted, object)
  if (object.metadata !== metadata) object.metadata = keptMetadata(object.metadata, old.metadata)
  return admitted
}

/** What the kind decides of an update, and what it and the plugins that only look have against it: `rest.BeforeUpdate`. */
async function check(
  deps: VerbDeps,
  call: Call,
  object: KubeObject,
  old: KubeObject,
  { view }: Update,
  admitted: AdmissionRequest,
): Promise<void> {
  const { resource } = call.served
  const { generation = 0, name = '' } = old.metadata
  const changes: Changes<KubeObject> = view ?? resource.changes ?? {}
  changes.update?.(object, old, contextOf(deps, call))
  if (counts(resource) && !equal(desired(object), desired(old))) object.metadata.generation = generation + 1
  const rules = view ? view.rules : resource.rules
  const errors = [
    ...metadataRules(object.metadata, resource),
    ...ownFinalizerRules(object.metadata, resource),
    ...metadataUpdateRules(object.metadata, old.metadata),
    ...checkRules(resource.type, object, old),
    ...(rules?.(object, old) ?? []),
    ...(changes.updateRules?.(object, old) ?? []),
  ]
  if (errors.length > 0) throw invalid(resource, name, errors)
  for (const text of changes.warnings?.(object, old) ?? []) warn(call.request, text)
  await deps.admission.validate(admitted)
}
