import { trackingFinalizer } from '../../api/batch/jobSelector.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Client } from '../../client/client.ts'
import type { Informer } from '../../client/informer.ts'
import { tracks, uidOf } from './facts.ts'

/** Takes the job's finalizer off a pod. One that is gone, or another of its name, needs nothing. */
export async function releasePod(client: Client, pod: Pod): Promise<void> {
  const { name = '', namespace = '', uid } = pod.metadata
  const metadata = { uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] }
  try {
    await client.of(pods).patch(name, 'strategic', { metadata }, { namespace })
  } catch (error) {
    if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
  }
}

/** Pods that were let go of and whose cached form does not show it yet: they must not be counted again. */
export interface Releases {
  readonly uids: ReadonlySet<string>
  add(pod: Pod): void
}

export function createReleases(informer: Informer<Pod>): Releases {
  const uids = new Set<string>()
  const seen = (pod: Pod) => {
    if (!tracks(pod)) uids.delete(uidOf(pod))
  }
  informer.on({ added: seen, changed: seen, removed: pod => void uids.delete(uidOf(pod)) })
  return {
    uids,
    add(pod) {
      const { namespace, name } = pod.metadata
      const now = informer.cache.get(`${namespace}/${name}`)
      // In process the watch may well be faster than the answer.
      if (now && uidOf(now) === uidOf(pod) && tracks(now)) uids.add(uidOf(pod))
    },
  }
}
