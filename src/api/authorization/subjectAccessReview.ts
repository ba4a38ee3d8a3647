import { bool, fields, list, map, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { FieldSelectorRequirement, LabelSelectorRequirement } from '../meta/labelSelector.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { stringList } from '../meta/stringList.ts'
import { resource } from '../resource.ts'
import { emptyMetadataRules, questionRules, subjectRules } from './rules.ts'

const labelSelectorAttributes = fields({
  /** The selector as text. */
  rawSelector: string(1),
  /** The selector taken apart. */
  requirements: list(2, LabelSelectorRequirement, { listType: 'atomic' }),
})
export interface LabelSelectorAttributes extends Shape<typeof labelSelectorAttributes> {}
export const LabelSelectorAttributes: Type<LabelSelectorAttributes> = object(
  'io.k8s.api.authorization.v1.LabelSelectorAttributes',
  labelSelectorAttributes,
)

const fieldSelectorAttributes = fields({
  /** The selector as text. */
  rawSelector: string(1),
  /** The selector taken apart. */
  requirements: list(2, FieldSelectorRequirement, { listType: 'atomic' }),
})
export interface FieldSelectorAttributes extends Shape<typeof fieldSelectorAttributes> {}
export const FieldSelectorAttributes: Type<FieldSelectorAttributes> = object(
  'io.k8s.api.authorization.v1.FieldSelectorAttributes',
  fieldSelectorAttributes,
)

const resourceAttributes = fields({
  /** Namespace of the request; empty is all of them, or none for cluster-wide kinds. */
  namespace: string(1),
  /** What is to be done; `*` is everything. */
  verb: string(2),
  /** API group; `*` is all. */
  group: string(3),
  /** API version; `*` is all. */
  version: string(4),
  /** Resource; `*` is all. */
  resource: string(5),
  /** Subresource, if it is about one. */
  subresource: string(6),
  /** Name of the object; empty is all. */
  name: string(7),
  /** Fields the request is limited to. */
  fieldSelector: one(8, FieldSelectorAttributes, { pointer: true }),
  /** Labels the request is limited to. */
  labelSelector: one(9, LabelSelectorAttributes, { pointer: true }),
})
export interface ResourceAttributes extends Shape<typeof resourceAttributes> {}
export const ResourceAttributes: Type<ResourceAttributes> = object(
  'io.k8s.api.authorization.v1.ResourceAttributes',
  resourceAttributes,
)

const nonResourceAttributes = fields({
  /** Path of the request. */
  path: string(1),
  /** HTTP method in lower case. */
  verb: string(2),
})
export interface NonResourceAttributes extends Shape<typeof nonResourceAttributes> {}
export const NonResourceAttributes: Type<NonResourceAttributes> = object(
  'io.k8s.api.authorization.v1.NonResourceAttributes',
  nonResourceAttributes,
)

const subjectAccessReviewSpec = fields({
  /** The request, when it is about a resource. */
  resourceAttributes: one(1, ResourceAttributes, { pointer: true }),
  /** The request, when it is about a path. */
  nonResourceAttributes: one(2, NonResourceAttributes, { pointer: true }),
  /** Who makes it. */
  user: string(3),
  /** Groups of the user. */
  groups: strings(4, { listType: 'atomic' }),
  /** More that the authenticator told. */
  extra: map(5, stringList),
  /** UID of the user. */
  uid: string(6),
})
export interface SubjectAccessReviewSpec extends Shape<typeof subjectAccessReviewSpec> {}
export const SubjectAccessReviewSpec: Type<SubjectAccessReviewSpec> = object(
  'io.k8s.api.authorization.v1.SubjectAccessReviewSpec',
  subjectAccessReviewSpec,
)

const subjectAccessReviewStatus = fields({
  /** Whether it may be done. */
  allowed: bool(1, { always: true }),
  /** Whether it is refused outright, rather than not allowed by anyone. */
  denied: bool(4),
  /** Why. */
  reason: string(2),
  /** What went wrong on the way to the answer. */
  evaluationError: string(3),
})
export interface SubjectAccessReviewStatus extends Shape<typeof subjectAccessReviewStatus> {}
export const SubjectAccessReviewStatus: Type<SubjectAccessReviewStatus> = object(
  'io.k8s.api.authorization.v1.SubjectAccessReviewStatus',
  subjectAccessReviewStatus,
)

const subjectAccessReview = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** The question. */
  spec: one(2, SubjectAccessReviewSpec, { always: true, required: true }),
  /** The answer. */
  status: one(3, SubjectAccessReviewStatus, { always: true }),
})
export interface SubjectAccessReview extends RootShape<typeof subjectAccessReview> {}
export const SubjectAccessReview: Type<SubjectAccessReview> = root(
  'io.k8s.api.authorization.v1.SubjectAccessReview',
  subjectAccessReview,
)

/** Asks whether somebody may do something. */
export const subjectAccessReviews = resource<SubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
  type: SubjectAccessReview,
  verbs: ['create'],
  rules: ({ metadata, spec }) => [...questionRules(spec), ...subjectRules(spec), ...emptyMetadataRules(metadata)],
  virtual: true,
  generation: false,
})
