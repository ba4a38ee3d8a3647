import { nodes } from '../../api/core/node/resource.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { podTerminal } from '../../api/core/pod/readiness.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'
import { evictingTaints, leaveAt } from './plan.ts'

function create({ client, informers, events, clock }: ControllerContext): Controller {
  const podInformer = informers.of(pods)
  const nodeInformer = informers.of(nodes)
  podInformer.cache.index('node', pod => [pod.spec.nodeName ?? ''])
  /** Since when a pod is known to be driven away, by UID. */
  const seen = new Map<string, number>()

  /** The taints are gone, or tolerated by now. */
  const cancel = (pod: Pod) => {
    if (!seen.delete(pod.metadata.uid ?? '')) return
    const { name, namespace } = pod.metadata
    events.record(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${namespace}/${name}`)
  }

  return {
    name: 'taint-eviction',
    workers: 8,
    watches: [
      watching(podInformer, ({ type, object, before }) => {
        if (type === 'removed') seen.delete(object.metadata.uid ?? '')
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
      const { name = '', namespace = '', uid = '' } = pod.metadata
      const at = evictingTaints(node).length > 0 ? leaveAt(pod, node, seen.get(uid) ?? now) : undefined
      if (at === undefined) {
        cancel(pod)
        return undefined
      }
      if (!seen.has(uid)) seen.set(uid, now)
      if (at > now) return { again: at - now }
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
