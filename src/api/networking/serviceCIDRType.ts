import { fields, list, object, one, root, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { Condition } from '../meta/condition.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const serviceCIDRSpecFields = fields({
  /** Ranges, one of each family at most. */
  cidrs: strings(1, { listType: 'atomic' }),
})
export interface ServiceCIDRSpec extends Shape<typeof serviceCIDRSpecFields> {}
export const ServiceCIDRSpec: Type<ServiceCIDRSpec> = object(
  'io.k8s.api.networking.v1.ServiceCIDRSpec',
  serviceCIDRSpecFields,
)

const serviceCIDRStatusFields = fields({
  /** State of the ranges. */
  conditions: list(1, Condition, { patchStrategy: 'merge', mergeKey: 'type', listType: 'map', listKeys: ['type'] }),
})
export interface ServiceCIDRStatus extends Shape<typeof serviceCIDRStatusFields> {}
export const ServiceCIDRStatus: Type<ServiceCIDRStatus> = object(
  'io.k8s.api.networking.v1.ServiceCIDRStatus',
  serviceCIDRStatusFields,
)

const serviceCIDRFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Where services get their addresses from. */
  spec: one(2, ServiceCIDRSpec, { always: true }),
  /** What was seen last. */
  status: one(3, ServiceCIDRStatus, { always: true }),
})
export interface ServiceCIDR extends RootShape<typeof serviceCIDRFields> {}
export const ServiceCIDR: Type<ServiceCIDR> = root('io.k8s.api.networking.v1.ServiceCIDR', serviceCIDRFields)
export const ServiceCIDRV1beta1: Type<ServiceCIDR> = root(
  'io.k8s.api.networking.v1beta1.ServiceCIDR',
  serviceCIDRFields,
)

const serviceCIDRListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ServiceCIDR, { always: true }),
})
export interface ServiceCIDRList extends RootShape<typeof serviceCIDRListFields> {}
export const ServiceCIDRList: Type<ServiceCIDRList> = root(
  'io.k8s.api.networking.v1.ServiceCIDRList',
  serviceCIDRListFields,
)
