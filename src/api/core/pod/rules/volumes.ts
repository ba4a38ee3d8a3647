import { duplicate, forbidden, invalid, required } from '../../../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain } from '../../../../schema/rules/names.ts'
import { compareQuantities } from '../../../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { ObjectMeta } from '../../../meta/objectMeta.ts'
import { driverNameRules } from '../../driverName.ts'
import type { HostPathVolumeSource, NFSVolumeSource, Volume } from '../volume.ts'
import { claimTemplateRules } from './claim.ts'
import { wrong } from './names.ts'
import { climbRules, modeRules } from './paths.ts'
import { type ProviderName, providerRules, providers } from './storageProviders.ts'
import { downwardFileRules, itemRules, projectedRules } from './volumeFiles.ts'

/**
 * The volumes of a pod, and those of them that containers may mount: names that are labels and unique, one source each.
 * `meta` is there for real pods only: the names of ephemeral claims follow from the pod's.
 */
export function volumeRules(
  volumes: readonly Volume[],
  meta: ObjectMeta | undefined,
  path: Path,
): { readonly usable: ReadonlyMap<string, Volume>; readonly errors: FieldError[] } {
  const errors: FieldError[] = []
  const usable = new Map<string, Volume>()
  const made = new Set(meta?.name ? volumes.filter(one => one.ephemeral).map(one => `${meta.name}-${one.name}`) : [])
  for (const [i, volume] of volumes.entries()) {
    const here = path.index(i)
    const found = sourceRules(volume, meta, here)
    if (!volume.name) found.push(required(here.child('name')))
    else found.push(...wrong(dnsLabel(volume.name), here.child('name'), volume.name))
    if (usable.has(volume.name)) found.push(duplicate(here.child('name'), volume.name))
    if (found.length === 0) usable.set(volume.name, volume)
    errors.push(...found)
    const claimName = volume.persistentVolumeClaim?.claimName
    if (claimName !== undefined && made.has(claimName))
      errors.push(
        invalid(
          here.child('persistentVolumeClaim', 'claimName'),
          claimName,
          'must not reference a PVC that gets created for an ephemeral volume',
        ),
      )
  }
  return { usable, errors }
}

/** In the order in which upstream looks at them: of several the first is checked, the others are refused. */
const order = [
  ...(['emptyDir', 'hostPath', 'gitRepo', 'gcePersistentDisk', 'awsElasticBlockStore', 'secret', 'nfs'] as const),
  ...(['iscsi', 'glusterfs', 'flocker', 'persistentVolumeClaim', 'rbd', 'cinder', 'cephfs', 'quobyte'] as const),
  ...(['downwardAPI', 'fc', 'flexVolume', 'configMap', 'azureFile', 'vsphereVolume'] as const),
  ...(['photonPersistentDisk', 'portworxVolume', 'azureDisk', 'storageos', 'projected', 'scaleIO'] as const),
  ...(['csi', 'ephemeral', 'image'] as const),
]

/** Where upstream tells a refused source under another name. */
const refusedAs: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }

const isProvider = (name: string): name is ProviderName => Object.hasOwn(providers, name)

function sourceRules(volume: Volume, meta: ObjectMeta | undefined, path: Path): FieldError[] {
  const given = order.filter(name => volume[name] !== undefined)
  const [first, ...more] = given
  if (!first) return [required(path, 'must specify a volume type')]
  const errors = isProvider(first) ? providerRules(first, volume, path) : ownRules(first, volume, meta, path)
  for (const name of more)
    errors.push(forbidden(path.child(refusedAs[name] ?? name), 'may not specify more than 1 volume type'))
  return errors
}

type OwnName = Exclude<(typeof order)[number], ProviderName>

function ownRules(name: OwnName, volume: Volume, meta: ObjectMeta | undefined, path: Path): FieldError[] {
  const here = path.child(name)
  const errors: FieldError[] = []
  const need = (value: unknown, ...field: string[]) => {
    if (!value) errors.push(required(here.child(...field)))
  }
  switch (name) {
    case 'emptyDir': {
      const limit = volume.emptyDir?.sizeLimit
      if (limit !== undefined && compareQuantities(limit, '0') < 0)
        errors.push(forbidden(here.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity'))
      break
    }
    case 'hostPath':
      if (volume.hostPath) errors.push(...hostPathRules(volume.hostPath, here))
      break
    case 'secret':
    case 'configMap':
      if (name === 'secret') need(volume.secret?.secretName, 'secretName')
      else need(volume.configMap?.name, 'name')
      errors.push(...modeRules(volume[name]?.defaultMode, here.child('defaultMode')))
      errors.push(...itemRules(volume[name]?.items, here.child('items')))
      break
    case 'downwardAPI':
      errors.push(...modeRules(volume.downwardAPI?.defaultMode, here.child('defaultMode')))
      for (const file of volume.downwardAPI?.items ?? []) errors.push(...downwardFileRules(file, here))
      break
    case 'projected':
      if (volume.projected) errors.push(...projectedRules(volume.projected, here))
      break
    case 'nfs':
      if (volume.nfs) errors.push(...nfsRules(volume.nfs, here))
      break
    case 'persistentVolumeClaim':
      need(volume.persistentVolumeClaim?.claimName, 'claimName')
      break
    case 'csi':
      errors.push(...csiRules(volume.csi?.driver ?? '', volume.csi?.nodePublishSecretRef?.name, volume, here))
      break
    case 'ephemeral': {
      const template = volume.ephemeral?.volumeClaimTemplate
      need(template, 'volumeClaimTemplate')
      if (template) errors.push(...claimTemplateRules(template, here.child('volumeClaimTemplate')))
      if (!meta?.name || !volume.name) break
      const claimName = `${meta.name}-${volume.name}`
      for (const detail of dnsSubdomain(claimName))
        errors.push(invalid(path.child('name'), volume.name, `PVC name ${JSON.stringify(claimName)}: ${detail}`))
      break
    }
    case 'image':
      if (meta) need(volume.image?.reference, 'reference')
      need(volume.image?.pullPolicy, 'pullPolicy')
      break
  }
  return errors
}

/** A directory of the node. */
export const hostPathRules = ({ path: target }: HostPathVolumeSource, path: Path): FieldError[] => [
  ...(target ? [] : [required(path.child('path'))]),
  ...climbRules(target, path.child('path')),
]

/** A directory of an NFS server. */
export function nfsRules({ server, path: exported }: NFSVolumeSource, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (!server) errors.push(required(path.child('server')))
  if (!exported) errors.push(required(path.child('path')))
  if (!exported.startsWith('/')) errors.push(invalid(path.child('path'), exported, 'must be an absolute path'))
  return errors
}

function csiRules(driver: string, secret: string | undefined, { csi }: Volume, path: Path): FieldError[] {
  const errors = driverNameRules(driver, path.child('driver'))
  if (csi?.nodePublishSecretRef) {
    if (!secret) errors.push(required(path.child('nodePublishSecretRef', 'name')))
    else errors.push(...wrong(dnsSubdomain(secret), path.child('name'), secret))
  }
  return errors
}
