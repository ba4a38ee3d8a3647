import type { KubeObject, ListMeta, ObjectList } from '../../api/meta/objectMeta.ts'
import { PartialObjectMetadata } from '../../api/meta/partialObjectMetadata.ts'
import type { Type } from '../../schema/types.ts'
import { listTypeOf } from './lists.ts'

/** An object of any kind as metadata alone: PartialObjectMetadata. `apiVersion`: `meta.k8s.io/v1` or `v1beta1`. */
export const asMetadata = ({ metadata }: KubeObject, apiVersion: string): PartialObjectMetadata => ({
  kind: 'PartialObjectMetadata',
  apiVersion,
  metadata,
})

/** A list of metadata: PartialObjectMetadataList. */
export const asMetadataList = (
  objects: readonly KubeObject[],
  metadata: ListMeta,
  apiVersion: string,
): ObjectList<PartialObjectMetadata> => ({
  kind: 'PartialObjectMetadataList',
  apiVersion,
  metadata,
  items: objects.map(object => asMetadata(object, apiVersion)),
})

export const metadataType = PartialObjectMetadata as Type<unknown>
export const metadataListType = listTypeOf(metadataType)
