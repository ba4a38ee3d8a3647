import { bool, bytes, fields, int32, list, object, one, oneOf, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const serviceReferenceFields = fields({
  /** Namespace of the service. */
  namespace: string(1),
  /** Name of the service. */
  name: string(2),
  /** Port of the service. */
  port: int32(3, { pointer: true }),
})
export interface ServiceReference extends Shape<typeof serviceReferenceFields> {}
export const ServiceReference: Type<ServiceReference> = object(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference',
  serviceReferenceFields,
)

const apiServiceSpecFields = fields({
  /** Service of the server that serves the version; this server's own when absent. */
  service: one(1, ServiceReference, { pointer: true }),
  /** Group of the version. */
  group: string(2),
  /** The version. */
  version: string(3),
  /** Whether any certificate will do. */
  insecureSkipTLSVerify: bool(4),
  /** Authorities the server's certificate is verified against, as PEM. */
  caBundle: bytes(5, { listType: 'atomic' }),
  /** Groups with higher numbers come first in discovery. */
  groupPriorityMinimum: int32(7, { always: true }),
  /** Versions with higher numbers come first in their group. */
  versionPriority: int32(8, { always: true }),
})
export interface APIServiceSpec extends Shape<typeof apiServiceSpecFields> {}
export const APIServiceSpec: Type<APIServiceSpec> = object(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec',
  apiServiceSpecFields,
)

const apiServiceConditionFields = fields({
  /** Which aspect the condition speaks of. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown'], { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(3),
  /** Why, as one word. */
  reason: string(4),
  /** Why, for people. */
  message: string(5),
})
export interface APIServiceCondition extends Shape<typeof apiServiceConditionFields> {}
export const APIServiceCondition: Type<APIServiceCondition> = object(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition',
  apiServiceConditionFields,
)

const apiServiceStatusFields = fields({
  /** Whether the server answers. */
  conditions: list(1, APIServiceCondition, {
    patchStrategy: 'merge',
    mergeKey: 'type',
    listType: 'map',
    listKeys: ['type'],
  }),
})
export interface APIServiceStatus extends Shape<typeof apiServiceStatusFields> {}
export const APIServiceStatus: Type<APIServiceStatus> = object(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus',
  apiServiceStatusFields,
)

const apiServiceFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Who serves the version. */
  spec: one(2, APIServiceSpec, { always: true }),
  /** What was seen last. */
  status: one(3, APIServiceStatus, { always: true }),
})
export interface APIService extends RootShape<typeof apiServiceFields> {}
export const APIService: Type<APIService> = root(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  apiServiceFields,
)

const apiServiceListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, APIService, { always: true }),
})
export interface APIServiceList extends RootShape<typeof apiServiceListFields> {}
export const APIServiceList: Type<APIServiceList> = root(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceList',
  apiServiceListFields,
)

const v1beta1 = 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1'
export const APIServiceV1beta1: Type<APIService> = root(`${v1beta1}.APIService`, apiServiceFields)
