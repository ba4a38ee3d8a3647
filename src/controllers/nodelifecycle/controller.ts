import { leases } from '../../api/coordination/lease.ts'
import type { Node } from '../../api/core/node/node.ts'
import { nodes } from '../../api/core/node/resource.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import { formatTime, parseTime } from '../../schema/scalars/time.ts'
import type { ControllerContext } from '../controller.ts'
import { gracePeriod, readyStatus, silentConditions, startupGracePeriod, taintsOf } from './plan.ts'

const leaseNamespace = 'kube-node-lease'

/**
 * Notices nodes that fell silent (no lease renewed, no status written), says so in their conditions, mirrors conditions
 * as taints, and marks the pods of a node that is not ready. `k8s.io/kubernetes/pkg/controller/nodelifecycle`.
 * The time of a heartbeat is when it was seen here: clocks of nodes are not trusted.
 */
export function nodeLifecycleController({ client, informers, events, clock }: ControllerContext): Controller {
  const nodeInformer = informers.of(nodes)
  const leaseInformer = informers.of(leases, { namespace: leaseNamespace })
  const podInformer = informers.of(pods)
  podInformer.cache.index('node', pod => [pod.spec.nodeName ?? ''])
  const heard = new Map<string, { at: number; mark: string }>()

  const lastHeard = (node: Node): number => {
    const name = node.metadata.name ?? ''
    const lease = leaseInformer.cache.get(`${leaseNamespace}/${name}`)
    const beats = (node.status.conditions ?? []).map(condition => condition.lastHeartbeatTime ?? '')
    const mark = JSON.stringify([lease?.spec.renewTime ?? '', readyStatus(node) === 'Unknown' ? '' : beats])
    const known = heard.get(name)
    if (known?.mark === mark) return known.at
    const at =
      known || !node.status.conditions?.length
        ? clock.now()
        : Math.max(clock.now(), parseTime(node.metadata.creationTimestamp ?? ''))
    heard.set(name, { at, mark })
    return at
  }

  const markPods = async (node: Node) => {
    for (const pod of podInformer.cache.by('node', node.metadata.name ?? '')) {
      const ready = pod.status.conditions?.find(condition => condition.type === 'Ready')
      if (ready?.status !== 'True') continue
      const condition = { ...ready, status: 'False', lastTransitionTime: formatTime(clock.now()) }
      const { name = '', namespace = '' } = pod.metadata
      try {
        await client
          .of(pods)
          .patch(
            name,
            'strategic',
            { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } },
            { namespace, subresource: 'status' },
          )
        events.record(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
      } catch (error) {
        if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
      }
    }
  }

  const writeTaints = async (node: Node) => {
    const taints = taintsOf(node, formatTime(clock.now()))
    if (!taints) return
    await client.of(nodes).patch(node.metadata.name ?? '', 'merge', {
      metadata: { resourceVersion: node.metadata.resourceVersion },
      spec: { taints },
    })
  }

  return {
    name: 'node-lifecycle',
    workers: 4,
    watches: [
      watching(nodeInformer, ({ type, object, before }) => {
        const name = object.metadata.name ?? ''
        if (type === 'added')
          events.record(object, 'Normal', 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`)
        if (type === 'removed') {
          heard.delete(name)
          events.record(object, 'Normal', 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`)
          return []
        }
        // A heartbeat alone is no work; it is weighed when the timer looks.
        const same = before && equal(before.spec, object.spec) && equal(statuses(before), statuses(object))
        return same ? [] : [name]
      }),
      watching(leaseInformer, ({ object }) => {
        const node = nodeInformer.cache.get(object.metadata.name ?? '')
        return node && readyStatus(node) === 'Unknown' ? [object.metadata.name ?? ''] : []
      }),
    ],
    async reconcile(name) {
      let node = nodeInformer.cache.get(name)
      if (!node) return undefined
      const patience = node.status.conditions?.length ? gracePeriod : startupGracePeriod
      const left = lastHeard(node) + patience - clock.now()
      if (left <= 0) {
        const conditions = silentConditions(node, formatTime(clock.now()))
        if (conditions) {
          const wasReady = readyStatus(node) === 'True'
          node = await client.of(nodes).updateStatus({ ...node, status: { ...node.status, conditions } })
          if (wasReady) events.record(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
        }
      }
      await writeTaints(node)
      if (readyStatus(node) !== 'True') await markPods(node)
      return { again: Math.max(left, 10_000) }
    },
  }
}

const statuses = (node: Node) => (node.status.conditions ?? []).map(condition => [condition.type, condition.status])
