import type { Resource } from '../../api/resource.ts'
import type { RangeResult, StoreEvent } from '../../kv/contract.ts'
import type { Tree } from '../../kv/tree.ts'
import type { Stored } from '../contract.ts'
import { put } from './change.ts'
import { encodeValue } from './shortForm.ts'

const uidOf = ({ object }: Stored) => object.metadata.uid

/**
 * What must have happened between a state that is known and the present one, in an order in which it can have happened:
 * changes at their own revisions; what is gone, and what another took the name of, at the present one before them.
 */
export function missedEvents(resource: Resource, known: Tree<string, Stored>, now: RangeResult): StoreEvent[] {
  const changes: StoreEvent[] = []
  const gone = new Map<string, Stored>()
  known.scan(undefined, (stored, key) => {
    gone.set(key, stored)
    return true
  })
  const deletion = ({ key, revision, object }: Stored, at: number): StoreEvent => {
    const value = encodeValue(resource, object)
    return {
      type: 'delete',
      key,
      revision: at,
      previous: { key, value, createRevision: revision, modRevision: revision },
    }
  }
  for (const item of now.items) {
    const before = known.get(item.key)
    gone.delete(item.key)
    if (before?.revision === item.modRevision) continue
    const another = before && uidOf(before) !== uidOf(put(resource, item))
    if (another) changes.push(deletion(before, item.modRevision))
    changes.push({ type: 'put', item, previous: undefined })
  }
  const revisionOf = (event: StoreEvent) => (event.type === 'put' ? event.item.modRevision : event.revision)
  changes.sort((a, b) => revisionOf(a) - revisionOf(b))
  for (const stored of gone.values()) changes.push(deletion(stored, now.revision))
  return changes
}
