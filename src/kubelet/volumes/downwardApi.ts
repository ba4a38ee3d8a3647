import { mkdir } from 'node:fs/promises'
import { writeAtomically } from './atomicWriter.ts'
import { setOwnership } from './ownership.ts'
import { downwardFiles } from './payload.ts'
import type { VolumePlugin } from './plugin.ts'
import { makeTmpfs } from './tmpfs.ts'

/** Fields of the pod as files; changes of labels and annotations show in them. */
export const downwardApi: VolumePlugin = {
  source: 'downwardAPI',
  directory: 'kubernetes.io~downward-api',
  async setUp({ pod, volume, directory }, { allocatable, clock, mounter }) {
    const { items = [], defaultMode = 0o644 } = volume.downwardAPI ?? {}
    const files = downwardFiles(pod, items, defaultMode, allocatable())
    await mkdir(directory, { recursive: true })
    await makeTmpfs(mounter, directory, 0)
    await writeAtomically(directory, files, clock.now(), fresh => setOwnership(fresh, pod, { readOnly: true }))
    return { path: directory }
  },
}
