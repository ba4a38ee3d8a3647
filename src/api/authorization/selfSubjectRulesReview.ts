import { bool, fields, list, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'

const selfSubjectRulesReviewSpec = fields({
  /** Namespace the question is about. */
  namespace: string(1),
})
export interface SelfSubjectRulesReviewSpec extends Shape<typeof selfSubjectRulesReviewSpec> {}
export const SelfSubjectRulesReviewSpec: Type<SelfSubjectRulesReviewSpec> = object(
  'io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec',
  selfSubjectRulesReviewSpec,
)

const resourceRule = fields({
  /** What may be done; `*` is everything. */
  verbs: strings(1, { always: true, listType: 'atomic' }),
  /** Groups of the resources; `*` is all. */
  apiGroups: strings(2, { listType: 'atomic' }),
  /** The resources; `*` is all. */
  resources: strings(3, { listType: 'atomic' }),
  /** Only objects of these names; any when empty. */
  resourceNames: strings(4, { listType: 'atomic' }),
})
export interface ResourceRule extends Shape<typeof resourceRule> {}
export const ResourceRule: Type<ResourceRule> = object('io.k8s.api.authorization.v1.ResourceRule', resourceRule)

const nonResourceRule = fields({
  /** HTTP methods in lower case; `*` is everything. */
  verbs: strings(1, { always: true, listType: 'atomic' }),
  /** The paths; a `*` at the end matches any rest. */
  nonResourceURLs: strings(2, { listType: 'atomic' }),
})
export interface NonResourceRule extends Shape<typeof nonResourceRule> {}
export const NonResourceRule: Type<NonResourceRule> = object(
  'io.k8s.api.authorization.v1.NonResourceRule',
  nonResourceRule,
)

const subjectRulesReviewStatus = fields({
  /** What may be done with resources, in no order; may repeat itself. */
  resourceRules: list(1, ResourceRule, { always: true, listType: 'atomic' }),
  /** What may be done with paths. */
  nonResourceRules: list(2, NonResourceRule, { always: true, listType: 'atomic' }),
  /** Whether some authorizer could not list its rules. */
  incomplete: bool(3, { always: true }),
  /** What went wrong on the way to the answer. */
  evaluationError: string(4),
})
export interface SubjectRulesReviewStatus extends Shape<typeof subjectRulesReviewStatus> {}
export const SubjectRulesReviewStatus: Type<SubjectRulesReviewStatus> = object(
  'io.k8s.api.authorization.v1.SubjectRulesReviewStatus',
  subjectRulesReviewStatus,
)

const selfSubjectRulesReview = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** The question, about the one who asks. */
  spec: one(2, SelfSubjectRulesReviewSpec, { always: true, required: true }),
  /** The answer. */
  status: one(3, SubjectRulesReviewStatus, { always: true }),
})
export interface SelfSubjectRulesReview extends RootShape<typeof selfSubjectRulesReview> {}
export const SelfSubjectRulesReview: Type<SelfSubjectRulesReview> = root(
  'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
  selfSubjectRulesReview,
)

/** Asks what the asker may do in a namespace. Some authorizers cannot say it all. */
export const selfSubjectRulesReviews = resource<SelfSubjectRulesReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  namespaced: false,
  type: SelfSubjectRulesReview,
  verbs: ['create'],
  virtual: true,
  generation: false,
})
