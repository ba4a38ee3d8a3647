import { fields, one, root } from '../../schema/fields.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, RootShape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { emptyMetadataRules, questionRules, subjectRules } from './rules.ts'
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './subjectAccessReview.ts'

const localSubjectAccessReview = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** The question, about a resource in the review's namespace. */
  spec: one(2, SubjectAccessReviewSpec, { always: true, required: true }),
  /** The answer. */
  status: one(3, SubjectAccessReviewStatus, { always: true }),
})
export interface LocalSubjectAccessReview extends RootShape<typeof localSubjectAccessReview> {}
export const LocalSubjectAccessReview: Type<LocalSubjectAccessReview> = root(
  'io.k8s.api.authorization.v1.LocalSubjectAccessReview',
  localSubjectAccessReview,
)

function rules({ metadata, spec }: LocalSubjectAccessReview): FieldError[] {
  const errors = [...questionRules(spec), ...subjectRules(spec), ...emptyMetadataRules(metadata, true)]
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec
  if (resource && (resource.namespace ?? '') !== (metadata.namespace ?? ''))
    errors.push(
      invalid(at('spec.resourceAttributes.namespace'), resource.namespace ?? '', 'must match metadata.namespace'),
    )
  if (path) errors.push(invalid(at('spec.nonResourceAttributes'), path, 'disallowed on this kind of request'))
  return errors
}

/** Asks whether somebody may do something in the review's namespace. */
export const localSubjectAccessReviews = resource<LocalSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  namespaced: true,
  type: LocalSubjectAccessReview,
  verbs: ['create'],
  rules,
  virtual: true,
  generation: false,
})
