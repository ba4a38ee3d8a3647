import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const clusterTrustBundleSpecFields = fields({
  /** Signer whose certificates are verified by it. */
  signerName: string(1),
  /** Authorities, as PEM. */
  trustBundle: string(2, { always: true }),
})
export interface ClusterTrustBundleSpec extends Shape<typeof clusterTrustBundleSpecFields> {}
export const ClusterTrustBundleSpec: Type<ClusterTrustBundleSpec> = object(
  'io.k8s.api.certificates.v1beta1.ClusterTrustBundleSpec',
  clusterTrustBundleSpecFields,
)

const clusterTrustBundleFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is trusted. */
  spec: one(2, ClusterTrustBundleSpec, { always: true }),
})
export interface ClusterTrustBundle extends RootShape<typeof clusterTrustBundleFields> {}
export const ClusterTrustBundle: Type<ClusterTrustBundle> = root(
  'io.k8s.api.certificates.v1beta1.ClusterTrustBundle',
  clusterTrustBundleFields,
)

const clusterTrustBundleListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ClusterTrustBundle, { always: true }),
})
export interface ClusterTrustBundleList extends RootShape<typeof clusterTrustBundleListFields> {}
export const ClusterTrustBundleList: Type<ClusterTrustBundleList> = root(
  'io.k8s.api.certificates.v1beta1.ClusterTrustBundleList',
  clusterTrustBundleListFields,
)
