import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, posix } from 'node:path'
import type { Draft } from '../../schema/types.ts'
import { type Mount, mountPropagation } from '../cri/messages/container.ts'
import type { Container, Pod, VolumeMount } from '../pod.ts'
import type { Mounter } from '../volumes/mounter.ts'
import type { MountedVolume } from '../volumes/plugin.ts'
import { mountSubPath } from '../volumes/subPath.ts'
import { expand } from './expand.ts'
import { hostnameOf, hostsFile } from './hosts.ts'

export interface MountInput {
  readonly mounter: Mounter
  readonly podDirectory: string
  readonly volumes: ReadonlyMap<string, MountedVolume>
  readonly env: ReadonlyMap<string, string>
  readonly podIPs: readonly string[]
  readonly clusterDomain: string
  /** Tells the files of this run of the container from those of others. */
  readonly run: string
}

const propagation: Record<string, number> = {
  None: mountPropagation.private,
  HostToContainer: mountPropagation.hostToContainer,
  Bidirectional: mountPropagation.bidirectional,
}

/** What is mounted into a container: its volumes, /etc/hosts and the file for its termination message. */
export async function containerMounts(pod: Pod, container: Container, input: MountInput): Promise<Draft<Mount>[]> {
  const mounts: Draft<Mount>[] = []
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    mounts.push(await volumeMount(container, mount, index, input))
  }
  const taken = new Set(mounts.map(({ containerPath }) => containerPath))
  if (input.podIPs.length > 0 && !taken.has('/etc/hosts')) mounts.push(await hostsMount(pod, input))
  const messagePath = container.terminationMessagePath || '/dev/termination-log'
  mounts.push({ hostPath: await messageFile(container, input), containerPath: messagePath })
  return mounts
}

async function volumeMount(
  container: Container,
  mount: VolumeMount,
  index: number,
  { mounter, podDirectory, volumes, env }: MountInput,
): Promise<Draft<Mount>> {
  const volume = volumes.get(mount.name)
  if (!volume)
    throw new Error(
      `cannot find volume ${JSON.stringify(mount.name)} to mount into container ${JSON.stringify(container.name)}`,
    )
  const subPath = mount.subPathExpr ? expandSubPath(mount.subPathExpr, env) : (mount.subPath ?? '')
  const target = join(podDirectory, 'volume-subpaths', mount.name, container.name, String(index))
  const hostPath = subPath ? await mountSubPath(mounter, volume.path, subPath, target) : volume.path
  return {
    hostPath,
    containerPath: isAbsolute(mount.mountPath) ? mount.mountPath : posix.join('/', mount.mountPath),
    readonly: (mount.readOnly ?? false) || (volume.readOnly ?? false),
    propagation: propagation[mount.mountPropagation ?? 'None'] ?? mountPropagation.private,
  }
}

function expandSubPath(template: string, env: ReadonlyMap<string, string>): string {
  const missing: string[] = []
  const expanded = expand(template, name => {
    const value = env.get(name)
    if (value === undefined) missing.push(name)
    return value
  })
  if (missing.length > 0) throw new Error(`missing value for ${missing.map(each => JSON.stringify(each)).join(', ')}`)
  return expanded
}

/** All containers of a pod see one hosts file, which is written again at each start: the address may be new. */
async function hostsMount(pod: Pod, { podDirectory, podIPs, clusterDomain }: MountInput): Promise<Draft<Mount>> {
  const hostPath = join(podDirectory, 'etc-hosts')
  const hostFile = pod.spec.hostNetwork ? await readFile('/etc/hosts', 'utf8') : ''
  await mkdir(podDirectory, { recursive: true, mode: 0o750 })
  await writeFile(hostPath, hostsFile(pod, hostnameOf(pod, clusterDomain), podIPs, hostFile))
  await chmod(hostPath, 0o644)
  return { hostPath, containerPath: '/etc/hosts' }
}

async function messageFile(container: Container, { podDirectory, run }: MountInput): Promise<string> {
  const file = join(podDirectory, 'containers', container.name, run)
  await mkdir(dirname(file), { recursive: true, mode: 0o750 })
  await writeFile(file, '')
  // The container may run as anybody.
  await chmod(file, 0o666)
  return file
}
