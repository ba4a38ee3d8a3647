import { nodes } from '../../api/core/node/resource.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { podTerminal } from '../../api/core/pod/readiness.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'
import { plan } from './plan.ts'

const period = 20_000
/** A node that is gone may only be replaced: its pods are left alone so long. */
const quarantine = 40_000
const key = 'all'

function create({ client, informers, clock }: ControllerContext): Controller {
  const podInformer = informers.of(pods)
  const nodeInformer = informers.of(nodes)
  const missingSince = new Map<string, number>()

  const noteMissing = () => {
    const named = new Set(
      podInformer.cache
        .list()
        .flatMap(pod => (pod.spec.nodeName && !nodeInformer.cache.get(pod.spec.nodeName) ? [pod.spec.nodeName] : [])),
    )
    for (const name of named) if (!missingSince.has(name)) missingSince.set(name, clock.now())
    for (const name of missingSince.keys()) if (!named.has(name)) missingSince.delete(name)
  }
  /** Gone for long enough, and the server says so too: the cache alone is not trusted. */
  const goneNodes = async () => {
    const gone = new Set<string>()
    for (const [name, since] of missingSince) {
      if (clock.now() - since < quarantine) continue
      try {
        await client.of(nodes).get(name)
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
        gone.add(name)
      }
    }
    return gone
  }
  const remove = async (pod: Pod, orphaned: boolean) => {
    const { name = '', namespace = '', uid = '' } = pod.metadata
    try {
      if (!podTerminal(pod) && orphaned) {
        const condition = {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'DeletionByPodGC',
          message: 'PodGC: node no longer exists',
          lastTransitionTime: formatTime(clock.now()),
        }
        await client
          .of(pods)
          .patch(
            name,
            'strategic',
            { status: { phase: 'Failed', conditions: [condition] } },
            { namespace, subresource: 'status' },
          )
      }
      await client.of(pods).delete(name, { namespace, gracePeriodSeconds: 0, preconditions: { uid } })
    } catch (error) {
      if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
    }
  }

  return {
    name: 'pod-garbage-collector',
    workers: 1,
    watches: [
      watching(nodeInformer, () => [key]),
      watching(podInformer, ({ object }) => (object.metadata.deletionTimestamp && !object.spec.nodeName ? [key] : [])),
    ],
    async reconcile() {
      noteMissing()
      const gone = await goneNodes()
      for (const { pod, reason } of plan(podInformer.cache.list(), name => gone.has(name), { keepTerminated: 12_500 }))
        await remove(pod, reason === 'orphaned')
      return { again: period }
    },
  }
}

/** Removes pods that nobody else will. */
export const podgc: ControllerModule = {
  name: 'pod-garbage-collector-controller',
  account: 'pod-garbage-collector',
  create,
}
