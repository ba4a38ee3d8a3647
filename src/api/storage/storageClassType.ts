import { bool, fields, list, one, oneOf, root, string, stringMap, strings } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { TopologySelectorTerm } from '../core/node/topologySelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const storageClassFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Driver that makes volumes. */
  provisioner: string(2, { always: true }),
  /** What the driver is told. */
  parameters: stringMap(3),
  /** What becomes of volumes when their claims are gone. */
  reclaimPolicy: oneOf(4, ['Recycle', 'Delete', 'Retain'], { pointer: true, open: true }),
  /** Options that volumes are mounted with. */
  mountOptions: strings(5, { listType: 'atomic' }),
  /** Whether claims may ask for more later. */
  allowVolumeExpansion: bool(6, { pointer: true }),
  /** Whether volumes are made at once, or when a pod needs them. */
  volumeBindingMode: oneOf(7, ['Immediate', 'WaitForFirstConsumer'], { pointer: true, open: true }),
  /** Where volumes may be made. */
  allowedTopologies: list(8, TopologySelectorTerm, { listType: 'atomic' }),
})
export interface StorageClass extends RootShape<typeof storageClassFields> {}
export const StorageClass: Type<StorageClass> = root('io.k8s.api.storage.v1.StorageClass', storageClassFields)
export const StorageClassV1beta1: Type<StorageClass> = root(
  'io.k8s.api.storage.v1beta1.StorageClass',
  storageClassFields,
)

const storageClassListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, StorageClass, { always: true }),
})
export interface StorageClassList extends RootShape<typeof storageClassListFields> {}
export const StorageClassList: Type<StorageClassList> = root(
  'io.k8s.api.storage.v1.StorageClassList',
  storageClassListFields,
)
