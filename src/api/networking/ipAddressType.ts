import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const parentReferenceFields = fields({
  /** Group of the object's kind. */
  group: string(1),
  /** Plural of the object's kind. */
  resource: string(2),
  /** Namespace of the object. */
  namespace: string(3),
  /** Name of the object. */
  name: string(4),
})
export interface ParentReference extends Shape<typeof parentReferenceFields> {}
export const ParentReference: Type<ParentReference> = object(
  'io.k8s.api.networking.v1.ParentReference',
  parentReferenceFields,
)

const ipAddressSpecFields = fields({
  /** Whom the address belongs to. */
  parentRef: one(1, ParentReference, { pointer: true }),
})
export interface IPAddressSpec extends Shape<typeof ipAddressSpecFields> {}
export const IPAddressSpec: Type<IPAddressSpec> = object('io.k8s.api.networking.v1.IPAddressSpec', ipAddressSpecFields)

const ipAddressFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the address is for. */
  spec: one(2, IPAddressSpec, { always: true }),
})
export interface IPAddress extends RootShape<typeof ipAddressFields> {}
export const IPAddress: Type<IPAddress> = root('io.k8s.api.networking.v1.IPAddress', ipAddressFields)
export const IPAddressV1beta1: Type<IPAddress> = root('io.k8s.api.networking.v1beta1.IPAddress', ipAddressFields)

const ipAddressListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, IPAddress, { always: true }),
})
export interface IPAddressList extends RootShape<typeof ipAddressListFields> {}
export const IPAddressList: Type<IPAddressList> = root('io.k8s.api.networking.v1.IPAddressList', ipAddressListFields)
