import { type APIService, apiServices, endpointSlices, services } from '../../api/index.ts'
import { serviceNameLabel } from '../../api/meta/labels.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Metrics } from '../../base/metrics.ts'
import { createClient } from '../../client/client.ts'
import { runController } from '../../client/controller.ts'
import type { Transport } from '../../client/transport.ts'
import type { Pair } from '../../net/x509/index.ts'
import type { Catalog } from '../catalog.ts'
import type { PathHandler } from '../contract.ts'
import type { Objects } from '../store/objects.ts'
import type { NodeDialer } from '../subresources/index.ts'
import { availabilityController } from './availability.ts'
import { changesOf } from './changes.ts'
import { foreignController } from './foreign.ts'
import { availabilityMeter } from './meter.ts'
import { foreignPaths } from './proxy.ts'
import { managedNames, registrationController } from './registration.ts'
import { foreignServers } from './servers.ts'
import { type Trust, trustController } from './trust.ts'

export type { Trust } from './trust.ts'

export interface AggregatorDeps {
  readonly objects: Objects
  readonly catalog: Catalog
  /** The way to what is behind Services. */
  readonly dialer: Pick<NodeDialer, 'network'>
  /** What the front proxy shows of itself. */
  readonly identity?: () => Pair
  /** What other servers are told of whom they can believe. */
  readonly trust?: Trust
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly signal: AbortSignal
}

/** Versions of groups that other servers answer. */
export interface Aggregator {
  /** Hands their requests over. */
  readonly paths: PathHandler
  /** Resolves once each built-in version has its APIService, or `run` is over. */
  readonly registered: Promise<void>
  /** Keeps APIServices, what is known of other servers, and the catalog. Resolves when the signal aborted and nothing runs. */
  run(connect: (user: UserInfo) => Transport): Promise<void>
}

/** Who the API server is where it is its own client. */
const self: UserInfo = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] }

export function createAggregator(deps: AggregatorDeps): Aggregator {
  const { objects, catalog, clock, log, metrics, signal, trust } = deps
  const { reader } = objects
  const servers = foreignServers({ ...deps, objects: reader })
  const pending = new Set(managedNames(catalog))
  const registered = Promise.withResolvers<void>()
  const settled = (name: string) => {
    pending.delete(name)
    if (pending.size === 0) registered.resolve()
  }
  return {
    paths: foreignPaths({ objects: reader, servers }),
    registered: registered.promise,
    async run(connect) {
      const client = createClient(connect(self))
      const own = (service: APIService) => [service.metadata.name ?? '']
      const behind = (namespace: string | undefined, name: string | undefined) =>
        reader
          .list(apiServices)
          .filter(({ spec: { service } }) => service && service.namespace === namespace && service.name === name)
          .flatMap(own)
      const changes = await changesOf(objects, apiServices, own)
      const watches = [
        changes,
        await changesOf(objects, services, ({ metadata }) => behind(metadata.namespace, metadata.name)),
        await changesOf(objects, endpointSlices, ({ metadata }) =>
          behind(metadata.namespace, metadata.labels?.[serviceNameLabel]),
        ),
      ]
      const known = { client, objects: reader, servers, catalog, clock, changes }
      const meter = availabilityMeter(metrics)
      const controllers = [
        registrationController({ ...known, settled }),
        availabilityController({ ...known, watches, meter }),
        foreignController(known),
        ...(trust ? [await trustController({ ...known, objects, trust })] : []),
      ]
      try {
        await Promise.all(controllers.map(each => runController(each, { clock, log, signal, metrics })))
      } finally {
        // Whoever waits for it waits no longer.
        registered.resolve()
        servers.close()
      }
    },
  }
}
