import { bool, fields, int64, list, object, one, oneOf, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const tokenRequestFields = fields({
  /** Whom the token is for; the API server when empty. */
  audience: string(1, { always: true }),
  /** Life of the token. */
  expirationSeconds: int64(2, { pointer: true }),
})
export interface TokenRequest extends Shape<typeof tokenRequestFields> {}
export const TokenRequest: Type<TokenRequest> = object('io.k8s.api.storage.v1.TokenRequest', tokenRequestFields)

const csiDriverSpecFields = fields({
  /** Whether volumes must be attached to nodes. */
  attachRequired: bool(1, { pointer: true }),
  /** Whether the driver is told about the pod at a mount. */
  podInfoOnMount: bool(2, { pointer: true }),
  /** Kinds of volume the driver makes: Persistent, Ephemeral. */
  volumeLifecycleModes: strings(3, { listType: 'set' }),
  /** Whether the scheduler looks at the capacity the driver tells. */
  storageCapacity: bool(4, { pointer: true }),
  /** Whether ownership of volumes may be changed for a pod. */
  fsGroupPolicy: oneOf(5, ['ReadWriteOnceWithFSType', 'File', 'None'], { pointer: true, open: true }),
  /** Tokens of the pod's account that the driver gets. */
  tokenRequests: list(6, TokenRequest, { listType: 'atomic' }),
  /** Whether mounts are brought up to date again and again. */
  requiresRepublish: bool(7, { pointer: true }),
  /** Whether volumes can be mounted with an SELinux context. */
  seLinuxMount: bool(8, { pointer: true }),
  /** How often nodes ask how many volumes they take. */
  nodeAllocatableUpdatePeriodSeconds: int64(9, { pointer: true }),
  /** Whether tokens are handed over as secrets. */
  serviceAccountTokenInSecrets: bool(10, { pointer: true }),
  /** Whether pods wait for nodes that have the driver. */
  preventPodSchedulingIfMissing: bool(11, { pointer: true }),
})
export interface CSIDriverSpec extends Shape<typeof csiDriverSpecFields> {}
export const CSIDriverSpec: Type<CSIDriverSpec> = object('io.k8s.api.storage.v1.CSIDriverSpec', csiDriverSpecFields)

const csiDriverFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the driver can do. */
  spec: one(2, CSIDriverSpec, { always: true }),
})
export interface CSIDriver extends RootShape<typeof csiDriverFields> {}
export const CSIDriver: Type<CSIDriver> = root('io.k8s.api.storage.v1.CSIDriver', csiDriverFields)
export const CSIDriverV1beta1: Type<CSIDriver> = root('io.k8s.api.storage.v1beta1.CSIDriver', csiDriverFields)

const csiDriverListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, CSIDriver, { always: true }),
})
export interface CSIDriverList extends RootShape<typeof csiDriverListFields> {}
export const CSIDriverList: Type<CSIDriverList> = root('io.k8s.api.storage.v1.CSIDriverList', csiDriverListFields)
