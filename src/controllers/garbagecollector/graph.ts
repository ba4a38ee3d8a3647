import type { KubeObject, OwnerReference } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'

/** An object as the graph knows it: only what ownership needs. */
export interface Item {
  readonly uid: string
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  readonly owners: readonly OwnerReference[]
  /** Being deleted, and waiting for its dependents to go first. */
  readonly foreground: boolean
  /** Being deleted, and its dependents are to be set free. */
  readonly orphaning: boolean
  readonly deleting: boolean
}

export const foregroundFinalizer = 'foregroundDeletion'
export const orphanFinalizer = 'orphan'

export function itemOf(resource: Resource, { metadata }: KubeObject): Item {
  const deleting = metadata.deletionTimestamp !== undefined
  const has = (finalizer: string) => deleting && (metadata.finalizers ?? []).includes(finalizer)
  return {
    uid: metadata.uid ?? '',
    resource,
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    owners: metadata.ownerReferences ?? [],
    foreground: has(foregroundFinalizer),
    orphaning: has(orphanFinalizer),
    deleting,
  }
}

/** Who depends on whom, by UID. Pure data: reads and writes are the controller's. */
export interface Graph {
  get(uid: string): Item | undefined
  dependents(uid: string): readonly Item[]
  set(item: Item): void
  delete(uid: string): void
}

export function createGraph(): Graph {
  const items = new Map<string, Item>()
  /** Dependents by the UID of an owner, whether or not that owner is known. */
  const owned = new Map<string, Set<string>>()

  const unlink = (item: Item) => {
    for (const { uid } of item.owners) {
      const set = owned.get(uid)
      if (set?.delete(item.uid) && set.size === 0) owned.delete(uid)
    }
  }
  return {
    get: uid => items.get(uid),
    dependents: uid => [...(owned.get(uid) ?? [])].flatMap(each => items.get(each) ?? []),
    set(item) {
      const before = items.get(item.uid)
      if (before) unlink(before)
      items.set(item.uid, item)
      for (const { uid } of item.owners) owned.set(uid, (owned.get(uid) ?? new Set<string>()).add(item.uid))
    },
    delete(uid) {
      const item = items.get(uid)
      if (!item) return
      unlink(item)
      items.delete(uid)
    },
  }
}
