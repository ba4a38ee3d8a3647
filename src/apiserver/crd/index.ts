import type { UserInfo } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Metrics } from '../../base/metrics.ts'
import { createClient } from '../../client/client.ts'
import { runController } from '../../client/controller.ts'
import type { Transport } from '../../client/transport.ts'
import type { Catalog } from '../catalog.ts'
import type { Objects } from '../store/objects.ts'
import { definitionController } from './controller.ts'
import { definitionsOf } from './definitions.ts'
import type { KindDeps } from './kind.ts'
import { serveDefinitions } from './serve.ts'

export type { KindDeps } from './kind.ts'
export type { CheckRules } from './rules.ts'

/** The parts of an API server that definitions need. */
export interface DefinitionsServer {
  readonly objects: Objects
  readonly catalog: Catalog
  connect(user: UserInfo): Transport
}

export interface DefinitionsDeps extends KindDeps {
  readonly server: DefinitionsServer
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  readonly metrics?: Metrics
}

/** Who the API server is where it is its own client. */
const self: UserInfo = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] }

/**
 * Serves the kinds of the definitions there are and will be. Resolves once those in the store are served; `done` when the
 * signal aborted and nothing runs any more.
 */
export async function startDefinitions(deps: DefinitionsDeps): Promise<{ readonly done: Promise<void> }> {
  const { server, clock, log, signal, metrics } = deps
  await serveDefinitions({ ...deps, objects: server.objects, catalog: server.catalog })
  const client = createClient(server.connect(self))
  const known = await definitionsOf(server.objects)
  const controller = definitionController({ client, known, clock })
  return { done: runController(controller, { clock, log, signal, ...(metrics ? { metrics } : {}) }) }
}
