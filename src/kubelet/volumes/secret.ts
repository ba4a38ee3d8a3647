import { mkdir } from 'node:fs/promises'
import { writeAtomically } from './atomicWriter.ts'
import { setOwnership } from './ownership.ts'
import { ifThere, secretFiles } from './payload.ts'
import type { VolumePlugin } from './plugin.ts'
import { makeTmpfs } from './tmpfs.ts'

/** The data of a Secret as files that never touch a disk; changes show in them. */
export const secret: VolumePlugin = {
  source: 'secret',
  directory: 'kubernetes.io~secret',
  async setUp({ pod, volume, directory }, { clock, mounter, references }) {
    const { secretName = '', items, defaultMode = 0o644, optional } = volume.secret ?? {}
    const found = await ifThere(references.secret(pod.metadata.namespace ?? '', secretName), optional)
    const files = secretFiles(found, { items, defaultMode, optional })
    await mkdir(directory, { recursive: true })
    await makeTmpfs(mounter, directory, 0)
    await writeAtomically(directory, files, clock.now(), fresh => setOwnership(fresh, pod, { readOnly: true }))
    return { path: directory }
  },
}
