import { fields, list, one, quantity, root, string } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const csiStorageCapacityFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Nodes that reach this storage. */
  nodeTopology: one(2, LabelSelector, { pointer: true }),
  /** Class this is about. Never changes. */
  storageClassName: string(3, { always: true }),
  /** What is left. */
  capacity: quantity(4, { pointer: true }),
  /** Largest volume that can be made. */
  maximumVolumeSize: quantity(5, { pointer: true }),
})
export interface CSIStorageCapacity extends RootShape<typeof csiStorageCapacityFields> {}
export const CSIStorageCapacity: Type<CSIStorageCapacity> = root(
  'io.k8s.api.storage.v1.CSIStorageCapacity',
  csiStorageCapacityFields,
)
export const CSIStorageCapacityV1beta1: Type<CSIStorageCapacity> = root(
  'io.k8s.api.storage.v1beta1.CSIStorageCapacity',
  csiStorageCapacityFields,
)
export const CSIStorageCapacityV1alpha1: Type<CSIStorageCapacity> = root(
  'io.k8s.api.storage.v1alpha1.CSIStorageCapacity',
  csiStorageCapacityFields,
)

const csiStorageCapacityListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, CSIStorageCapacity, { always: true }),
})
export interface CSIStorageCapacityList extends RootShape<typeof csiStorageCapacityListFields> {}
export const CSIStorageCapacityList: Type<CSIStorageCapacityList> = root(
  'io.k8s.api.storage.v1.CSIStorageCapacityList',
  csiStorageCapacityListFields,
)
