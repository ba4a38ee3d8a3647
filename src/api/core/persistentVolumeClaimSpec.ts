import { fields, object, one, oneOf, string, strings } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { TypedLocalObjectReference, TypedObjectReference } from './references.ts'
import { VolumeResourceRequirements } from './resourceRequirements.ts'

const persistentVolumeClaimSpec = fields({
  /** How the volume must be mountable: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod. */
  accessModes: strings(1, { listType: 'atomic' }),
  /** Labels of the volumes that will do. */
  selector: one(4, LabelSelector, { pointer: true }),
  /** Size that is wanted. */
  resources: one(2, VolumeResourceRequirements, { always: true }),
  /** Volume the claim is bound to. */
  volumeName: string(3),
  /** Class of storage that is wanted; the cluster's default when absent. */
  storageClassName: string(5, { pointer: true }),
  /** Mounted as a file system, or handed over as a block device. */
  volumeMode: oneOf(6, ['Block', 'Filesystem'], { pointer: true, default: 'Filesystem' }),
  /** What the new volume is filled from: a snapshot or another claim. */
  dataSource: one(7, TypedLocalObjectReference, { pointer: true }),
  /** What the new volume is filled from; any kind of object. */
  dataSourceRef: one(8, TypedObjectReference, { pointer: true }),
  /** Class of settings that may change while the volume lives. */
  volumeAttributesClassName: string(9, { pointer: true }),
})
export interface PersistentVolumeClaimSpec extends Shape<typeof persistentVolumeClaimSpec> {}
export const PersistentVolumeClaimSpec: Type<PersistentVolumeClaimSpec> = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec',
  persistentVolumeClaimSpec,
)
