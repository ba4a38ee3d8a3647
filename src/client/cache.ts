import type { KubeObject } from '../api/meta/objectMeta.ts'

/** Key of an object inside one kind: `namespace/name`, or `name` for cluster-wide kinds. */
export const keyOf = (object: KubeObject): string =>
  object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : (object.metadata.name ?? '')

/** The two halves of a key. Namespace is empty for cluster-wide kinds. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/')
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

/** Reads of an informer's objects: synchronous, frozen, a little behind the server. */
export interface Cache<T extends KubeObject> {
  readonly size: number
  get(key: string): T | undefined
  /** All objects, or those of one namespace. In no promised order. */
  list(namespace?: string): readonly T[]
  /** Objects filed under a value of an index (see `index`). */
  by(index: string, value: string): readonly T[]
  /** Files objects under the values `read` gives; the same name is defined once, later definitions are ignored. */
  index(name: string, read: (object: T) => readonly string[]): void
}

interface Index<T> {
  readonly read: (object: T) => readonly string[]
  readonly entries: Map<string, Map<string, T>>
}

/** A cache and the two writes that only its informer makes. */
export interface WritableCache<T extends KubeObject> extends Cache<T> {
  /** Returns what stood there. */
  set(object: T): T | undefined
  delete(key: string): T | undefined
  keys(): Iterable<string>
}

/** Made when somebody first lists a namespace: most caches are never asked. */
const namespaceIndex = '\0namespace'

export function createCache<T extends KubeObject>(): WritableCache<T> {
  const objects = new Map<string, T>()
  const indexes = new Map<string, Index<T>>()

  const file = (index: Index<T>, key: string, object: T) => {
    for (const value of index.read(object)) {
      const entry = index.entries.get(value)
      if (entry) entry.set(key, object)
      else index.entries.set(value, new Map([[key, object]]))
    }
  }
  const unfile = (index: Index<T>, key: string, object: T) => {
    for (const value of index.read(object)) {
      const entry = index.entries.get(value)
      if (entry?.delete(key) && entry.size === 0) index.entries.delete(value)
    }
  }
  const index = (name: string, read: Index<T>['read']) => {
    if (indexes.has(name)) return
    const made: Index<T> = { read, entries: new Map() }
    for (const [key, object] of objects) file(made, key, object)
    indexes.set(name, made)
  }
  const by = (name: string, value: string): readonly T[] => {
    const known = indexes.get(name)
    if (!known) throw new Error(`informer cache has no index ${JSON.stringify(name)}: define it with index() first`)
    return [...(known.entries.get(value)?.values() ?? [])]
  }
  const inNamespace = (namespace: string): readonly T[] => {
    index(namespaceIndex, object => [object.metadata.namespace ?? ''])
    return by(namespaceIndex, namespace)
  }

  return {
    get size() {
      return objects.size
    },
    get: key => objects.get(key),
    list: namespace => (namespace === undefined ? [...objects.values()] : inNamespace(namespace)),
    by,
    index,
    keys: () => objects.keys(),
    set(object) {
      const key = keyOf(object)
      const before = objects.get(key)
      for (const each of indexes.values()) {
        if (before) unfile(each, key, before)
        file(each, key, object)
      }
      objects.set(key, object)
      return before
    },
    delete(key) {
      const before = objects.get(key)
      if (!before) return undefined
      for (const each of indexes.values()) unfile(each, key, before)
      objects.delete(key)
      return before
    },
  }
}
