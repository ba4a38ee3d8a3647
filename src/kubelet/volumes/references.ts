import { type ConfigMap, configMaps } from '../../api/core/configMap.ts'
import { type Secret, secrets } from '../../api/core/secret.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { is, notFound } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { type LinkedSignal, linkedSignal } from '../../base/signals.ts'
import type { Client } from '../../client/client.ts'
import { follow } from '../../client/reflector.ts'
import type { ReferenceReader } from '../container/env.ts'

export interface ReferencesDeps {
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** ConfigMaps and Secrets that this node's pods name, each watched by name as long as some pod needs it. */
export interface References {
  /** Reads for a pod; what it has read, it is told changes of. */
  reader(uid: string): ReferenceReader
  /** The pod needs nothing any more. */
  release(uid: string): void
  /** Resolves when all watches have ended, after the signal. */
  stopped(): Promise<void>
}

interface Entry {
  readonly users: Set<string>
  readonly stop: LinkedSignal
  /** What the server had last; null: it is not there. Undefined: not known yet. */
  object: KubeObject | null | undefined
  following: boolean
}

/** `changed` is called with the uid of each pod that has read an object, when that changes. */
export function createReferences(deps: ReferencesDeps, changed: (uid: string) => void): References {
  const entries = new Map<string, Entry>()
  const running = new Set<Promise<void>>()

  function watch(resource: Resource, namespace: string, name: string, entry: Entry): void {
    entry.following = true
    const set = (object: KubeObject | null) => {
      const before = entry.object
      entry.object = object
      if (before === undefined || before?.metadata.resourceVersion === object?.metadata.resourceVersion) return
      for (const uid of entry.users) changed(uid)
    }
    const options = { namespace, fieldSelector: `metadata.name=${name}` }
    const run = follow(
      { ...deps, signal: entry.stop.signal, resource, options },
      { put: set, take: () => set(null), replaceAll: objects => set([...objects.values()][0] ?? null) },
    ).finally(() => running.delete(run))
    running.add(run)
  }

  async function read<T extends KubeObject>(
    resource: Resource<T>,
    uid: string,
    namespace: string,
    name: string,
  ): Promise<T> {
    const key = `${resource.plural}/${namespace}/${name}`
    let entry = entries.get(key)
    if (!entry) {
      entry = { users: new Set(), stop: linkedSignal(deps.signal), object: undefined, following: false }
      entries.set(key, entry)
    }
    entry.users.add(uid)
    if (entry.object === undefined) {
      const found = await deps.client
        .of(resource)
        .get(name, { namespace })
        .catch(error => {
          if (is(error, 'NotFound')) return null
          throw error
        })
      entry.object ??= found
    }
    const fixed = (entry.object as { immutable?: boolean } | null)?.immutable ?? false
    if (!entry.following && !fixed && entry.users.size > 0 && !entry.stop.signal.aborted) {
      watch(resource as unknown as Resource, namespace, name, entry)
    }
    // The singular is what users know from upstream's messages here.
    if (entry.object === null) throw notFound({ group: '', plural: resource.kind.toLowerCase() }, name)
    return entry.object as T
  }

  return {
    reader: uid => ({
      configMap: (namespace, name) => read<ConfigMap>(configMaps, uid, namespace, name),
      secret: (namespace, name) => read<Secret>(secrets, uid, namespace, name),
    }),
    release(uid) {
      for (const [key, entry] of entries) {
        if (!entry.users.delete(uid) || entry.users.size > 0) continue
        entry.stop.abort()
        entries.delete(key)
      }
    },
    async stopped() {
      await Promise.all(running)
    },
  }
}
