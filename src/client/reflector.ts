import type { KubeObject, ObjectMeta } from '../api/meta/objectMeta.ts'
import type { StatusBody } from '../api/meta/statusError.ts'
import { is, StatusError } from '../api/meta/statusError.ts'
import type { Resource } from '../api/resource.ts'
import { backoffDelay } from '../base/backoff.ts'
import { sleep } from '../base/clock.ts'
import { keyOf } from './cache.ts'
import type { InformerOptions, InformersDeps } from './informer.ts'
import type { WatchEvent } from './transport.ts'

/** Where a reflector puts what it sees. */
export interface Target {
  put(object: KubeObject): void
  take(key: string): void
  /** The whole collection at one moment. */
  replaceAll(objects: ReadonlyMap<string, KubeObject>): void
}

/** The annotation of the bookmark that ends the initial events of a streamed list. */
const initialEventsEnd = 'k8s.io/initial-events-end'
const retry = { baseMilliseconds: 800, capMilliseconds: 30_000 }

/**
 * Keeps `target` as the server has it until the signal aborts: a streamed list (sendInitialEvents), then the same watch
 * on; after a break it goes on from the last version seen, and begins anew when that is no longer kept.
 * The behaviour of `k8s.io/client-go/tools/cache.Reflector`.
 */
export async function follow(
  deps: InformersDeps & { resource: Resource; options: InformerOptions },
  target: Target,
): Promise<void> {
  const { clock, signal, log, resource } = deps
  let version = ''
  let failures = 0
  while (!signal.aborted) {
    try {
      version = await watchOnce(deps, target, version)
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      if (is(error, 'Expired') || is(error, 'Gone')) {
        version = ''
        continue
      }
      log.warn('watch failed; it will be opened again', { resource: resource.qualified, error })
      await sleep(clock, backoffDelay(retry, failures++), signal)
    }
  }
}

/** An object without all that `identityOnly` does not hold. */
function identityOf({ metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, ownerReferences, finalizers } = metadata
  const kept: ObjectMeta = { name, namespace, uid, resourceVersion }
  if (deletionTimestamp) kept.deletionTimestamp = deletionTimestamp
  if (ownerReferences) kept.ownerReferences = ownerReferences
  if (finalizers) kept.finalizers = finalizers
  return { metadata: kept }
}

/** One watch, from `from` or with initial events when empty. Returns the last version seen when the server closed it. */
async function watchOnce(
  { client, signal, resource, options }: InformersDeps & { resource: Resource; options: InformerOptions },
  target: Target,
  from: string,
) {
  let version = from
  let initial: Map<string, KubeObject> | undefined = from ? undefined : new Map()
  let failure: StatusBody | undefined
  const kept = options.identityOnly ? identityOf : (object: KubeObject) => object

  const onEvent = ({ type, object }: WatchEvent<KubeObject>) => {
    if (type === 'ERROR') {
      failure = object as unknown as StatusBody
      return
    }
    version = object.metadata.resourceVersion ?? version
    if (type === 'BOOKMARK') {
      if (initial && object.metadata.annotations?.[initialEventsEnd] === 'true') {
        const all = initial
        initial = undefined
        target.replaceAll(all)
      }
    } else if (initial) {
      if (type === 'DELETED') initial.delete(keyOf(object))
      else initial.set(keyOf(object), kept(object))
    } else if (type === 'DELETED') target.take(keyOf(object))
    else target.put(kept(object))
  }

  const streaming = from
    ? { resourceVersion: from }
    : { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' as const }
  const { identityOnly: metadataOnly, ...selection } = options
  const watch = await client
    .of(resource)
    .watch({ ...selection, ...streaming, metadataOnly, allowWatchBookmarks: true, signal }, onEvent)
  await watch.ended
  if (failure) throw new StatusError(failure)
  return initial ? '' : version
}
