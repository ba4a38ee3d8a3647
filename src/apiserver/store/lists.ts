import type { Tree } from '../../kv/tree.ts'
import type { Listed, Stored } from '../contract.ts'

/** Lists that are remembered of one kind, and objects of which each may consist: what is remembered costs little. */
const most = { lists: 4, items: 10_000 }

/** The lists of a kind, by what the keys of their objects begin with. */
export interface Lists {
  of(scope: string): Listed
  /** The object under this key is about to change. */
  changed(key: string): void
}

export function createLists(tree: Tree<string, Stored>): Lists {
  const known = new Map<string, { readonly items: readonly Stored[]; current: boolean }>()
  const forget = (scope: string) => {
    const list = known.get(scope)
    if (list) list.current = false
    known.delete(scope)
  }
  return {
    of(scope) {
      const found = known.get(scope)
      if (found) return found
      const items: Stored[] = []
      tree.scan(scope, (stored, key) => {
        if (!key.startsWith(scope)) return false
        items.push(stored)
        return true
      })
      const made = { items, current: items.length <= most.items }
      if (!made.current) return made
      for (const oldest of known.keys()) if (known.size >= most.lists) forget(oldest)
      known.set(scope, made)
      return made
    },
    changed(key) {
      for (const scope of known.keys()) if (key.startsWith(scope)) forget(scope)
    },
  }
}
