import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { accessModeText } from './accessModes.ts'
import { claimRules, claimStatusRules, claimUpdateRules } from './persistentVolumeClaimRules.ts'
import { PersistentVolumeClaim } from './persistentVolumeClaimType.ts'

export { PersistentVolumeClaim, PersistentVolumeClaimList } from './persistentVolumeClaimType.ts'

const column = (
  name: string,
  description: string,
  cell: (claim: PersistentVolumeClaim) => string,
): Column<PersistentVolumeClaim> => ({ name, type: 'string', description, cell })

const oldClassAnnotation = 'volume.beta.kubernetes.io/storage-class'

/** A request for a piece of storage, and the hold on it. */
export const persistentVolumeClaims = resource<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  short: ['pvc'],
  namespaced: true,
  type: PersistentVolumeClaim,
  generation: false,
  defaults({ status }) {
    status.phase ||= 'Pending'
  },
  rules: claimRules,
  changes: statusApart<PersistentVolumeClaim>(() => ({ phase: 'Pending' }), { updateRules: claimUpdateRules }),
  columns: [
    nameColumn,
    column('Status', 'State of the claim.', ({ metadata, status }) =>
      metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
    ),
    column('Volume', 'Volume it is bound to.', ({ spec }) => spec.volumeName ?? ''),
    column('Capacity', 'How much the volume holds.', ({ spec, status }) =>
      spec.volumeName ? (status.capacity?.storage ?? '0') : '',
    ),
    column('Access Modes', 'How the volume can be mounted.', ({ spec, status }) =>
      spec.volumeName ? accessModeText(status.accessModes) : '',
    ),
    column(
      'StorageClass',
      'Class of storage.',
      ({ metadata, spec }) => metadata.annotations?.[oldClassAnnotation] ?? spec.storageClassName ?? '',
    ),
    column('VolumeAttributesClass', 'Class of settings.', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    ageColumn,
    { ...column('VolumeMode', 'File system or device.', ({ spec }) => spec.volumeMode ?? '<unset>'), priority: 1 },
  ],
  subresources: { status: statusView<PersistentVolumeClaim>({ rules: claimStatusRules }) },
})
