import { forbidden, invalid, required } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { driverNameRules } from './driverName.ts'
import type {
  CSIPersistentVolumeSource,
  GlusterfsPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
} from './persistentVolumeSources.ts'
import type { PersistentVolumeSource } from './persistentVolumeType.ts'
import { wrong } from './pod/rules/names.ts'
import { climbRules } from './pod/rules/paths.ts'
import { initiators, type ProviderName, providerRules, providers } from './pod/rules/storageProviders.ts'
import { hostPathRules, nfsRules } from './pod/rules/volumes.ts'
import type { SecretReference } from './references.ts'

type SourceName = keyof PersistentVolumeSource

/** In the order in which upstream looks at them: of several the first is checked, the others are refused. */
const order: readonly SourceName[] = [
  ...(['hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd'] as const),
  ...(['quobyte', 'cephfs', 'iscsi', 'cinder', 'fc', 'flexVolume', 'azureFile', 'vsphereVolume'] as const),
  ...(['photonPersistentDisk', 'portworxVolume', 'azureDisk', 'scaleIO', 'local', 'storageos', 'csi'] as const),
]

/** The sources of a volume, by name. */
export const sourceOf = (spec: PersistentVolumeSource): PersistentVolumeSource =>
  Object.fromEntries(order.filter(name => spec[name]).map(name => [name, spec[name]]))

/** One source, and the right fields in it. `name` is the volume's. */
export function sourceRules(spec: PersistentVolumeSource, name: string, path: Path): FieldError[] {
  const [first, ...more] = order.filter(each => spec[each])
  if (!first) return [required(path, 'must specify a volume type')]
  const errors = oneRules(first, spec, name, path)
  for (const other of more)
    if (other === 'flexVolume') errors.push(...oneRules(other, spec, name, path))
    else
      errors.push(
        forbidden(path.child(other === 'cephfs' ? 'cephFS' : other), 'may not specify more than 1 volume type'),
      )
  return errors
}

const isProvider = (name: SourceName): name is SourceName & ProviderName => Object.hasOwn(providers, name)

function oneRules(source: SourceName, spec: PersistentVolumeSource, name: string, path: Path): FieldError[] {
  const here = path.child(source)
  const { iscsi, hostPath, nfs, local, csi, azureFile, glusterfs } = spec
  const errors: FieldError[] = []
  if (source === 'iscsi') return iscsi ? iscsiRules(iscsi, name, here) : []
  if (isProvider(source)) errors.push(...providerRules(source, { ...spec, name }, path))
  if (source === 'hostPath' && hostPath) errors.push(...hostPathRules(hostPath, here))
  if (source === 'nfs' && nfs) errors.push(...nfsRules(nfs, here))
  if (source === 'local' && local)
    errors.push(...(local.path ? climbRules(local.path, here.child('path')) : [required(here.child('path'))]))
  if (source === 'csi' && csi) errors.push(...csiRules(csi, here))
  if (source === 'glusterfs' && glusterfs)
    errors.push(...endpointsNamespace(glusterfs, here.child('endpointsNamespace')))
  if (source === 'azureFile' && azureFile?.secretNamespace === '') errors.push(required(here.child('secretNamespace')))
  const secret = source === 'cinder' || source === 'storageos' ? spec[source]?.secretRef : undefined
  if (secret && !secret.namespace) errors.push(required(here.child('secretRef', 'namespace')))
  return errors
}

function endpointsNamespace({ endpointsNamespace: name }: GlusterfsPersistentVolumeSource, path: Path): FieldError[] {
  if (name === undefined) return []
  if (name === '') return [invalid(path, name, 'if the endpointnamespace is set, it must be a valid namespace name')]
  return wrong(dnsLabel(name), path, name)
}

function iscsiRules(source: ISCSIPersistentVolumeSource, name: string, path: Path): FieldError[] {
  const { targetPortal, iqn, lun, initiatorName, secretRef, chapAuthDiscovery, chapAuthSession } = source
  const errors: FieldError[] = []
  const authority = (value: string, field: string) => {
    if (!initiators[value.slice(0, 3)]?.test(value))
      errors.push(invalid(path.child(field), value, 'must be valid format'))
  }
  if (!targetPortal) errors.push(required(path.child('targetPortal')))
  if (initiatorName !== undefined && `${name}:${targetPortal}`.length > 64)
    errors.push(
      invalid(
        path.child('targetportal'),
        targetPortal,
        'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
      ),
    )
  if (!iqn) errors.push(required(path.child('iqn')))
  else authority(iqn, 'iqn')
  if (lun < 0 || lun > 255) errors.push(invalid(path.child('lun'), lun, 'must be between 0 and 255, inclusive'))
  if ((chapAuthDiscovery || chapAuthSession) && !secretRef) errors.push(required(path.child('secretRef')))
  if (secretRef && !secretRef.name) errors.push(required(path.child('secretRef', 'name')))
  if (initiatorName !== undefined) authority(initiatorName, 'initiatorname')
  return errors
}

const secrets = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const

function csiRules(source: CSIPersistentVolumeSource, path: Path): FieldError[] {
  const errors = driverNameRules(source.driver, path.child('driver'))
  if (!source.volumeHandle) errors.push(required(path.child('volumeHandle')))
  for (const field of secrets) {
    const secret = source[field]
    if (secret) errors.push(...secretRules(secret, path.child(field)))
  }
  return errors
}

const secretRules = ({ name, namespace }: SecretReference, path: Path): FieldError[] => [
  ...(name ? wrong(dnsSubdomain(name), path.child('name'), name) : [required(path.child('name'))]),
  ...(namespace ? wrong(dnsLabel(namespace), path.child('namespace'), namespace) : [required(path.child('namespace'))]),
]
