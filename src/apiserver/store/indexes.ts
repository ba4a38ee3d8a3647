import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../contract.ts'

/** Objects by the values of selectable fields. An index is made when it is first asked for, and kept from then on. */
export interface Indexes {
  /** Those with this value, in the order of their keys. */
  find(field: string, value: string): readonly Stored[]
  /** What changed: the state before and the one now. */
  change(before: Stored | undefined, now: Stored | undefined): void
}

type Index = Map<string, Map<string, Stored>>

/** `all` visits every object there is, when an index is made. */
export function createIndexes(resource: Resource, all: (visit: (stored: Stored) => void) => void): Indexes {
  const indexes = new Map<string, Index>()
  const textIn = (field: string, stored: Stored) => resource.select?.[field]?.(stored.object) ?? ''
  const add = (index: Index, value: string, stored: Stored) => {
    const entries = index.get(value)
    if (entries) entries.set(stored.key, stored)
    else index.set(value, new Map([[stored.key, stored]]))
  }
  const made = (field: string): Index => {
    const known = indexes.get(field)
    if (known) return known
    const index: Index = new Map()
    all(stored => add(index, textIn(field, stored), stored))
    indexes.set(field, index)
    return index
  }
  return {
    find: (field, value) =>
      [...(made(field).get(value)?.values() ?? [])].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
    change(before, now) {
      for (const [field, index] of indexes) {
        const value = before && textIn(field, before)
        const entries = value === undefined ? undefined : index.get(value)
        if (before && entries?.delete(before.key) && entries.size === 0) index.delete(value ?? '')
        if (now) add(index, textIn(field, now), now)
      }
    },
  }
}
