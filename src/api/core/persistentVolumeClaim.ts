import { milliValue } from '../../schema/scalars/quantity.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { accessModeText } from './accessModes.ts'
import {
  claimRules,
  claimStatusRules,
  claimUpdateRules,
  classAnnotation,
  storageClassOf,
} from './persistentVolumeClaimRules.ts'
import type { PersistentVolumeClaimSpec } from './persistentVolumeClaimSpec.ts'
import { PersistentVolumeClaim } from './persistentVolumeClaimType.ts'
import type { TypedLocalObjectReference } from './references.ts'

export { PersistentVolumeClaim, PersistentVolumeClaimList } from './persistentVolumeClaimType.ts'

const column = (
  name: string,
  description: string,
  cell: (claim: PersistentVolumeClaim) => string,
): Column<PersistentVolumeClaim> => ({ name, type: 'string', description, cell })

/** What older clients could name as a source; anything else was left out. */
const isOldSource = ({ apiGroup = '', kind }: TypedLocalObjectReference): boolean =>
  apiGroup ? apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot' : kind === 'PersistentVolumeClaim'

/** Both fields name the source, whichever of them is given; a source in another namespace is not taken yet. */
function completeSources(spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaimSpec | undefined): void {
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef
  const had = old?.dataSource || old?.dataSourceRef
  if (!had && !spec.dataSourceRef && spec.dataSource && !isOldSource(spec.dataSource)) delete spec.dataSource
  const { dataSource, dataSourceRef } = spec
  if (dataSource && !dataSourceRef) spec.dataSourceRef = { ...dataSource }
  if (dataSource || !dataSourceRef || dataSourceRef.namespace) return
  const { namespace: _, ...local } = dataSourceRef
  spec.dataSource = local
}

/** Of upstream's `GetWarningsForPersistentVolumeClaim`. */
function warnings({ metadata, spec: { resources } }: PersistentVolumeClaim): string[] {
  const texts: string[] = []
  if (metadata.annotations?.[classAnnotation] !== undefined)
    texts.push(
      `metadata.annotations[${classAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`,
    )
  for (const kind of ['requests', 'limits'] as const) {
    const amount = resources[kind]?.storage
    if (amount !== undefined && milliValue(amount) % 1000 !== 0)
      texts.push(
        `spec.resources.${kind}[storage]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
      )
  }
  return texts
}

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
  changes: statusApart<PersistentVolumeClaim>(() => ({ phase: 'Pending' }), {
    create: ({ spec }) => completeSources(spec, undefined),
    update: ({ spec }, old) => completeSources(spec, old.spec),
    updateRules: claimUpdateRules,
    warnings,
  }),
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
    column('StorageClass', 'Class of storage.', storageClassOf),
    column('VolumeAttributesClass', 'Class of settings.', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    ageColumn,
    { ...column('VolumeMode', 'File system or device.', ({ spec }) => spec.volumeMode ?? '<unset>'), priority: 1 },
  ],
  subresources: { status: statusView<PersistentVolumeClaim>({ rules: claimStatusRules }) },
})
