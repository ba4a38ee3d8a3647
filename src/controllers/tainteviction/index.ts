import { nodes } from '../../api/core/node/resource.ts'
import { podTerminal } from '../../api/core/pod/readiness.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'
import { leaveAt } from './plan.ts'

function create({ client, informers, events, clock }: ControllerContext): Controller {
  const podInformer = informers.of(pods)
  const nodeInformer = informers.of(nodes)
  podInformer.cache.index('node', pod => [pod.spec.nodeName ?? ''])
  return {
    name: 'taint-eviction',
    workers: 8,
    watches: [
      watching(podInformer, ({ type, object, before }) => {
        if (type === 'removed' || !object.spec.nodeName) return []
        const same =
          before?.spec.nodeName === object.spec.nodeName && equal(before.spec.tolerations, object.spec.tolerations)
        return same ? [] : [keyOf(object)]
      }),
      watching(nodeInformer, ({ type, object, before }) => {
        if (type === 'removed' || equal(before?.spec.taints, object.spec.taints)) return []
        return podInformer.cache.by('node', object.metadata.name ?? '').map(keyOf)
      }),
    ],
    async reconcile(key) {
      const pod = podInformer.cache.get(key)
      const node = nodeInformer.cache.get(pod?.spec.nodeName ?? '')
      if (!pod || !node || pod.metadata.deletionTimestamp || podTerminal(pod)) return undefined
      const now = clock.now()
      const at = leaveAt(pod, node, now)
      if (at === undefined) return undefined
      if (at > now) return { again: at - now }
      const { name = '', namespace = '', uid = '' } = pod.metadata
      events.record(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`)
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
        lastTransitionTime: formatTime(now),
      }
      try {
        await client
          .of(pods)
          .patch(
            name,
            'strategic',
            { metadata: { uid }, status: { conditions: [condition] } },
            { namespace, subresource: 'status' },
          )
        await client.of(pods).delete(name, { namespace, preconditions: { uid } })
      } catch (error) {
        if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
      }
      return undefined
    },
  }
}

/** Deletes pods from nodes whose NoExecute taints they do not tolerate, or no longer. */
export const tainteviction: ControllerModule = { name: 'taint-eviction-controller', account: 'node-controller', create }
