import {
  bytes,
  fields,
  int32,
  list,
  listOf,
  map,
  object,
  one,
  root,
  string,
  strings,
  time,
} from '../../schema/fields.ts'
import { text } from '../../schema/scalars/basic.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

export const requestSpec = fields({
  /** The request: PKCS #10 as PEM. */
  request: bytes(1, { always: true }),
  /** Who is to sign, as `domain/name`. */
  signerName: string(7, { always: true }),
  /** How long the certificate is to be good, in seconds; the signer may give less. */
  expirationSeconds: int32(8, { pointer: true }),
  /** What the certificate is to be good for. */
  usages: strings(5, { listType: 'atomic' }),
  /** Who asked. Set by the server. */
  username: string(2),
  /** UID of who asked. Set by the server. */
  uid: string(3),
  /** Groups of who asked. Set by the server. */
  groups: strings(4, { listType: 'atomic' }),
  /** More about who asked. Set by the server. */
  extra: map(6, listOf(text)),
})
export interface CertificateSigningRequestSpec extends Shape<typeof requestSpec> {}
export const CertificateSigningRequestSpec: Type<CertificateSigningRequestSpec> = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequestSpec',
  requestSpec,
)

export const requestCondition = fields({
  /** Approved, Denied or Failed. */
  type: string(1, { always: true }),
  /** Whether it holds; Approved and Denied always do. */
  status: string(6, { always: true }),
  /** Why, as one word. */
  reason: string(2),
  /** Why, for people. */
  message: string(3),
  /** When the condition was last written. */
  lastUpdateTime: time(4, { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(5, { always: true }),
})
export interface CertificateSigningRequestCondition extends Shape<typeof requestCondition> {}
export const CertificateSigningRequestCondition: Type<CertificateSigningRequestCondition> = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequestCondition',
  requestCondition,
)

export const requestStatus = fields({
  /** What was decided. */
  conditions: list(1, CertificateSigningRequestCondition, { listType: 'map', listKeys: ['type'] }),
  /** The certificate, as PEM, once it is signed. */
  certificate: bytes(2),
})
export interface CertificateSigningRequestStatus extends Shape<typeof requestStatus> {}
export const CertificateSigningRequestStatus: Type<CertificateSigningRequestStatus> = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequestStatus',
  requestStatus,
)

export const certificateSigningRequest = fields({
  /** Name, labels and the like. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is asked for. */
  spec: one(2, CertificateSigningRequestSpec, { always: true, required: true }),
  /** What became of it. */
  status: one(3, CertificateSigningRequestStatus, { always: true }),
})
export interface CertificateSigningRequest extends RootShape<typeof certificateSigningRequest> {}
export const CertificateSigningRequest: Type<CertificateSigningRequest> = root(
  'io.k8s.api.certificates.v1.CertificateSigningRequest',
  certificateSigningRequest,
)

const certificateSigningRequestList = fields({
  /** Version of the list, and where its next page begins. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, CertificateSigningRequest, { always: true }),
})
export interface CertificateSigningRequestList extends RootShape<typeof certificateSigningRequestList> {}
export const CertificateSigningRequestList: Type<CertificateSigningRequestList> = root(
  'io.k8s.api.certificates.v1.CertificateSigningRequestList',
  certificateSigningRequestList,
)
