import { nodes } from '../../api/core/node/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { type Controller, runController, watching } from '../../client/controller.ts'
import type { Informers } from '../../client/informer.ts'
import { nodeAddresses, type Run, routesController, setUpNetwork } from '../../network/index.ts'
import type { NodePaths } from '../host/index.ts'
import { bridgeName } from './bridge.ts'

export interface NodeNetworkDeps {
  readonly informers: Informers
  readonly run: Run
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

export interface NodeNetworkOptions {
  readonly paths: NodePaths
  readonly nodeName: string
  readonly nodeIP: string
  readonly clusterCidr: string
}

/**
 * Makes the node's pod network as soon as its Node object has a pod range, and keeps the routes to the pods of the other
 * nodes, until the signal aborts.
 */
export async function runNodeNetwork(deps: NodeNetworkDeps, options: NodeNetworkOptions): Promise<void> {
  const { informers, run, clock, log, signal } = deps
  const informer = informers.of(nodes)
  const routes = routesController({ nodes: informer, self: options.nodeName, run })
  await Promise.all(
    [ownNetwork(deps, options), routes].map(controller => runController(controller, { clock, log, signal })),
  )
}

function ownNetwork(
  { informers, run, log }: NodeNetworkDeps,
  { paths, nodeName, nodeIP, clusterCidr }: NodeNetworkOptions,
): Controller {
  const informer = informers.of(nodes)
  const ranges = () => {
    const node = informer.cache.get(nodeName)
    return node ? nodeAddresses(node).podCIDRs : []
  }
  let made = ''
  return {
    name: 'pod-network',
    workers: 1,
    watches: [watching(informer, ({ object }) => (object.metadata.name === nodeName ? [nodeName] : []))],
    async reconcile() {
      const podCIDRs = ranges()
      if (podCIDRs.length === 0 || podCIDRs.join() === made) return undefined
      await setUpNetwork(
        { run, log },
        {
          name: paths.cni.network,
          bridge: bridgeName(paths),
          podCIDRs,
          clusterCIDRs: [clusterCidr],
          addressDirectory: paths.cni.addresses,
          configurationDirectory: paths.cni.configuration,
          nodeIP,
        },
      )
      made = podCIDRs.join()
      return undefined
    },
  }
}
