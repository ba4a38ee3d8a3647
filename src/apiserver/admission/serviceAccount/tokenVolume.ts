import type { Container, Pod, ServiceAccount, Volume } from '../../../api/index.ts'
import { nameSuffix, type Random } from '../../../base/random.ts'

const volumePrefix = 'kube-api-access-'
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
/** Seconds; asked for in this odd number so that the server may grant a year (see the token request). */
const expirationSeconds = 3607

/** Whether the pod wants the token: its own word counts before the account's. */
export const wantsToken = (account: ServiceAccount, pod: Pod): boolean =>
  pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true

/** Gives every container that has nothing at the place a mount of the account's token, and the pod the volume. */
export function mountToken(pod: Pod, random: Random): void {
  const { spec } = pod
  const known = spec.volumes?.find(volume => volume.name.startsWith(volumePrefix))
  const name = known?.name ?? volumePrefix + nameSuffix(random)
  let needed = false
  for (const container of [...(spec.initContainers ?? []), ...spec.containers] as Container[]) {
    if (container.volumeMounts?.some(mount => mount.mountPath === mountPath)) continue
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }]
    needed = true
  }
  if (needed && !known) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)]
}

/** Token, root certificate and namespace, as programs in pods look for them. */
const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 0o644,
  },
})
