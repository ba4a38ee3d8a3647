import { randomUUID } from 'node:crypto'
import { metadataRules, ownFinalizerRules } from '../../api/meta/metadataRules.ts'
import type { KubeObject, ObjectMeta } from '../../api/meta/objectMeta.ts'
import { alreadyExists, badRequest, failure, invalid } from '../../api/meta/statusError.ts'
import type { ChangeContext, Resource } from '../../api/resource.ts'
import { nameSuffix } from '../../base/random.ts'
import { checkRules } from '../../schema/rules/walk.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { AdmissionRequest, Stored } from '../contract.ts'
import { readManaged } from '../fieldManager/index.ts'
import { encodeValue, storedOf } from '../store/codec.ts'
import { admissionRequest, warn } from './admission.ts'
import { reserved } from './reserved.ts'
import type { Call, VerbDeps } from './scope.ts'

/** A generated name has at most 63 characters. */
const longestPrefix = 58
const nameTries = 8

/** What the hooks of a kind may know of the request. */
export const contextOf = ({ clock }: VerbDeps, { user }: Call): ChangeContext => ({
  now: clock.now(),
  user,
  timestamp: formatTime(clock.now()),
})

/** Whether generation counts: kinds that tell desired state from status, unless they say otherwise. */
export const counts = (resource: Resource): boolean =>
  resource.generation ?? resource.subresources?.status !== undefined

/** The object must be meant for the namespace of the path. Throws BadRequest. */
export function checkNamespace(resource: Resource, { metadata }: KubeObject, namespace: string): void {
  if (resource.namespaced && metadata.namespace && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

/** What the server decides about the metadata of a new object. */
function newMetadata(resource: Resource, metadata: ObjectMeta, namespace: string, timestamp: string): ObjectMeta {
  const kept = { ...metadata }
  for (const name of [
    'namespace',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
    'generation',
  ] as const)
    delete kept[name]
  return {
    ...kept,
    ...(resource.namespaced ? { namespace } : {}),
    uid: randomUUID(),
    creationTimestamp: timestamp,
    ...(counts(resource) ? { generation: 1 } : {}),
  }
}

/**
 * Stores a new object, given in storage form with defaults: admission, what the kind decides, rules, then the write. A
 * generated name that is taken is tried again with another ending. The order is that of `rest.BeforeCreate`.
 */
export async function createObject(deps: VerbDeps, call: Call, object: KubeObject, dryRun: boolean): Promise<Stored> {
  const { resource } = call.served
  const { namespace } = call.info
  checkNamespace(resource, object, namespace)
  if (object.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created')
  const { generateName } = object.metadata
  const generated = !object.metadata.name && generateName !== undefined
  for (let tries = 1; ; tries++) {
    object.metadata = newMetadata(resource, object.metadata, namespace, formatTime(deps.clock.now()))
    if (generated) object.metadata.name = generateName.slice(0, longestPrefix) + nameSuffix(deps.random)
    const admitted = await admit(deps, call, object, dryRun, generated)
    const stored = await reserved(
      deps,
      admitted,
      async () => {
        await check(deps, call, object, admitted)
        return insert(deps, resource, object, dryRun)
      },
      made => (made ? 'stored' : 'failed'),
    )
    if (stored) return stored
    const { name = '' } = object.metadata
    if (!generated) throw alreadyExists(resource, name)
    if (tries === nameTries) throw nobodyFound(resource, name)
  }
}

async function admit(
  deps: VerbDeps,
  call: Call,
  object: KubeObject,
  dryRun: boolean,
  generatedName: boolean,
): Promise<AdmissionRequest> {
  const admitted = admissionRequest(call, 'CREATE', object, undefined, dryRun, { generatedName })
  const { metadata } = object
  await mutated(deps, call, admitted, object)
  if (object.metadata !== metadata) object.metadata = admittedMetadata(call, object, metadata)
  return admitted
}

/** What the kind decides of a new object, and what it and the plugins that only look have against it. */
async function check(deps: VerbDeps, call: Call, object: KubeObject, admitted: AdmissionRequest): Promise<void> {
  const { resource } = call.served
  resource.changes?.create?.(object, contextOf(deps, call))
  const errors = [
    ...metadataRules(object.metadata, resource),
    ...ownFinalizerRules(object.metadata, resource),
    ...checkRules(resource.type, object),
    ...(resource.rules?.(object, undefined) ?? []),
  ]
  if (errors.length > 0) throw invalid(resource, object.metadata.name ?? '', errors)
  for (const text of resource.changes?.warnings?.(object, undefined) ?? []) warn(call.request, text)
  await deps.admission.validate(admitted)
}

/** Plugins do not decide what only the server does. Throws BadRequest when one puts the object into another namespace. */
function admittedMetadata({ served: { resource }, info }: Call, object: KubeObject, decided: ObjectMeta): ObjectMeta {
  checkNamespace(resource, object, info.namespace)
  const { uid, creationTimestamp, generation, namespace } = decided
  return {
    ...object.metadata,
    ...(object.metadata.name ? {} : { name: decided.name }),
    ...{ uid, creationTimestamp },
    ...(generation === undefined ? {} : { generation }),
    ...(namespace === undefined ? {} : { namespace }),
  }
}

/** Runs the plugins that change an object. Who manages it stays as it was where they make no sense of that. */
export async function mutated(
  deps: VerbDeps,
  { request }: Call,
  admitted: ReturnType<typeof admissionRequest>,
  object: KubeObject,
): Promise<void> {
  const { managedFields } = object.metadata
  await deps.admission.mutate(admitted)
  if (object.metadata.managedFields === managedFields) return
  try {
    readManaged(object.metadata.managedFields)
  } catch (error) {
    const { managedFields: _, ...metadata } = object.metadata
    object.metadata = managedFields ? { ...metadata, managedFields } : metadata
    const why = (error as Error).message
    warn(request, `${invalidAfterAdmission}: ${why}`)
  }
}

const invalidAfterAdmission =
  '.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests'

/** Undefined: the name is taken. */
async function insert(
  deps: VerbDeps,
  resource: Resource,
  object: KubeObject,
  dryRun: boolean,
): Promise<Stored | undefined> {
  const { name = '', namespace } = object.metadata
  if (dryRun) return (await deps.objects.get(resource, namespace, name)) ? undefined : unwritten(resource, object)
  const written = await deps.objects.put(resource, object, 0)
  return written.outcome === 'done' ? written.stored : undefined
}

function nobodyFound(resource: Resource, name: string) {
  const { message, body } = alreadyExists(resource, name)
  const words = `${message}, the server was not able to generate a unique name for the object`
  return failure(409, 'AlreadyExists', words, { ...body.details, retryAfterSeconds: 1 })
}

/** What a dry run answers: the object as it would be, at the version it has, or none. */
export function unwritten(resource: Resource, object: KubeObject): Stored {
  const version = object.metadata.resourceVersion
  const value = encodeValue(resource, object)
  const whole = storedOf(resource, '', Number(version ?? 0), value)
  if (version) return whole
  const { resourceVersion: _, ...metadata } = whole.object.metadata
  return { key: '', revision: 0, json: value, object: Object.freeze({ ...whole.object, metadata }) }
}
