import { defined } from '../../base/defined.ts'
import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain, labelValue } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { compareQuantities, intValue } from '../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { betaLabels } from './node/deprecatedLabels.ts'
import { accessModeRules } from './persistentVolumeClaimSpecRules.ts'
import { sourceOf, sourceRules } from './persistentVolumeSourceRules.ts'
import type { PersistentVolume, PersistentVolumeSpec, VolumeNodeAffinity } from './persistentVolumeType.ts'
import { nodeSelectorRules } from './pod/rules/affinity.ts'
import { differences } from './pod/rules/difference.ts'
import { wrong } from './pod/rules/names.ts'

const path = at('spec')
const inPlace = 'may not be specified in the context of inline volumes'
const mountOptionsAnnotation = 'volume.beta.kubernetes.io/mount-options'
const reclaimPolicies = ['Delete', 'Recycle', 'Retain']
const volumeModes = ['Block', 'Filesystem']

export function persistentVolumeRules(
  { metadata, spec }: PersistentVolume,
  old: PersistentVolume | undefined,
): readonly FieldError[] {
  return [
    ...persistentVolumeSpecRules(spec, metadata.name ?? '', false, path, old?.spec),
    ...(metadata.annotations?.[mountOptionsAnnotation] !== undefined && !canTakeOptions(spec)
      ? [
          forbidden(
            at('metadata', 'annotations', mountOptionsAnnotation),
            'may not specify mount options for this volume type',
          ),
        ]
      : []),
  ]
}

