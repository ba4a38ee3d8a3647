import { invalid, notSupported, required } from '../../../../schema/rules/errors.ts'
import { dnsLabel } from '../../../../schema/rules/names.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { Volume, VolumeSource } from '../volume.ts'
import { wrong } from './names.ts'
import { belowRules } from './paths.ts'

/** The volume: one of a pod, or a PersistentVolume. */
type Named = Pick<Volume, 'name'>
type Source<N extends ProviderName> = NonNullable<VolumeSource[N]>
interface Provider<N extends ProviderName> {
  /** Fields that must not be empty. */
  readonly required?: readonly (keyof Source<N> & string)[]
  /** Name under which upstream tells the field, where it is another. */
  readonly told?: string
  more?(source: Source<N>, path: Path, volume: Named): FieldError[]
}
export type ProviderName =
  | 'gitRepo'
  | 'gcePersistentDisk'
  | 'awsElasticBlockStore'
  | 'iscsi'
  | 'glusterfs'
  | 'flocker'
  | 'rbd'
  | 'cinder'
  | 'cephfs'
  | 'quobyte'
  | 'fc'
  | 'flexVolume'
  | 'azureFile'
  | 'vsphereVolume'
  | 'photonPersistentDisk'
  | 'portworxVolume'
  | 'azureDisk'
  | 'storageos'
  | 'scaleIO'

const inclusive = (low: number, high: number) => `must be between ${low} and ${high}, inclusive`

const partition = ({ partition: number = 0 }: { partition?: number }, path: Path): FieldError[] =>
  number < 0 || number > 255 ? [invalid(path.child('partition'), number, inclusive(1, 255))] : []

const namedSecret = ({ secretRef }: { secretRef?: { name?: string } }, path: Path): FieldError[] =>
  secretRef && !secretRef.name ? [required(path.child('secretRef', 'name'))] : []

/** What iSCSI names of each authority look like. */
export const initiators: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
}

function initiatorRules(name: string, path: Path): FieldError[] {
  const pattern = initiators[name.slice(0, 3)]
  if (!pattern) return [invalid(path, name, 'must be valid format starting with iqn, eui, or naa')]
  return name.length <= 512 && pattern.test(name) ? [] : [invalid(path, name, 'must be valid format')]
}

function iscsi(source: Source<'iscsi'>, path: Path, volume: Named): FieldError[] {
  const { iqn, lun, initiatorName, targetPortal } = source
  const errors = iqn ? initiatorRules(iqn, path.child('iqn')) : []
  if (lun < 0 || lun > 255) errors.push(invalid(path.child('lun'), lun, inclusive(0, 255)))
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef)
    errors.push(required(path.child('secretRef')))
  if (initiatorName === undefined) return errors
  errors.push(...initiatorRules(initiatorName, path.child('initiatorname')))
  return errors.concat(
    `${volume.name}:${targetPortal}`.length > 64
      ? invalid(
          path.child('name'),
          volume.name,
          'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
        )
      : [],
  )
}

function fc({ targetWWNs = [], wwids = [], lun }: Source<'fc'>, path: Path): FieldError[] {
  const names = path.child('targetWWNs')
  const errors: FieldError[] = []
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.push(required(names, 'must specify either targetWWNs or wwids, but not both'))
  if (targetWWNs.length > 0 && wwids.length > 0)
    errors.push(invalid(names, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'))
  if (targetWWNs.length === 0) return errors
  if (lun === undefined) errors.push(required(path.child('lun'), 'lun is required if targetWWNs is specified'))
  else if (lun < 0 || lun > 255) errors.push(invalid(path.child('lun'), lun, inclusive(0, 255)))
  return errors
}

function quobyte({ registry, tenant = '' }: Source<'quobyte'>, path: Path): FieldError[] {
  const told = 'must be a host:port pair or multiple pairs separated by commas'
  if (!registry) return [required(path.child('registry'), told)]
  if (tenant.length >= 65)
    return [required(path.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters')]
  return registry
    .split(',')
    .filter(pair => !/^(?:[^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(pair))
    .map(() => invalid(path.child('registry'), registry, told))
}

function flocker({ datasetName = '', datasetUUID }: Source<'flocker'>, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (!datasetName && !datasetUUID) errors.push(required(path, 'one of datasetName and datasetUUID is required'))
  if (datasetName && datasetUUID)
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
  if (datasetName.includes('/')) errors.push(invalid(path.child('datasetName'), datasetName, "must not contain '/'"))
  return errors
}

const reserved = /\.(?:kubernetes|k8s)\.io$/

const flexVolume = ({ options = {} }: Source<'flexVolume'>, path: Path): FieldError[] =>
  Object.keys(options)
    .filter(key => reserved.test(`.${(key.split('/')[0] ?? '').toLowerCase()}`))
    .map(key => invalid(path.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved'))

function azureDisk({ kind, diskURI }: Source<'azureDisk'>, path: Path): FieldError[] {
  const [prefix, form] =
    kind === 'Managed'
      ? [
          '/subscriptions/',
          '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}',
        ]
      : ['https://', 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd']
  return diskURI.startsWith(prefix) ? [] : [notSupported(path.child('diskURI'), diskURI, [form])]
}

function storageos(source: Source<'storageos'>, path: Path): FieldError[] {
  const { volumeName = '', volumeNamespace } = source
  const errors = volumeName ? wrong(dnsLabel(volumeName), path.child('volumeName'), volumeName) : []
  if (volumeNamespace) errors.push(...wrong(dnsLabel(volumeNamespace), path.child('volumeNamespace'), volumeNamespace))
  return [...errors, ...namedSecret(source, path)]
}

/** What is asked of each kind of storage. */
export const providers: { readonly [N in ProviderName]: Provider<N> } = {
  gitRepo: {
    required: ['repository'],
    more: ({ directory = '' }, path) => belowRules(directory, path.child('directory')),
  },
  gcePersistentDisk: { told: 'persistentDisk', required: ['pdName'], more: partition },
  awsElasticBlockStore: { required: ['volumeID'], more: partition },
  iscsi: { required: ['targetPortal', 'iqn'], more: iscsi },
  glusterfs: { required: ['endpoints', 'path'] },
  flocker: { more: flocker },
  rbd: { required: ['monitors', 'image'] },
  cinder: { required: ['volumeID'], more: namedSecret },
  cephfs: { required: ['monitors'] },
  quobyte: { required: ['volume'], more: quobyte },
  fc: { more: fc },
  flexVolume: { required: ['driver'], more: flexVolume },
  azureFile: { required: ['secretName', 'shareName'] },
  vsphereVolume: { required: ['volumePath'] },
  photonPersistentDisk: { required: ['pdID'] },
  portworxVolume: { required: ['volumeID'] },
  azureDisk: { required: ['diskName', 'diskURI'], more: azureDisk },
  storageos: { required: ['volumeName'], more: storageos },
  scaleIO: { required: ['gateway', 'system', 'volumeName'] },
}

/** Rules of the source of this kind, which the volume has. `path` is the volume's. */
export function providerRules<N extends ProviderName>(
  name: N,
  volume: Named & Pick<VolumeSource, N>,
  path: Path,
): FieldError[] {
  const source = volume[name] as Source<N>
  const provider: Provider<N> = providers[name]
  const here = path.child(provider.told ?? name)
  const missing = (provider.required ?? []).filter(field => {
    const value: unknown = (source as Readonly<Record<string, unknown>>)[field]
    return Array.isArray(value) ? value.length === 0 : !value
  })
  return [...missing.map(field => required(here.child(field))), ...(provider.more?.(source, here, volume) ?? [])]
}
