import { fields, object, one, root } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { AuthenticatedUser } from './tokenReview.ts'

const selfSubjectReviewStatus = fields({
  /** Who made the request. */
  userInfo: one(1, AuthenticatedUser, { always: true }),
})
export interface SelfSubjectReviewStatus extends Shape<typeof selfSubjectReviewStatus> {}
export const SelfSubjectReviewStatus: Type<SelfSubjectReviewStatus> = object(
  'io.k8s.api.authentication.v1.SelfSubjectReviewStatus',
  selfSubjectReviewStatus,
)

const selfSubjectReview = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** The answer. */
  status: one(2, SelfSubjectReviewStatus, { always: true }),
})
export interface SelfSubjectReview extends RootShape<typeof selfSubjectReview> {}
export const SelfSubjectReview: Type<SelfSubjectReview> = root(
  'io.k8s.api.authentication.v1.SelfSubjectReview',
  selfSubjectReview,
)

/** Asks who the server takes the asker for. */
export const selfSubjectReviews = resource<SelfSubjectReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  namespaced: false,
  type: SelfSubjectReview,
  verbs: ['create'],
  virtual: true,
  generation: false,
})
