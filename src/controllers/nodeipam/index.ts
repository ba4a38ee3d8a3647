import { nodes } from '../../api/core/node/resource.ts'
import { containsCIDR, formatCIDR, nthSubnet, parseCIDR } from '../../base/cidr.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'

/** Addresses of one node: 254 pods are more than a node runs. */
const nodePrefix = 24

/** Gives every node its part of the pod network, for as long as the node is there. */
function create({ client, informers, events, options }: ControllerContext): Controller[] {
  const range = options.clusterCidr === undefined ? undefined : parseCIDR(options.clusterCidr)
  if (!range) return []
  const informer = informers.of(nodes)
  const total = 2 ** Math.max(0, nodePrefix - range.prefix)
  /** Parts handed out and not yet seen in the cache. */
  const handed = new Map<string, string>()

  const free = (): string | undefined => {
    const taken = new Set([
      ...handed.values(),
      ...informer.cache.list().flatMap(node => (node.spec.podCIDR ? [node.spec.podCIDR] : [])),
    ])
    for (let index = 0; index < total; index++) {
      const part = nthSubnet(range, nodePrefix, index)
      const text = part && formatCIDR(part)
      if (part && text && containsCIDR(range, part) && !taken.has(text)) return text
    }
    return undefined
  }

  return [
    {
      name: 'node-ipam',
      // One at a time: two nodes must never get the same part.
      workers: 1,
      watches: [
        watching(informer, ({ type, object }) =>
          type === 'removed' || object.spec.podCIDR ? [] : [object.metadata.name ?? ''],
        ),
      ],
      async reconcile(name) {
        const node = informer.cache.get(name)
        for (const key of handed.keys())
          if (!informer.cache.get(key) || informer.cache.get(key)?.spec.podCIDR) handed.delete(key)
        if (!node || node.spec.podCIDR || handed.has(name)) return undefined
        const part = free()
        if (part === undefined) {
          events.record(node, 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`)
          throw new Error(
            `no part of ${options.clusterCidr} is left for node ${name}: widen --cluster-cidr, or remove nodes`,
          )
        }
        handed.set(name, part)
        try {
          await client.of(nodes).patch(name, 'strategic', { spec: { podCIDR: part, podCIDRs: [part] } })
        } catch (error) {
          handed.delete(name)
          throw error
        }
        return undefined
      },
    },
  ]
}

export const nodeipam: ControllerModule = { name: 'node-ipam-controller', account: 'node-controller', create }
