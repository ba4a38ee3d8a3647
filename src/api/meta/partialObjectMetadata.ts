import { fields, list, one, root } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from './objectMeta.ts'

const partialObjectMetadata = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
})
export interface PartialObjectMetadata extends RootShape<typeof partialObjectMetadata> {}
export const PartialObjectMetadata: Type<PartialObjectMetadata> = root(
  'io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata',
  partialObjectMetadata,
)

const partialObjectMetadataList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, PartialObjectMetadata, { always: true }),
})
export interface PartialObjectMetadataList extends RootShape<typeof partialObjectMetadataList> {}
export const PartialObjectMetadataList: Type<PartialObjectMetadataList> = root(
  'io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadataList',
  partialObjectMetadataList,
)
