import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../contract.ts'
import type { CacheEvent } from './change.ts'
import { keyIn } from './codec.ts'
import type { Predicate } from './predicate.ts'

type Receive = (event: CacheEvent) => void

/**
 * Who wants which events: filed under the narrowest of one object, one index value, one namespace, or everything, so
 * that a change costs the watchers that may want it, not all of them.
 */
export interface Watchers {
  readonly size: number
  add(predicate: Predicate, receive: Receive): () => void
  send(event: CacheEvent): void
  /** How many would hear of a change of this object, about: those who watch by an index count where it is not set. */
  interested(namespace: string, name: string): number
}

export function createWatchers(resource: Resource): Watchers {
  const everyone = new Set<Receive>()
  const byKey = new Map<string, Set<Receive>>()
  const byNamespace = new Map<string, Set<Receive>>()
  const byField = new Map<string, Map<string, Set<Receive>>>()
  let size = 0

  const put = (map: Map<string, Set<Receive>>, key: string, receive: Receive) => {
    const set = map.get(key)
    if (set) set.add(receive)
    else map.set(key, new Set([receive]))
    return () => {
      const now = map.get(key)
      if (now?.delete(receive) && now.size === 0) map.delete(key)
    }
  }
  const place = (predicate: Predicate, receive: Receive): (() => void) => {
    const { name, namespace, indexed } = predicate
    if (name !== undefined && (namespace || !resource.namespaced))
      return put(byKey, keyIn(resource, namespace, name), receive)
    if (indexed) {
      const values = byField.get(indexed.field) ?? new Map<string, Set<Receive>>()
      byField.set(indexed.field, values)
      return put(values, indexed.value, receive)
    }
    if (namespace) return put(byNamespace, namespace, receive)
    everyone.add(receive)
    return () => void everyone.delete(receive)
  }
  const all = (set: Set<Receive> | undefined, event: CacheEvent) => {
    if (set) for (const receive of set) receive(event)
  }
  const namespaceOf = ({ key }: Stored) =>
    key.slice(0, key.lastIndexOf('/')).slice(key.slice(0, key.lastIndexOf('/')).lastIndexOf('/') + 1)

  return {
    get size() {
      return size
    },
    add(predicate, receive) {
      const remove = place(predicate, receive)
      size++
      let there = true
      return () => {
        if (!there) return
        there = false
        size--
        remove()
      }
    },
    interested(namespace, name) {
      let count = everyone.size
      if (namespace) count += byNamespace.get(namespace)?.size ?? 0
      if (name && byKey.size > 0) count += byKey.get(keyIn(resource, namespace || undefined, name))?.size ?? 0
      for (const values of byField.values()) count += values.get('')?.size ?? 0
      return count
    },
    send(event) {
      all(everyone, event)
      if (byKey.size > 0) all(byKey.get(event.stored.key), event)
      if (byNamespace.size > 0) all(byNamespace.get(namespaceOf(event.stored)), event)
      for (const [field, values] of byField) {
        const read = resource.select?.[field]
        if (!read) continue
        const now = read(event.stored.object)
        const before = event.previous ? read(event.previous.object) : now
        all(values.get(now), event)
        // It left what these watch: they are told that it is gone.
        if (before !== now) all(values.get(before), event)
      }
    },
  }
}
