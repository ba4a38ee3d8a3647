import type { Resource } from '../../api/resource.ts'
import { prefixOf } from '../store/keys.ts'

/** The kind whose objects stand under a key: what rules of encryption name. */
export interface Place {
  readonly group: string
  readonly resource: string
}

const registry = '/registry/'

/** Reads the kind from a key of the store. Custom resources name theirs in the key. */
export function createPlaces(resources: readonly Resource[]): (key: string) => Place {
  /** By the first two segments, or the first. */
  const known = new Map<string, Place>()
  for (const resource of resources) {
    if (resource.virtual) continue
    const { group, plural } = resource
    known.set(prefixOf(resource).slice(registry.length, -1), { group, resource: plural })
  }
  return key => {
    const [first = '', second = ''] = key.slice(registry.length).split('/', 2)
    const found = known.get(`${first}/${second}`) ?? known.get(first)
    if (found) return found
    return first.includes('.') ? { group: first, resource: second } : { group: '', resource: first }
  }
}
