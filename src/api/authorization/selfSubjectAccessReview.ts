import { fields, object, one, root } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { emptyMetadataRules, questionRules } from './rules.ts'
import { NonResourceAttributes, ResourceAttributes, SubjectAccessReviewStatus } from './subjectAccessReview.ts'

const selfSubjectAccessReviewSpec = fields({
  /** The request, when it is about a resource. */
  resourceAttributes: one(1, ResourceAttributes, { pointer: true }),
  /** The request, when it is about a path. */
  nonResourceAttributes: one(2, NonResourceAttributes, { pointer: true }),
})
export interface SelfSubjectAccessReviewSpec extends Shape<typeof selfSubjectAccessReviewSpec> {}
export const SelfSubjectAccessReviewSpec: Type<SelfSubjectAccessReviewSpec> = object(
  'io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec',
  selfSubjectAccessReviewSpec,
)

const selfSubjectAccessReview = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** The question, about the one who asks. */
  spec: one(2, SelfSubjectAccessReviewSpec, { always: true, required: true }),
  /** The answer. */
  status: one(3, SubjectAccessReviewStatus, { always: true }),
})
export interface SelfSubjectAccessReview extends RootShape<typeof selfSubjectAccessReview> {}
export const SelfSubjectAccessReview: Type<SelfSubjectAccessReview> = root(
  'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
  selfSubjectAccessReview,
)

/** Asks whether the asker may do something. */
export const selfSubjectAccessReviews = resource<SelfSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
  type: SelfSubjectAccessReview,
  verbs: ['create'],
  rules: ({ metadata, spec }) => [...questionRules(spec), ...emptyMetadataRules(metadata)],
  virtual: true,
  generation: false,
})