/** Kinds of storage that take mount options from the annotation. */
const takeOptions = [
  ...(['gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'nfs', 'rbd', 'quobyte', 'iscsi'] as const),
  ...(['cinder', 'cephfs', 'azureFile', 'vsphereVolume', 'azureDisk', 'photonPersistentDisk'] as const),
]
const canTakeOptions = (spec: PersistentVolumeSpec): boolean => takeOptions.some(name => spec[name])

/** What is wrong with a volume, or with one that stands inside an attachment. Of upstream's `ValidatePersistentVolumeSpec`. */
export function persistentVolumeSpecRules(
  spec: PersistentVolumeSpec,
  name: string,
  inline: boolean,
  path: Path,
  old?: PersistentVolumeSpec,
): FieldError[] {
  const { accessModes: modes = [], nodeAffinity, storageClassName, volumeAttributesClassName } = spec
  const errors: FieldError[] = inline ? inlineRules(spec, path) : []
  if (modes.length === 0) errors.push(required(path.child('accessModes')))
  errors.push(...accessModeRules(modes, path.child('accessModes')))
  if (!inline) {
    errors.push(...capacityRules(spec.capacity ?? {}, path.child('capacity')))
    errors.push(...choiceRules(spec, path))
    if (nodeAffinity) errors.push(...nodeAffinityRules(nodeAffinity, path.child('nodeAffinity'), old?.nodeAffinity))
  }
  errors.push(...sourceRules(spec, name, path))
  if (spec.local && (!nodeAffinity || inline))
    errors.push(required(path.child('nodeAffinity'), 'Local volume requires node affinity'))
  if (spec.hostPath && isRoot(spec.hostPath.path) && spec.persistentVolumeReclaimPolicy === 'Recycle')
    errors.push(
      forbidden(path.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'"),
    )
  if (storageClassName && !inline)
    errors.push(...wrong(dnsSubdomain(storageClassName), path.child('storageClassName'), storageClassName))
  if (volumeAttributesClassName === undefined) return errors
  const here = path.child('volumeAttributesClassName')
  if (!volumeAttributesClassName) errors.push(required(here, 'an empty string is disallowed'))
  else errors.push(...wrong(dnsSubdomain(volumeAttributesClassName), here, volumeAttributesClassName))
  if (!spec.csi) errors.push(required(path.child('csi'), 'has to be specified when using volumeAttributesClassName'))
  return errors
}

/** A volume inside an attachment is of a CSI driver, and nothing of it may be bound. */
function inlineRules(spec: PersistentVolumeSpec, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const { persistentVolumeReclaimPolicy: policy, volumeMode } = spec
  if (spec.claimRef) errors.push(forbidden(path.child('claimRef'), inPlace))
  if (Object.keys(spec.capacity ?? {}).length > 0) errors.push(forbidden(path.child('capacity'), inPlace))
  if (!spec.csi) errors.push(required(path.child('csi'), 'has to be specified in the context of inline volumes'))
  if (policy && policy !== 'Retain')
    errors.push(
      forbidden(path.child('persistentVolumeReclaimPolicy'), 'may only be Retain in the context of inline volumes'),
    )
  if (spec.nodeAffinity) errors.push(forbidden(path.child('nodeAffinity'), inPlace))
  if (spec.storageClassName) errors.push(forbidden(path.child('storageClassName'), inPlace))
  if (volumeMode !== undefined && volumeMode !== 'Filesystem')
    errors.push(
      forbidden(
        path.child('volumeMode'),
        'may not specify volumeMode other than Filesystem in the context of inline volumes',
      ),
    )
  return errors
}

function capacityRules(capacity: Readonly<Record<string, string>>, path: Path): FieldError[] {
  const names = Object.keys(capacity)
  const errors: FieldError[] = names.length === 0 ? [required(path)] : []
  if (names.length !== 1 || names[0] !== 'storage') errors.push(notSupported(path, capacity, ['storage']))
  for (const [name, amount] of Object.entries(capacity)) {
    if (compareQuantities(amount, '0') < 0)
      errors.push(invalid(path.key(name), intValue(amount), 'must be a valid resource quantity'))
    if (compareQuantities(amount, '0') <= 0) errors.push(invalid(path.key(name), amount, 'must be greater than zero'))
  }
  return errors
}

function choiceRules({ persistentVolumeReclaimPolicy: policy, volumeMode }: PersistentVolumeSpec, path: Path) {
  const errors: FieldError[] = []
  if (policy && !reclaimPolicies.includes(policy))
    errors.push(notSupported(path.child('persistentVolumeReclaimPolicy'), policy, reclaimPolicies))
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode))
    errors.push(notSupported(path.child('volumeMode'), volumeMode, volumeModes))
  return errors
}

/** Values that are no label values are let through where the old ones were none either. */
function nodeAffinityRules({ required: terms }: VolumeNodeAffinity, path: Path, old?: VolumeNodeAffinity) {
  if (!terms) return [required(path.child('required'), 'must specify required node constraints')]
  const lax = (old?.required?.nodeSelectorTerms ?? []).some(({ matchExpressions = [] }) =>
    matchExpressions.some(({ values = [] }) => values.some(value => labelValue(value).length > 0)),
  )
  return nodeSelectorRules(terms, path.child('required'), !lax)
}

/** Whether a path, without what does nothing in it, is that of the root. */
const isRoot = (path: string): boolean => {
  const parts: string[] = []
  for (const part of path.split('/'))
    if (part === '..') parts.pop()
    else if (part && part !== '.') parts.push(part)
  return path.startsWith('/') && parts.length === 0
}

/** What the volume is stays as it is. Of upstream's `ValidatePersistentVolumeUpdate`. */
export function persistentVolumeUpdateRules(now: PersistentVolume, old: PersistentVolume): readonly FieldError[] {
  const errors: FieldError[] = []
  const [before, after] = [sourceOf(old.spec), sourceOf(now.spec)]
  // The secret to grow the volume with may be added.
  if (after.csi && before.csi && !before.csi.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...csi } = after.csi
    after.csi = csi
  }
  if (!equal(after, before))
    errors.push(
      forbidden(
        path.child('persistentvolumesource'),
        `spec.persistentvolumesource is immutable after creation\n${differences(before, after, at())}`,
      ),
    )
  if (now.spec.volumeMode !== old.spec.volumeMode)
    errors.push(invalid(at('volumeMode'), now.spec.volumeMode, 'field is immutable'))
  const affinity = old.spec.nodeAffinity
  if (affinity && !sameAffinity(now.spec.nodeAffinity, affinity))
    errors.push(
      invalid(
        at('nodeAffinity'),
        now.spec.nodeAffinity,
        'field is immutable, except for updating from beta label to GA',
      ),
    )
  if (old.spec.volumeAttributesClassName !== undefined && now.spec.volumeAttributesClassName === undefined)
    errors.push(forbidden(path.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden'))
  return errors
}

/** Whether nothing changed but names of labels, from those of beta to those that stayed. */
function sameAffinity(now: VolumeNodeAffinity | undefined, old: VolumeNodeAffinity): boolean {
  const [after, before] = [now?.required?.nodeSelectorTerms ?? [], old.required?.nodeSelectorTerms ?? []]
  if (!now || !now.required !== !old.required || after.length !== before.length) return false
  return after.every((term, i) =>
    (['matchExpressions', 'matchFields'] as const).every(name => {
      const [ours, theirs] = [term[name] ?? [], before[i]?.[name] ?? []]
      return (
        ours.length === theirs.length &&
        ours.every((one, j) => {
          const other = theirs[j]
          if (!other) return false
          const key = betaLabels[other.key] === one.key ? one.key : other.key
          return equal(defined({ ...one }), defined({ ...other, key }))
        })
      )
    }),
  )
}
