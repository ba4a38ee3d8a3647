import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { intValue } from '../../schema/scalars/quantity.ts'
import type { Pod } from '../pod.ts'
import { amountOf } from '../resources/linux.ts'

/** Bytes of disk that one pod uses. */
export interface LocalUsage {
  /** By volume name. */
  readonly emptyDirs: ReadonlyMap<string, number>
  /** Logs and what was written over the image, by container name. */
  readonly containers: ReadonlyMap<string, number>
}

/** Whether the pod has limits on the disk at all: only then is it worth measuring. */
export const hasLocalLimits = ({ spec }: Pod): boolean =>
  limitedVolumes(spec).length > 0 ||
  spec.containers.some(({ resources }) => resources.limits?.['ephemeral-storage'] !== undefined)

const limitedVolumes = (spec: Pod['spec']) =>
  (spec.volumes ?? []).filter(({ emptyDir }) => emptyDir?.sizeLimit && emptyDir.medium !== 'Memory')

/** Which limit of its own a pod exceeds, in upstream's words; undefined when none. Pure. */
export function exceeded({ spec }: Pod, { emptyDirs, containers }: LocalUsage): string | undefined {
  for (const { name, emptyDir } of limitedVolumes(spec)) {
    const limit = emptyDir?.sizeLimit ?? '0'
    if ((emptyDirs.get(name) ?? 0) > intValue(limit)) {
      return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(limit)}. `
    }
  }
  const limits = spec.containers.map(({ resources }) => amountOf(resources.limits, 'ephemeral-storage'))
  const used = [...containers.values(), ...emptyDirs.values()].reduce((sum, each) => sum + each, 0)
  const total = limits.reduce((sum, each) => sum + each, 0)
  if (limits.every(each => each > 0) && used > total) {
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${total}. `
  }
  for (const { name, resources } of spec.containers) {
    const limit = resources.limits?.['ephemeral-storage']
    if (limit && (containers.get(name) ?? 0) > intValue(limit)) {
      return `Container ${name} exceeded its local ephemeral storage limit ${JSON.stringify(limit)}. `
    }
  }
  return undefined
}

/** Bytes of disk below a directory; what vanishes meanwhile counts as nothing. */
export async function diskUsage(path: string): Promise<number> {
  try {
    const { blocks, mode } = await lstat(path)
    let bytes = blocks * 512
    if ((mode & 0o170000) !== 0o040000) return bytes
    for (const name of await readdir(path)) bytes += await diskUsage(join(path, name))
    return bytes
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
