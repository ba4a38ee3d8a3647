import { leases } from '../../api/coordination/lease.ts'
import type { Node } from '../../api/core/node/node.ts'
import { nodes } from '../../api/core/node/resource.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import { formatTime, parseTime } from '../../schema/scalars/time.ts'
import type { ControllerContext } from '../controller.ts'
import {
  allDisrupted,
  conditionOf,
  gracePeriod,
  readyStatus,
  signOfLife,
  silentConditions,
  startupGracePeriod,
  taintsOf,
} from './plan.ts'

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
  const heard = new Map<string, { at: number; sign: string }>()

  /** Notes when a node was heard from: called when one of its objects changes, not when somebody happens to look. */
  const listen = (node: Node | undefined): number => {
    if (!node) return 0
    const name = node.metadata.name ?? ''
    const sign = signOfLife(node, leaseInformer.cache.get(`${leaseNamespace}/${name}`))
    const known = heard.get(name)
    if (known?.sign === sign) return known.at
    // One that has not said anything yet has its time from its creation on.
    const at = known || conditionOf(node, 'Ready') ? clock.now() : parseTime(node.metadata.creationTimestamp ?? '')
    heard.set(name, { at, sign })
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

  const lost = () =>
    nodeInformer.cache.list().flatMap(node => (readyStatus(node) === 'True' ? [] : [node.metadata.name ?? '']))

  const writeTaints = async (node: Node) => {
    const taints = taintsOf(node, formatTime(clock.now()), !allDisrupted(nodeInformer.cache.list()))
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
        listen(object)
        // A heartbeat alone is no work; it is weighed when the timer looks.
        if (before && equal(before.spec, object.spec) && equal(statuses(before), statuses(object))) return []
        // The first to be lost, or to come back, decides what becomes of the others.
        return readyStatus(object) === (before && readyStatus(before)) ? [name] : [name, ...lost()]
      }),
      watching(leaseInformer, ({ object }) => {
        listen(nodeInformer.cache.get(object.metadata.name ?? ''))
        return []
      }),
    ],
    async reconcile(name) {
      let node = nodeInformer.cache.get(name)
      if (!node) return undefined
      const patience = conditionOf(node, 'Ready') ? gracePeriod : startupGracePeriod
      const left = listen(node) + patience - clock.now()
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
      // A node that is lost is looked at again when it speaks.
      return left > 0 ? { again: left } : undefined
    },
  }
}

const statuses = (node: Node) => (node.status.conditions ?? []).map(condition => [condition.type, condition.status])
