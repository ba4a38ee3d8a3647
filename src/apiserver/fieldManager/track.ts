import type { KubeObject, ManagedFieldsEntry } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import {
  createdFields,
  difference,
  type FieldSet,
  isEmpty,
  leaf,
  setOf,
  type Told,
  union,
  updated,
} from '../../schema/merge/apply/index.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import { entryOfText } from '../store/managedFields.ts'
import type { Call, VerbDeps } from '../verbs/scope.ts'
import { capped } from './cap.ts'
import { idOf, liveOrNew, type Managed, managedEntries } from './entries.ts'
import { unsettable } from './resets.ts'
import { nothing, told, versionsOf } from './versions.ts'

const names = ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation']
/** What only the server sets, or what names the object: nobody manages that. */
const unmanagedFields: FieldSet = setOf(
  ['f:apiVersion'],
  ['f:kind'],
  ...[...names, 'managedFields', 'resourceVersion'].map(name => ['f:metadata', `f:${name}`]),
)
const unmanaged: FieldSet = union(unmanagedFields, setOf(['f:metadata']))

/** A set without what nobody manages. */
export const stripped = (set: FieldSet): FieldSet => difference(set, unmanaged)

/**
 * Notes in a new object, given in storage form, who now manages which of its fields. `live` is what was stored before.
 * Objects of which nothing is noted stay so until somebody applies. Upstream's `FieldManager.UpdateNoErrors`.
 */
export async function track(
  deps: VerbDeps,
  call: Call,
  live: KubeObject | undefined,
  object: KubeObject,
  manager: string,
): Promise<void> {
  const { managedFields, ...metadata } = object.metadata
  if (!live && !managedFields) {
    const entry = creation(deps, call, object, manager)
    object.metadata = entry ? { ...metadata, managedFields: [entry] } : metadata
    return
  }
  const before = liveOrNew(() => live?.metadata.managedFields, managedFields, call.info.subresource !== '')
  let entries: ManagedFieldsEntry[] | undefined
  if (before.managers.size > 0 || !live) {
    try {
      entries = managedEntries(
        await noted(deps, call, live && told(call.served, live), told(call.served, object), before, manager),
      )
    } catch {
      // Fields of such an object cannot be told apart. If that is wrong its rules say so; nobody manages it.
    }
  }
  object.metadata = entries ? { ...metadata, managedFields: entries } : metadata
}

const exclusions = new WeakMap<Resource, FieldSet>()

/** What is noted of a new object of which nothing is noted yet; undefined: nothing is set in it. */
function creation(
  { clock }: VerbDeps,
  { served }: Call,
  object: KubeObject,
  manager: string,
): ManagedFieldsEntry | undefined {
  const { resource, apiVersion } = served
  let excluded = exclusions.get(resource)
  if (!excluded) {
    excluded = union(unsettable(resource), unmanagedFields)
    exclusions.set(resource, excluded)
  }
  const before = nothing(served)
  const { value } = told(served, object)
  let fields: string
  try {
    fields = createdFields(before.shape, before.value, value, excluded)
  } catch {
    // As below.
    return undefined
  }
  if (fields === '') return undefined
  const head = { manager: manager || 'unknown', operation: 'Update', apiVersion } as const
  return entryOfText({ ...head, time: formatTime(clock.now()), fieldsType: 'FieldsV1' }, fields)
}

/** Who manages what after a write of this manager. What changes nothing leaves the time of its manager. */
export async function noted(
  deps: VerbDeps,
  call: Call,
  live: Told | undefined,
  object: Told,
  before: Managed,
  manager: string,
): Promise<Managed> {
  const { apiVersion } = call.served
  const { managers, written } = await updated(
    versionsOf(deps, call),
    live ?? nothing(call.served),
    object,
    before.managers,
  )
  const set = stripped(written)
  if (isEmpty(set)) return capped({ ...before, managers })
  const who = { manager: manager || 'unknown', operation: 'Update', apiVersion, ...viewIn(call) } as const
  const id = idOf(who)
  const now = { apiVersion, applied: false, set: union(set, managers.get(id)?.set ?? leaf) }
  return capped({
    managers: new Map(managers).set(id, now),
    times: new Map(before.times).set(id, formatTime(deps.clock.now())),
    entries: before.entries.has(id) ? before.entries : new Map(before.entries).set(id, who),
  })
}

/** The view of the object that the request is about. */
export const viewIn = ({ info: { subresource } }: Call) => (subresource ? { subresource } : {})
