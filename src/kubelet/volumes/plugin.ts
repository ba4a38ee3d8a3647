import type { Clock } from '../../base/clock.ts'
import type { ReferenceReader } from '../container/env.ts'
import type { Allocatable } from '../container/fieldRef.ts'
import type { Pod, Volume } from '../pod.ts'
import type { Mounter } from './mounter.ts'
import type { TokenRequester } from './tokens.ts'

/** What plugins work with. */
export interface VolumeDeps {
  readonly clock: Clock
  readonly mounter: Mounter
  readonly references: ReferenceReader
  readonly tokens: TokenRequester
  readonly allocatable: () => Allocatable
}

export interface VolumeRequest {
  readonly pod: Pod
  readonly volume: Volume
  /** The directory that is this volume's own, for plugins that need one; it may not be there yet. */
  readonly directory: string
}

export interface MountedVolume {
  /** Where the volume is on the node. */
  readonly path: string
  /** Nothing may be written, whatever the mount says. */
  readonly readOnly?: boolean
  /** When it wants to be set up again; milliseconds since the epoch. */
  readonly refreshAt?: number
}

/**
 * One type of volume. `setUp` makes the volume ready, and is called again whenever something it shows may have changed:
 * it must do nothing to a volume that is as it should be, and must survive having been cut off at any point. It throws
 * what keeps the volume from being ready, in words for the user. Taking down needs no plugin: mounts below the pod's
 * directory are unmounted and the directory removed.
 */
export interface VolumePlugin {
  /** Field of the volume that chooses this plugin: `emptyDir`. */
  readonly source: keyof Volume & string
  /** Name of its directory below the pod's: `kubernetes.io~empty-dir`. */
  readonly directory: string
  setUp(request: VolumeRequest, deps: VolumeDeps): Promise<MountedVolume>
}
