import type { OwnerReference } from '../../api/meta/objectMeta.ts'
import type { Graph, Item } from './graph.ts'

/** What an owner reference points to. `unknown` kinds count as there: nothing is deleted on a guess. */
export type OwnerState = 'there' | 'gone' | 'waiting' | 'unknown'

/** What to do with an object. */
export type Action =
  | { readonly act: 'keep' }
  /** Its owners are gone (or going, and wait for it): delete it. */
  | {
      readonly act: 'delete'
      readonly policy: 'Orphan' | 'Background' | 'Foreground'
      /** It is part of what looks like a circle of owners that wait for each other: its own must not wait for it. */
      readonly circle?: true
    }
  /** Some owner is there: only drop the references to those that are not. */
  | { readonly act: 'drop'; readonly owners: readonly string[] }
  /** It is being deleted in the foreground and nothing blocks it any more. */
  | { readonly act: 'unblock' }
  /** It is being deleted in the foreground: its dependents go first, each by a decision of its own. */
  | { readonly act: 'wait' }
  /** It is being deleted and its dependents are to stay. */
  | { readonly act: 'orphan'; readonly dependents: readonly Item[] }

const keep: Action = { act: 'keep' }
const blocks = (item: Item, owner: string) =>
  item.owners.some(reference => reference.uid === owner && reference.blockOwnerDeletion)

/** Decides by `k8s.io/kubernetes/pkg/controller/garbagecollector`. `stateOf` has looked at the owners. */
export function plan(item: Item, graph: Graph, stateOf: (owner: OwnerReference) => OwnerState): Action {
  if (item.orphaning) return { act: 'orphan', dependents: graph.dependents(item.uid) }
  if (item.foreground) {
    return graph.dependents(item.uid).some(each => blocks(each, item.uid)) ? { act: 'wait' } : { act: 'unblock' }
  }
  if (item.deleting || item.owners.length === 0) return keep
  const states = item.owners.map(owner => ({ owner, state: stateOf(owner) }))
  const solid = states.filter(({ state }) => state === 'there' || state === 'unknown')
  const loose = states.filter(({ state }) => state === 'gone' || state === 'waiting').map(({ owner }) => owner.uid)
  if (solid.length > 0) return loose.length === 0 ? keep : { act: 'drop', owners: loose }
  const waiting = states.some(({ state }) => state === 'waiting')
  const dependents = graph.dependents(item.uid)
  if (!waiting || dependents.length === 0) return { act: 'delete', policy: 'Background' }
  const circle = dependents.some(each => each.foreground)
  return { act: 'delete', policy: 'Foreground', ...(circle ? { circle } : {}) }
}
