import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const ingressClassParametersReferenceFields = fields({
  /** Group of the kind; the core group when absent. */
  apiGroup: string(1, { pointer: true }),
  /** Kind of the parameters. */
  kind: string(2, { always: true }),
  /** Name of the parameters. */
  name: string(3, { always: true }),
  /** Whether they are in a namespace or the whole cluster's. */
  scope: string(4, { pointer: true }),
  /** Namespace of the parameters, where they have one. */
  namespace: string(5, { pointer: true }),
})
export interface IngressClassParametersReference extends Shape<typeof ingressClassParametersReferenceFields> {}
export const IngressClassParametersReference: Type<IngressClassParametersReference> = object(
  'io.k8s.api.networking.v1.IngressClassParametersReference',
  ingressClassParametersReferenceFields,
)

const ingressClassSpecFields = fields({
  /** Controller that carries out ingresses of this class, as `domain/path`. Never changes. */
  controller: string(1),
  /** More for the controller. */
  parameters: one(2, IngressClassParametersReference, { pointer: true }),
})
export interface IngressClassSpec extends Shape<typeof ingressClassSpecFields> {}
export const IngressClassSpec: Type<IngressClassSpec> = object(
  'io.k8s.api.networking.v1.IngressClassSpec',
  ingressClassSpecFields,
)

const ingressClassFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the class means. */
  spec: one(2, IngressClassSpec, { always: true }),
})
export interface IngressClass extends RootShape<typeof ingressClassFields> {}
export const IngressClass: Type<IngressClass> = root('io.k8s.api.networking.v1.IngressClass', ingressClassFields)
export const IngressClassV1beta1: Type<IngressClass> = root(
  'io.k8s.api.networking.v1beta1.IngressClass',
  ingressClassFields,
)

const ingressClassListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, IngressClass, { always: true }),
})
export interface IngressClassList extends RootShape<typeof ingressClassListFields> {}
export const IngressClassList: Type<IngressClassList> = root(
  'io.k8s.api.networking.v1.IngressClassList',
  ingressClassListFields,
)
