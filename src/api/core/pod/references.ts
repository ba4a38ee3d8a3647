import type { Pod } from './pod.ts'

/** Names of the objects in its namespace that a pod makes use of. */
export interface PodReferences {
  readonly secrets: ReadonlySet<string>
  readonly configMaps: ReadonlySet<string>
  readonly claims: ReadonlySet<string>
}

/** What a pod refers to: pull secrets, environment, volumes (`podutil.VisitPodSecretNames`, `VisitPodConfigmapNames`). */
export function podReferences(pod: Pod): PodReferences {
  const secrets = new Set<string>()
  const configMaps = new Set<string>()
  const claims = new Set<string>()
  const add = (set: Set<string>, name: string | undefined) => {
    if (name) set.add(name)
  }
  const { spec } = pod
  for (const secret of spec?.imagePullSecrets ?? []) add(secrets, secret.name)
  const containers = [
    ...(spec?.initContainers ?? []),
    ...(spec?.containers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ]
  for (const container of containers) {
    for (const source of container.envFrom ?? []) {
      add(secrets, source.secretRef?.name)
      add(configMaps, source.configMapRef?.name)
    }
    for (const variable of container.env ?? []) {
      add(secrets, variable.valueFrom?.secretKeyRef?.name)
      add(configMaps, variable.valueFrom?.configMapKeyRef?.name)
    }
  }
  for (const volume of spec?.volumes ?? []) {
    add(secrets, volume.secret?.secretName)
    add(configMaps, volume.configMap?.name)
    add(claims, volume.persistentVolumeClaim?.claimName)
    if (volume.ephemeral) add(claims, `${pod.metadata.name}-${volume.name}`)
    for (const source of volume.projected?.sources ?? []) {
      add(secrets, source.secret?.name)
      add(configMaps, source.configMap?.name)
    }
    add(secrets, volume.azureFile?.secretName)
    const drivers = [
      volume.cephfs,
      volume.cinder,
      volume.flexVolume,
      volume.rbd,
      volume.scaleIO,
      volume.iscsi,
      volume.storageos,
    ]
    for (const driver of drivers) add(secrets, driver?.secretRef?.name)
    add(secrets, volume.csi?.nodePublishSecretRef?.name)
  }
  return { secrets, configMaps, claims }
}
