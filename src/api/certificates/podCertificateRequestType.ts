import { bytes, fields, int32, list, object, one, root, string, stringMap, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { Condition } from '../meta/condition.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const podCertificateRequestSpecFields = fields({
  /** Who is to sign, as `domain/name`. */
  signerName: string(1, { always: true }),
  /** Pod that gets the certificate. */
  podName: string(2, { always: true }),
  /** UID of the pod. */
  podUID: string(3, { always: true }),
  /** Account the pod runs as. */
  serviceAccountName: string(4, { always: true }),
  /** UID of the account. */
  serviceAccountUID: string(5, { always: true }),
  /** Node the pod runs on. */
  nodeName: string(6, { always: true }),
  /** UID of the node. */
  nodeUID: string(7, { always: true }),
  /** Longest life of the certificate, in seconds; the signer may give less. */
  maxExpirationSeconds: int32(8, { pointer: true, default: 86_400 }),
  /** Public key of the pod, in PKIX form; an older way than `stubPKCS10Request`. */
  pkixPublicKey: bytes(9, { always: true }),
  /** Signature of the pod's UID by the key. */
  proofOfPossession: bytes(10, { always: true }),
  /** Request (PKCS #10) that tells the key, and is signed by it; nothing else in it counts. */
  stubPKCS10Request: bytes(12, { always: true }),
  /** What the pod wants the signer to know; nobody has checked it. */
  unverifiedUserAnnotations: stringMap(11),
})
export interface PodCertificateRequestSpec extends Shape<typeof podCertificateRequestSpecFields> {}
export const PodCertificateRequestSpec: Type<PodCertificateRequestSpec> = object(
  'io.k8s.api.certificates.v1beta1.PodCertificateRequestSpec',
  podCertificateRequestSpecFields,
)

const podCertificateRequestStatusFields = fields({
  /** Issued, Denied or Failed. */
  conditions: list(1, Condition, { patchStrategy: 'merge', mergeKey: 'type', listType: 'map', listKeys: ['type'] }),
  /** The certificate and those between it and the authority, as PEM. */
  certificateChain: string(2),
  /** Since when the certificate is good. */
  notBefore: time(4, { pointer: true }),
  /** When the pod should ask for the next one. */
  beginRefreshAt: time(5, { pointer: true }),
  /** Until when the certificate is good. */
  notAfter: time(6, { pointer: true }),
})
export interface PodCertificateRequestStatus extends Shape<typeof podCertificateRequestStatusFields> {}
export const PodCertificateRequestStatus: Type<PodCertificateRequestStatus> = object(
  'io.k8s.api.certificates.v1beta1.PodCertificateRequestStatus',
  podCertificateRequestStatusFields,
)

const podCertificateRequestFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is asked for. */
  spec: one(2, PodCertificateRequestSpec, { always: true, required: true }),
  /** What became of it. */
  status: one(3, PodCertificateRequestStatus, { always: true }),
})
export interface PodCertificateRequest extends RootShape<typeof podCertificateRequestFields> {}
export const PodCertificateRequest: Type<PodCertificateRequest> = root(
  'io.k8s.api.certificates.v1beta1.PodCertificateRequest',
  podCertificateRequestFields,
)

const podCertificateRequestListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, PodCertificateRequest, { always: true }),
})
export interface PodCertificateRequestList extends RootShape<typeof podCertificateRequestListFields> {}
export const PodCertificateRequestList: Type<PodCertificateRequestList> = root(
  'io.k8s.api.certificates.v1beta1.PodCertificateRequestList',
  podCertificateRequestListFields,
)
