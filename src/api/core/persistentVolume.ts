import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { accessModeText } from './accessModes.ts'
import { persistentVolumeRules, persistentVolumeUpdateRules } from './persistentVolumeRules.ts'
import { PersistentVolume } from './persistentVolumeType.ts'

export { PersistentVolume, PersistentVolumeList } from './persistentVolumeType.ts'

function defaults({ spec, status }: PersistentVolume): void {
  status.phase ||= 'Pending'
  spec.persistentVolumeReclaimPolicy ||= 'Retain'
  spec.volumeMode ??= 'Filesystem'
  const { rbd, scaleIO, iscsi } = spec
  if (rbd) {
    rbd.pool ||= 'rbd'
    rbd.user ||= 'admin'
    rbd.keyring ||= '/etc/ceph/keyring'
  }
  if (iscsi) iscsi.iscsiInterface ||= 'default'
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned'
    scaleIO.fsType ||= 'xfs'
  }
}

const column = (
  name: string,
  description: string,
  cell: (volume: PersistentVolume) => string,
): Column<PersistentVolume> => ({ name, type: 'string', description, cell })

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
  changes: statusApart<PersistentVolume>(() => ({ phase: 'Pending' }), {
    create(object, { timestamp }) {
      object.status = { phase: 'Pending', lastPhaseTransitionTime: timestamp }
    },
    updateRules: persistentVolumeUpdateRules,
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
    status: statusView<PersistentVolume>({
      updateRules: () => [],
    }),
  },
})
