import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Clock } from '../../base/clock.ts'
import type { Informer } from '../../client/informer.ts'

/**
 * What a controller wrote and its cache has not shown yet. A reconcile that counts objects in a cache must wait until
 * its own writes are in it, or it makes them twice. Kept by UID, so it cannot drift as counters can; a write that never
 * shows (it was undone before the watch saw it) is forgotten after five minutes.
 */
export interface Expectations {
  /** An object was created for `owner`. */
  created(owner: string, object: KubeObject): void
  /** An object of `owner` was deleted: it is expected to vanish, or to show a deletionTimestamp. */
  deleted(owner: string, object: KubeObject): void
  /** Whether the cache shows everything written for `owner`. */
  met(owner: string): boolean
  /** `owner` is gone. */
  forget(owner: string): void
}

const patience = 300_000

export function createExpectations<T extends KubeObject>(informer: Informer<T>, clock: Clock): Expectations {
  const owners = new Map<string, Map<string, number>>()
  const awaitedBy = new Map<string, string>()

  const settle = (uid: string) => {
    const owner = awaitedBy.get(uid)
    if (owner === undefined) return
    awaitedBy.delete(uid)
    const waiting = owners.get(owner)
    if (waiting?.delete(uid) && waiting.size === 0) owners.delete(owner)
  }
  const wait = (owner: string, uid: string) => {
    const waiting = owners.get(owner) ?? new Map<string, number>()
    owners.set(owner, waiting.set(uid, clock.now() + patience))
    awaitedBy.set(uid, owner)
  }
  const creation = (object: KubeObject) => `+${object.metadata.uid}`
  const deletion = (object: KubeObject) => `-${object.metadata.uid}`
  const seen = (object: KubeObject) => {
    settle(creation(object))
    if (object.metadata.deletionTimestamp) settle(deletion(object))
  }
  informer.on({
    added: seen,
    changed: seen,
    removed(object) {
      settle(creation(object))
      settle(deletion(object))
    },
  })
  const cached = (object: KubeObject): KubeObject | undefined => {
    const { namespace, name } = object.metadata
    const now = informer.cache.get(namespace ? `${namespace}/${name}` : (name ?? ''))
    return now?.metadata.uid === object.metadata.uid ? now : undefined
  }

  return {
    created(owner, object) {
      // In process the watch may well be faster than the answer.
      if (!cached(object)) wait(owner, creation(object))
    },
    deleted(owner, object) {
      const now = cached(object)
      if (now && !now.metadata.deletionTimestamp) wait(owner, deletion(object))
    },
    met(owner) {
      const waiting = owners.get(owner)
      if (!waiting) return true
      for (const [uid, until] of waiting) if (until <= clock.now()) settle(uid)
      return !owners.has(owner)
    },
    forget(owner) {
      for (const uid of owners.get(owner)?.keys() ?? []) awaitedBy.delete(uid)
      owners.delete(owner)
    },
  }
}
