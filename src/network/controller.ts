import type { KubeObject } from '../api/meta/objectMeta.ts'
import { type Controller, watching } from '../client/controller.ts'
import type { Informer } from '../client/informer.ts'
import { applyRoutes, type NodeAddresses } from './routes.ts'
import type { Run } from './run.ts'

/** The part of a Node that routes follow from. */
export interface RoutedNode extends KubeObject {
  readonly spec?: { readonly podCIDR?: string; readonly podCIDRs?: readonly string[] }
  readonly status?: { readonly addresses?: readonly { readonly type?: string; readonly address?: string }[] }
}

/** A Node's pod ranges and the addresses that other nodes reach it by. */
export function nodeAddresses({ metadata, spec, status }: RoutedNode): NodeAddresses {
  const ranges = spec?.podCIDRs?.length ? spec.podCIDRs : spec?.podCIDR ? [spec.podCIDR] : []
  const internal = status?.addresses?.filter(({ type }) => type === 'InternalIP') ?? []
  return { name: metadata.name ?? '', podCIDRs: ranges, addresses: internal.flatMap(({ address }) => address || []) }
}

export interface RoutesOptions {
  /** All nodes of the cluster. */
  readonly nodes: Informer<RoutedNode>
  /** The name of the node whose routes these are. */
  readonly self: string
  /** Runs commands in that node's network namespace. */
  readonly run: Run
}

/** Keeps the routes of one node leading to the pods of all others, as nodes come, go and change. */
export function routesController({ nodes, self, run }: RoutesOptions): Controller {
  const same = (a: RoutedNode, b: RoutedNode) => JSON.stringify(nodeAddresses(a)) === JSON.stringify(nodeAddresses(b))
  return {
    name: 'routes',
    workers: 1,
    // One key for all: a route is cheap, and nodes that only report their health change nothing.
    watches: [watching(nodes, ({ object, before }) => (before && same(before, object) ? [] : [self]))],
    async reconcile() {
      await applyRoutes(run, self, nodes.cache.list().map(nodeAddresses))
      return undefined
    },
  }
}
