import { fields, list, one, root, string, stringMap } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const volumeAttributesClassFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Driver the class is for. Never changes. */
  driverName: string(2, { always: true }),
  /** Settings of the volumes. Never change. */
  parameters: stringMap(3),
})
export interface VolumeAttributesClass extends RootShape<typeof volumeAttributesClassFields> {}
export const VolumeAttributesClass: Type<VolumeAttributesClass> = root(
  'io.k8s.api.storage.v1.VolumeAttributesClass',
  volumeAttributesClassFields,
)
export const VolumeAttributesClassV1beta1: Type<VolumeAttributesClass> = root(
  'io.k8s.api.storage.v1beta1.VolumeAttributesClass',
  volumeAttributesClassFields,
)
export const VolumeAttributesClassV1alpha1: Type<VolumeAttributesClass> = root(
  'io.k8s.api.storage.v1alpha1.VolumeAttributesClass',
  volumeAttributesClassFields,
)

const volumeAttributesClassListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, VolumeAttributesClass, { always: true }),
})
export interface VolumeAttributesClassList extends RootShape<typeof volumeAttributesClassListFields> {}
export const VolumeAttributesClassList: Type<VolumeAttributesClassList> = root(
  'io.k8s.api.storage.v1.VolumeAttributesClassList',
  volumeAttributesClassListFields,
)
