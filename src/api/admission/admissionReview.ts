import { bool, bytes, fields, object, one, root, string, stringMap, strings } from '../../schema/fields.ts'
import { rawExtension } from '../../schema/scalars/raw.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { AuthenticatedUser } from '../authentication/tokenReview.ts'
import { GroupVersionKind, GroupVersionResource } from '../meta/apiResources.ts'
import { Status } from '../meta/status.ts'

const request = fields({
  /** Tells this request from others; the answer carries it too. */
  uid: string(1, { always: true }),
  /** What the object is, in the version that the webhook asked for. */
  kind: one(2, GroupVersionKind, { always: true }),
  /** The resource, in the version that the webhook asked for. */
  resource: one(3, GroupVersionResource, { always: true }),
  /** The subresource, if the request is about one. */
  subResource: string(4),
  /** What the object was when it was sent. */
  requestKind: one(13, GroupVersionKind, { pointer: true }),
  /** The resource that the request was sent to. */
  requestResource: one(14, GroupVersionResource, { pointer: true }),
  /** The subresource that the request was sent to. */
  requestSubResource: string(15),
  /** Name of the object; empty while the server has yet to make one. */
  name: string(5),
  /** Namespace of the object. */
  namespace: string(6),
  /** CREATE, UPDATE, DELETE or CONNECT. */
  operation: string(7, { always: true }),
  /** Who asks. */
  userInfo: one(8, AuthenticatedUser, { always: true }),
  /** The object as it would be. */
  object: one(9, rawExtension, { always: true }),
  /** The object as it is. */
  oldObject: one(10, rawExtension, { always: true }),
  /** Whether nothing will be stored. */
  dryRun: bool(11, { pointer: true }),
  /** What the request says of how it is to be carried out: CreateOptions and the like. */
  options: one(12, rawExtension, { always: true }),
})
export interface AdmissionReviewRequest extends Shape<typeof request> {}

const response = fields({
  /** That of the request. */
  uid: string(1, { always: true }),
  /** Whether the request may go on. */
  allowed: bool(2, { always: true }),
  /** Why not; nobody looks at it otherwise. */
  status: one(3, Status, { pointer: true }),
  /** How the object is to be changed. */
  patch: bytes(4),
  /** What the patch is: JSONPatch. */
  patchType: string(5, { pointer: true }),
  /** Facts for the audit event. */
  auditAnnotations: stringMap(6),
  /** Texts that the client is warned with. */
  warnings: strings(7, { listType: 'atomic' }),
})
export interface AdmissionReviewResponse extends Shape<typeof response> {}

/** One version of the review; the two that there are have the same fields. */
function review(prefix: string) {
  const asked: Type<AdmissionReviewRequest> = object(`${prefix}.AdmissionRequest`, request)
  const answered: Type<AdmissionReviewResponse> = object(`${prefix}.AdmissionResponse`, response)
  return fields({
    /** What is asked of the webhook. */
    request: one(1, asked, { pointer: true }),
    /** What the webhook answers. */
    response: one(2, answered, { pointer: true }),
  })
}

const v1 = review('io.k8s.api.admission.v1')
const v1beta1 = review('io.k8s.api.admission.v1beta1')

/** Asks a webhook about a write. */
export interface AdmissionReview extends RootShape<typeof v1> {}
export const AdmissionReview: Type<AdmissionReview> = root('io.k8s.api.admission.v1.AdmissionReview', v1)

/** As `AdmissionReview`, in the version that webhooks of long ago understand. */
export interface AdmissionReviewV1beta1 extends RootShape<typeof v1beta1> {}
export const AdmissionReviewV1beta1: Type<AdmissionReviewV1beta1> = root(
  'io.k8s.api.admission.v1beta1.AdmissionReview',
  v1beta1,
)
