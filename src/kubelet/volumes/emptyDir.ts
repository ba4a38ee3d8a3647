import { chmod, mkdir } from 'node:fs/promises'
import { intValue } from '../../schema/scalars/quantity.ts'
import type { Pod } from '../pod.ts'
import { amountOf } from '../resources/linux.ts'
import { setOwnership } from './ownership.ts'
import type { VolumePlugin } from './plugin.ts'
import { makeTmpfs } from './tmpfs.ts'

/** An empty directory that lives as long as the pod: on the node's disk, or in memory. */
export const emptyDir: VolumePlugin = {
  source: 'emptyDir',
  directory: 'kubernetes.io~empty-dir',
  async setUp({ pod, volume, directory }, { mounter }) {
    const { medium = '', sizeLimit } = volume.emptyDir ?? {}
    const memory = medium === 'Memory'
    if (!memory && medium !== '') throw new Error(`unknown storage medium ${JSON.stringify(medium)}`)
    await mkdir(directory, { recursive: true })
    if (memory) await makeTmpfs(mounter, directory, memorySize(pod, sizeLimit))
    await chmod(directory, 0o777)
    await setOwnership(directory, pod)
    return { path: directory }
  },
}

/** A volume in memory counts against the pod's memory: it never gets larger than the pod may be. */
function memorySize(pod: Pod, sizeLimit: string | undefined): number {
  const limits = pod.spec.containers.map(({ resources }) => amountOf(resources?.limits, 'memory'))
  const podLimit = limits.includes(0) ? 0 : limits.reduce((sum, each) => sum + each, 0)
  const asked = sizeLimit ? intValue(sizeLimit) : 0
  if (asked > 0 && podLimit > 0) return Math.min(asked, podLimit)
  return asked || podLimit
}
