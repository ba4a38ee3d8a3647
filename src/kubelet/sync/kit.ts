import type { Service } from '../../api/core/service.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Client } from '../../client/client.ts'
import type { EventRecorder } from '../../client/events.ts'
import type { Allocatable } from '../container/fieldRef.ts'
import type { Runtime } from '../cri/runtime.ts'
import type { Images } from '../images/pull.ts'
import type { Probes } from '../probes/probes.ts'
import type { PodCgroups } from '../resources/podCgroup.ts'
import type { StatusWriter } from '../status/writer.ts'
import type { Volumes } from '../volumes/mount.ts'
import type { Mounter } from '../volumes/mounter.ts'
import type { References } from '../volumes/references.ts'
import type { TokenRequester } from '../volumes/tokens.ts'
import type { NodeSettings } from './sandboxConfig.ts'

/** What all pod workers of a node share. */
export interface Kit {
  /** The kubelet stops: nothing new is begun, containers go on. */
  readonly signal: AbortSignal
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly events: EventRecorder
  readonly runtime: Runtime
  /** Prefix of container ids: `containerd`. */
  readonly runtimeName: string
  readonly images: Images
  readonly volumes: Volumes
  readonly mounter: Mounter
  readonly references: References
  readonly tokens: TokenRequester
  readonly cgroups: PodCgroups
  readonly probes: Probes
  readonly statuses: StatusWriter
  readonly settings: NodeSettings
  /** Bytes of memory the node has. */
  readonly memoryCapacity: number
  readonly allocatable: () => Allocatable
  readonly hostIPs: () => readonly string[]
  /** All services; undefined while they have not been read once. */
  readonly services: () => readonly Service[] | undefined
}
