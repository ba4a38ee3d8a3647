import { mkdir } from 'node:fs/promises'
import { allContainers, type Pod, type Volume } from '../pod.ts'
import { type ProjectedFile, writeAtomically } from './atomicWriter.ts'
import { setOwnership } from './ownership.ts'
import { configMapFiles, downwardFiles, ifThere, secretFiles } from './payload.ts'
import type { VolumeDeps, VolumePlugin } from './plugin.ts'
import { makeTmpfs } from './tmpfs.ts'

type Source = NonNullable<NonNullable<Volume['projected']>['sources']>[number]

/** Several sources in one directory: ConfigMaps, Secrets, fields of the pod, and tokens of its service account. */
export const projected: VolumePlugin = {
  source: 'projected',
  directory: 'kubernetes.io~projected',
  async setUp({ pod, volume, directory }, deps) {
    const { sources = [], defaultMode = 0o644 } = volume.projected ?? {}
    const collected = await Promise.all(sources.map(source => collect(pod, source, defaultMode, deps)))
    const files = new Map(collected.flatMap(each => [...each.files]))
    const refreshes = collected.flatMap(({ refreshAt }) => (refreshAt === undefined ? [] : [refreshAt]))
    await mkdir(directory, { recursive: true })
    await makeTmpfs(deps.mounter, directory, 0)
    await writeAtomically(directory, files, deps.clock.now(), fresh => setOwnership(fresh, pod, { readOnly: true }))
    return { path: directory, ...(refreshes.length ? { refreshAt: Math.min(...refreshes) } : {}) }
  },
}

interface Collected {
  readonly files: ReadonlyMap<string, ProjectedFile>
  readonly refreshAt?: number
}

async function collect(pod: Pod, source: Source, defaultMode: number, deps: VolumeDeps): Promise<Collected> {
  const namespace = pod.metadata.namespace ?? ''
  const { configMap, downwardAPI, secret, serviceAccountToken } = source
  if (secret) {
    const { name = '', items, optional } = secret
    const found = await ifThere(deps.references.secret(namespace, name), optional)
    return { files: secretFiles(found, { items, defaultMode, optional }) }
  }
  if (configMap) {
    const { name = '', items, optional } = configMap
    const found = await ifThere(deps.references.configMap(namespace, name), optional)
    return { files: configMapFiles(found, { items, defaultMode, optional }) }
  }
  if (downwardAPI) {
    return { files: downwardFiles(pod, downwardAPI.items ?? [], defaultMode, deps.allocatable()) }
  }
  if (serviceAccountToken) {
    const { audience = '', expirationSeconds = 3600, path } = serviceAccountToken
    const { token, refreshAt } = await deps.tokens.token(pod, audience, expirationSeconds)
    const uid = onlyUser(pod)
    const restricted = uid !== undefined || pod.spec.securityContext?.fsGroup !== undefined
    const file = {
      data: Buffer.from(token),
      mode: restricted ? 0o600 : defaultMode,
      ...(uid === undefined ? {} : { uid }),
    }
    return { files: new Map([[path, file]]), refreshAt }
  }
  throw new Error(`projected volume source ${Object.keys(source).join(', ')} is not known to this node`)
}

/** The user that all containers run as, where it is one and the same. */
function onlyUser(pod: Pod): number | undefined {
  const common = pod.spec.securityContext?.runAsUser
  const users = new Set(allContainers(pod).map(({ securityContext }) => securityContext?.runAsUser ?? common))
  return users.size === 1 ? [...users][0] : undefined
}
