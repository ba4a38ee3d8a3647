import type { Resource } from '../../api/resource.ts'
import type { KeyValue, StoreEvent } from '../../kv/contract.ts'
import type { Stored } from '../contract.ts'
import { encodeValue, storedOf } from './codec.ts'

/** One change. `revision` is the store's; for a deletion `stored` is the last state, at the revision of the deletion. */
export interface CacheEvent {
  readonly type: 'put' | 'delete'
  readonly revision: number
  readonly stored: Stored
  readonly previous: Stored | undefined
  /** The state before, at the revision of this change: what is told to those who selected it and no longer do. */
  left(): Stored
}

/** The state that a put of the store made. */
export const put = (resource: Resource, { key, modRevision, value, stale }: KeyValue): Stored =>
  storedOf(resource, key, modRevision, value, stale)

/** A change as the store tells it; `previous` is the cached state before it, where there is one. */
export function changeOf(resource: Resource, event: StoreEvent, previous: Stored | undefined): CacheEvent {
  const deleted = event.type === 'delete'
  const revision = deleted ? event.revision : event.item.modRevision
  const stored = deleted ? storedOf(resource, event.key, revision, event.previous.value) : put(resource, event.item)
  let left: Stored | undefined
  return {
    type: event.type,
    revision,
    stored,
    previous,
    left() {
      const { key, object } = previous ?? stored
      left ??= storedOf(resource, key, revision, encodeValue(resource, object))
      return left
    },
  }
}

/** A change read from history: nothing of it is cached. */
export const pastChange = (resource: Resource, event: StoreEvent): CacheEvent =>
  changeOf(resource, event, event.previous && put(resource, event.previous))
