import { clusterdns } from './clusterdns/index.ts'
import type { ControllerModule } from './controller.ts'
import { cronjob } from './cronjob/index.ts'
import { csr, kubeletServing } from './csr/index.ts'
import { deployment } from './deployment/index.ts'
import { disruption } from './disruption/index.ts'
import { endpoints } from './endpoints/index.ts'
import { endpointslice } from './endpointslice/index.ts'
import { endpointslicemirroring } from './endpointslicemirroring/index.ts'
import { garbagecollector } from './garbagecollector/index.ts'
import { job } from './job/index.ts'
import { namespace } from './namespace/index.ts'
import { nodeipam } from './nodeipam/index.ts'
import { nodelifecycle } from './nodelifecycle/index.ts'
import { podgc } from './podgc/index.ts'
import { policystatus } from './policystatus/index.ts'
import { replicaset, replication } from './replicaset/index.ts'
import { resourcequota } from './resourcequota/index.ts'
import { rootca } from './rootca/index.ts'
import { serviceaccount } from './serviceaccount/index.ts'
import { legacytokencleaner } from './serviceaccount/legacyTokens.ts'
import { serviceaccounttoken } from './serviceaccount/tokens.ts'
import { servicecidrs } from './servicecidrs/index.ts'
import { tainteviction } from './tainteviction/index.ts'
import { ttlafterfinished } from './ttlafterfinished/index.ts'

/** Every controller. What must be there before pods can be made comes first. */
export const controllers: readonly ControllerModule[] = [
  serviceaccount,
  serviceaccounttoken,
  legacytokencleaner,
  rootca,
  csr,
  kubeletServing,
  nodeipam,
  servicecidrs,
  clusterdns,
  deployment,
  replicaset,
  replication,
  job,
  cronjob,
  ttlafterfinished,
  disruption,
  endpointslice,
  endpointslicemirroring,
  endpoints,
  namespace,
  garbagecollector,
  nodelifecycle,
  tainteviction,
  podgc,
  policystatus,
  resourcequota,
]

export type { CertificateSigner, ControllerContext, ControllerModule, ControllerOptions } from './controller.ts'
export { type ControllersDeps, runControllers } from './run.ts'
export { selectControllers } from './select.ts'
