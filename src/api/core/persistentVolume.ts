import { at } from '../../schema/rules/path.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { accessModeText } from './accessModes.ts'
import { nodeSelectorWarnings } from './node/deprecatedLabels.ts'
import { classAnnotation } from './persistentVolumeClaimRules.ts'
import { persistentVolumeRules, persistentVolumeUpdateRules } from './persistentVolumeRules.ts'
import { PersistentVolume } from './persistentVolumeType.ts'

export { PersistentVolume, PersistentVolumeList } from './persistentVolumeType.ts'

function defaults({ spec, status }: PersistentVolume): void {
  status.phase ||= 'Pending'
  spec.persistentVolumeReclaimPolicy ||= 'Retain'
  spec.volumeMode ??= 'Filesystem'
}

const deprecatedAnnotations: Readonly<Record<string, string>> = {
  [classAnnotation]: 'deprecated since v1.8; use "storageClassName" attribute instead',
  'volume.beta.kubernetes.io/mount-options': 'deprecated since v1.31; use "mountOptions" attribute instead',
}
const goneSources = {
  cephfs: 'cephfs: deprecated in v1.28, non-functional in v1.31+',
  photonPersistentDisk: 'photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+',
  scaleIO: 'scaleIO: deprecated in v1.16, non-functional in v1.22+',
  storageos: 'storageOS: deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'glusterfs: deprecated in v1.25, non-functional in v1.26+',
  rbd: 'rbd: deprecated in v1.28, non-functional in v1.31+',
} as const

/** Of upstream's `GetWarningsForPersistentVolume`. */
function warnings({ metadata, spec }: PersistentVolume): string[] {
  const texts: string[] = []
  for (const [name, told] of Object.entries(deprecatedAnnotations))
    if (metadata.annotations?.[name] !== undefined) texts.push(`metadata.annotations[${name}]: ${told}`)
  if (spec.persistentVolumeReclaimPolicy === 'Recycle')
    texts.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    )
  if (spec.nodeAffinity?.required)
    texts.push(
      ...nodeSelectorWarnings(spec.nodeAffinity.required, at('spec', 'nodeAffinity', 'required', 'nodeSelectorTerms')),
    )
  for (const [name, told] of Object.entries(goneSources))
    if (spec[name as keyof typeof goneSources]) texts.push(`spec.${told}`)
  return texts
}

const column = (
  name: string,
  description: string,
  cell: (volume: PersistentVolume) => string,
): Column<PersistentVolume> => ({ name, type: 'string', description, cell })

/** Notes when the phase changes, unless the writer does. */
function stampPhase({ status }: PersistentVolume, { status: before }: PersistentVolume, timestamp: string): void {
  const given = status.lastPhaseTransitionTime
  const known = before.lastPhaseTransitionTime
  if (status.phase === before.phase) {
    if (given === undefined && known !== undefined) status.lastPhaseTransitionTime = known
  } else if (given === undefined || given === known) status.lastPhaseTransitionTime = timestamp
}

const view = statusView<PersistentVolume>()

/** A piece of storage of the cluster. */
export const persistentVolumes = resource<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  short: ['pv'],
  namespaced: false,
  type: PersistentVolume,
  generation: false,
  defaults,
  rules: persistentVolumeRules,
  changes: statusApart<PersistentVolume>(() => ({}), {
    create(object, { timestamp }) {
      object.status = { phase: 'Pending', lastPhaseTransitionTime: timestamp }
    },
    updateRules: persistentVolumeUpdateRules,
    warnings,
  }),
  columns: [
    nameColumn,
    column('Capacity', 'How much it holds.', ({ spec }) => spec.capacity?.storage ?? ''),
    column('Access Modes', 'How it can be mounted.', ({ spec }) => accessModeText(spec.accessModes)),
    column(
      'Reclaim Policy',
      'What becomes of it without a claim.',
      ({ spec }) => spec.persistentVolumeReclaimPolicy ?? '',
    ),
    column('Status', 'State of the volume.', ({ metadata, status }) =>
      metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
    ),
    column('Claim', 'Claim it is bound to.', ({ spec: { claimRef } }) =>
      claimRef ? `${claimRef.namespace}/${claimRef.name}` : '',
    ),
    column('StorageClass', 'Class of storage.', ({ spec }) => spec.storageClassName ?? ''),
    column('VolumeAttributesClass', 'Class of settings.', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    column('Reason', 'Why it is so.', ({ status }) => status.reason ?? ''),
    ageColumn,
    { ...column('VolumeMode', 'File system or device.', ({ spec }) => spec.volumeMode ?? '<unset>'), priority: 1 },
  ],
  subresources: {
    status: {
      ...view,
      update(object, old, context) {
        view.update?.(object, old, context)
        stampPhase(object, old, context.timestamp)
      },
    },
  },
})
