import { fields, list, object, one, root } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { ResourceClaimSpec } from '../resource/resourceClaimSpecType.ts'

export const resourceClaimTemplateSpecFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the claims want. */
  spec: one(2, ResourceClaimSpec, { always: true }),
})
export interface ResourceClaimTemplateSpec extends Shape<typeof resourceClaimTemplateSpecFields> {}
export const ResourceClaimTemplateSpec: Type<ResourceClaimTemplateSpec> = object(
  'io.k8s.api.resource.v1.ResourceClaimTemplateSpec',
  resourceClaimTemplateSpecFields,
)

export const resourceClaimTemplateFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What claims are made from. */
  spec: one(2, ResourceClaimTemplateSpec, { always: true }),
})
export interface ResourceClaimTemplate extends RootShape<typeof resourceClaimTemplateFields> {}
export const ResourceClaimTemplate: Type<ResourceClaimTemplate> = root(
  'io.k8s.api.resource.v1.ResourceClaimTemplate',
  resourceClaimTemplateFields,
)

const resourceClaimTemplateListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ResourceClaimTemplate, { always: true }),
})
export interface ResourceClaimTemplateList extends RootShape<typeof resourceClaimTemplateListFields> {}
export const ResourceClaimTemplateList: Type<ResourceClaimTemplateList> = root(
  'io.k8s.api.resource.v1.ResourceClaimTemplateList',
  resourceClaimTemplateListFields,
)
