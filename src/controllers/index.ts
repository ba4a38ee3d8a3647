import type { ControllerModule } from './controller.ts'
import { deployment } from './deployment/index.ts'
import { endpoints } from './endpoints/index.ts'
import { endpointslice } from './endpointslice/index.ts'
import { garbagecollector } from './garbagecollector/index.ts'
import { namespace } from './namespace/index.ts'
import { nodelifecycle } from './nodelifecycle/index.ts'
import { podgc } from './podgc/index.ts'
import { replicaset, replication } from './replicaset/index.ts'
import { rootca } from './rootca/index.ts'
import { serviceaccount } from './serviceaccount/index.ts'
import { tainteviction } from './tainteviction/index.ts'

/** Every controller. What must be there before pods can be made comes first. */
export const controllers: readonly ControllerModule[] = [
  serviceaccount,
  rootca,
  deployment,
  replicaset,
  replication,
  endpointslice,
  endpoints,
  namespace,
  garbagecollector,
  nodelifecycle,
  tainteviction,
  podgc,
]

export type { ControllerContext, ControllerModule, ControllerOptions } from './controller.ts'
export { type ControllersDeps, runControllers } from './run.ts'
