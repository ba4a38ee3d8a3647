import type { ManagedFieldsEntry } from '../../api/meta/objectMeta.ts'
import { difference, has, isEmpty, type ManagedSet, type Path, setOf } from '../../schema/merge/apply/index.ts'
import { type Managed, managedEntries, readManaged } from './entries.ts'

const inScale: Path = ['f:spec', 'f:replicas']
const scaleVersion = 'autoscaling/v1'

/** Where an object holds what its Scale calls `spec.replicas`, and in which versions. */
export interface ReplicasPath {
  readonly path: Path
  /** Whether the kind is served in a version. */
  isServed(apiVersion: string): boolean
}

/** Who manages the replicas of a Scale: those who manage them in the object. */
export function managersOfScale(
  entries: readonly ManagedFieldsEntry[] | undefined,
  { path, isServed }: ReplicasPath,
): ManagedFieldsEntry[] | undefined {
  const { managers, times } = readManaged(entries, true)
  const found = new Map<string, ManagedSet>()
  for (const [id, { apiVersion, applied, set }] of managers) {
    if (isServed(apiVersion) && has(set, path))
      found.set(id, { apiVersion: scaleVersion, applied, set: setOf(inScale) })
  }
  return managedEntries({ managers: found, times, entries: new Map() })
}

/**
 * Who manages what in the object after a write of its Scale: the replicas are taken from those who have them no longer,
 * and given to those who have them now, in the version of the request. Upstream's `ScaleHandler.ToParent`.
 */
export function managersAfterScale(
  entries: readonly ManagedFieldsEntry[] | undefined,
  scaleEntries: readonly ManagedFieldsEntry[] | undefined,
  apiVersion: string,
  { path, isServed }: ReplicasPath,
): ManagedFieldsEntry[] | undefined {
  const parent: Managed = readManaged(entries, true)
  const scale = readManaged(scaleEntries)
  const rest = new Map(scale.managers)
  const managers = new Map<string, ManagedSet>()
  for (const [id, managed] of parent.managers) {
    if (!isServed(managed.apiVersion)) continue
    if (!has(managed.set, path) || rest.delete(id)) {
      managers.set(id, managed)
      continue
    }
    const set = difference(managed.set, setOf(path))
    if (!isEmpty(set)) managers.set(id, { ...managed, set })
  }
  for (const [id, { applied, set }] of rest) {
    if (has(set, inScale)) managers.set(id, { apiVersion, applied, set: setOf(path) })
  }
  return managedEntries({ ...parent, managers })
}
