import { writeAtomically } from './atomicWriter.ts'
import { setOwnership } from './ownership.ts'
import { configMapFiles, ifThere } from './payload.ts'
import type { VolumePlugin } from './plugin.ts'

/** The data of a ConfigMap as files; changes show in them. */
export const configMap: VolumePlugin = {
  source: 'configMap',
  directory: 'kubernetes.io~configmap',
  async setUp({ pod, volume, directory }, { clock, references }) {
    const { name = '', items, defaultMode = 0o644, optional } = volume.configMap ?? {}
    const map = await ifThere(references.configMap(pod.metadata.namespace ?? '', name), optional)
    const files = configMapFiles(map, { items, defaultMode, optional })
    await writeAtomically(directory, files, clock.now(), fresh => setOwnership(fresh, pod, { readOnly: true }))
    return { path: directory }
  },
}
