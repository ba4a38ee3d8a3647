import type { KubeObject, ManagedFieldsEntry } from '../../api/meta/objectMeta.ts'
import {
  difference,
  type FieldSet,
  isEmpty,
  type ManagedSet,
  type Managers,
  setOf,
  type Told,
  union,
  updated,
} from '../../schema/merge/apply/index.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Call, VerbDeps } from '../verbs/scope.ts'
import { capped } from './cap.ts'
import { idOf, liveOrNew, type Managed, managedEntries } from './entries.ts'
import { nothing, told, versionsOf } from './versions.ts'

const names = ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation']
/** What only the server sets, or what names the object: nobody manages that. */
const unmanaged: FieldSet = setOf(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[...names, 'managedFields', 'resourceVersion'].map(name => ['f:metadata', `f:${name}`]),
)

/** The managers, of whom one has nothing that nobody manages. */
export function stripped(managers: Managers, id: string): Managers {
  const managed = managers.get(id)
  if (!managed) return managers
  const set = difference(managed.set, unmanaged)
  if (set === managed.set) return managers
  const result = new Map(managers)
  if (isEmpty(set)) result.delete(id)
  else result.set(id, { ...managed, set })
  return result
}

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
  const { managedFields } = object.metadata
  const before = liveOrNew(live?.metadata.managedFields, managedFields, call.info.subresource !== '')
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
  const { managedFields: _, ...metadata } = object.metadata
  object.metadata = entries ? { ...metadata, managedFields: entries } : metadata
}

/** Stands for who writes now, until it is known whether anything was written. */
const writer = 'current-operation'

/** Who manages what after a write of this manager. What changes nothing leaves the time of its manager. */
export async function noted(
  deps: VerbDeps,
  call: Call,
  live: Told | undefined,
  object: Told,
  before: Managed,
  manager: string,
): Promise<Managed> {
  const { served, info } = call
  const all = await updated(versionsOf(deps, call), live ?? nothing(served), object, before.managers, writer)
  const managers = new Map(stripped(all, writer))
  const times = new Map(before.times)
  const written = managers.get(writer)
  if (written) {
    managers.delete(writer)
    const { apiVersion } = served
    const id = idOf({ manager: manager || 'unknown', operation: 'Update', apiVersion, subresource: info.subresource })
    managers.set(id, joined(managers.get(id), written))
    times.set(id, formatTime(deps.clock.now()))
  }
  return capped({ managers, times })
}

const joined = (before: ManagedSet | undefined, now: ManagedSet): ManagedSet =>
  before ? { ...now, set: union(now.set, before.set) } : now
