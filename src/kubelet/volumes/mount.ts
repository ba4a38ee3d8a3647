import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { allContainers, type Pod, type Volume } from '../pod.ts'
import { volumePlugins } from './index.ts'
import type { Mounter } from './mounter.ts'
import type { MountedVolume, VolumeDeps, VolumePlugin } from './plugin.ts'

/** A volume that is not ready; `text` is for the user. */
export class VolumeError extends Error {
  override name = 'VolumeError'
  readonly volume: string

  constructor(volume: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`MountVolume.SetUp failed for volume ${JSON.stringify(volume)} : ${why}`, { cause })
    this.volume = volume
  }
}

export interface MountedVolumes {
  readonly byName: ReadonlyMap<string, MountedVolume>
  /** When some volume wants to be set up again. */
  readonly refreshAt?: number
}

/** The volumes of this node's pods, below `<root>/pods/<uid>/volumes`. */
export interface Volumes {
  /** Makes all volumes ready that the pod's containers use. Throws an AggregateError of VolumeErrors for those that aren't. */
  mount(pod: Pod): Promise<MountedVolumes>
  /** Unmounts everything below the pod's directory and removes it. */
  remove(uid: string): Promise<void>
  /** Uids of pods that have a directory. */
  uids(): Promise<string[]>
  /** The pod's own directory. */
  podDirectory(uid: string): string
}

export function createVolumes(deps: (pod: Pod) => VolumeDeps, mounter: Mounter, root: string): Volumes {
  const pods = join(root, 'pods')
  const podDirectory = (uid: string) => join(pods, uid)
  return {
    podDirectory,
    async mount(pod) {
      const used = usedVolumes(pod)
      const mine = deps(pod)
      const results = await Promise.allSettled(used.map(volume => setUp(pod, volume, podDirectory, mine)))
      const failures = results.flatMap(result => (result.status === 'rejected' ? [result.reason as VolumeError] : []))
      if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '))
      const mounted = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
      const refreshes = mounted.flatMap(([, { refreshAt }]) => (refreshAt === undefined ? [] : [refreshAt]))
      return { byName: new Map(mounted), ...(refreshes.length ? { refreshAt: Math.min(...refreshes) } : {}) }
    },
    remove: uid => removeDirectory(mounter, podDirectory(uid)),
    uids: () =>
      readdir(pods).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      }),
  }
}

/** The volumes that some container uses; the others are left alone. */
function usedVolumes(pod: Pod): Volume[] {
  const names = new Set(
    [...allContainers(pod), ...(pod.spec.ephemeralContainers ?? [])].flatMap(
      ({ volumeMounts = [], volumeDevices = [] }) => [...volumeMounts, ...volumeDevices].map(({ name }) => name),
    ),
  )
  return (pod.spec.volumes ?? []).filter(({ name }) => names.has(name))
}

async function setUp(
  pod: Pod,
  volume: Volume,
  podDirectory: (uid: string) => string,
  deps: VolumeDeps,
): Promise<[string, MountedVolume]> {
  try {
    const plugin = pluginOf(volume)
    const directory = join(podDirectory(pod.metadata.uid ?? ''), 'volumes', plugin.directory, volume.name)
    return [volume.name, await plugin.setUp({ pod, volume, directory }, deps)]
  } catch (error) {
    throw new VolumeError(volume.name, error)
  }
}

function pluginOf(volume: Volume): VolumePlugin {
  const plugin = volumePlugins.find(({ source }) => volume[source] !== undefined)
  if (plugin) return plugin
  const type = Object.keys(volume).find(key => key !== 'name') ?? 'none'
  throw new Error(`no volume plugin matched: this node does not know volumes of type ${type}`)
}

/** Unmounts what is below, the last mounted first, and removes the rest. Never removes through a mount. */
async function removeDirectory(mounter: Mounter, directory: string): Promise<void> {
  const below = async () =>
    (await mounter.list()).map(({ mountPoint }) => mountPoint).filter(point => point.startsWith(`${directory}/`))
  for (const point of (await below()).reverse()) await mounter.unmount(point)
  const left = await below()
  if (left.length > 0) throw new Error(`removing ${directory}: still mounted: ${left.join(', ')}`)
  await rm(directory, { recursive: true, force: true })
}
