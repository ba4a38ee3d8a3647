import { forbidden, invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import type { ObjectMeta } from '../meta/objectMeta.ts'
import type { NonResourceAttributes, ResourceAttributes } from './subjectAccessReview.ts'

const spec = at('spec')

interface Question {
  readonly resourceAttributes?: ResourceAttributes
  readonly nonResourceAttributes?: NonResourceAttributes
}

/** A review asks about a resource or about a path, and carries no metadata but, where it has one, its namespace. */
export const questionRules = (question: Question): FieldError[] => {
  const { resourceAttributes: resource, nonResourceAttributes: path } = question
  const errors: FieldError[] = []
  if (resource && path)
    errors.push(
      invalid(spec.child('nonResourceAttributes'), path, 'cannot be specified in combination with resourceAttributes'),
    )
  if (!resource && !path)
    errors.push(
      invalid(
        spec.child('resourceAttributes'),
        null,
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ),
    )
  for (const name of ['fieldSelector', 'labelSelector'] as const) {
    const selector = resource?.[name]
    if (!selector) continue
    const here = at('spec.resourceAttributes').child(name)
    const { rawSelector, requirements = [] } = selector
    if (rawSelector && requirements.length)
      errors.push(invalid(here.child('rawSelector'), rawSelector, 'may not specified at the same time as requirements'))
    else if (!rawSelector && !requirements.length)
      errors.push(
        required(here.child('requirements'), `when ${here} is specified, requirements or rawSelector is required`),
      )
    for (const [i, { key, operator, values = [] }] of requirements.entries()) {
      const one = here.child('requirements').index(i)
      if (!key) errors.push(required(one.child('key'), 'must be specified'))
      if ((operator === 'In' || operator === 'NotIn') && !values.length)
        errors.push(required(one.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"))
      if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length)
        errors.push(
          forbidden(one.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        )
    }
  }
  return errors
}

/** The subject is a user, or at least a group. */
export const subjectRules = ({
  user = '',
  groups = [],
}: {
  user?: string
  groups?: readonly string[]
}): FieldError[] =>
  user || groups.length ? [] : [invalid(spec.child('user'), user, 'at least one of user or group must be specified')]

/** Reviews carry no metadata. `namespaced`: but for their namespace. */
export function emptyMetadataRules(metadata: ObjectMeta, namespaced = false): FieldError[] {
  const { managedFields, namespace, ...rest } = metadata
  const filled = Object.keys(rest).length > 0 || (!namespaced && namespace)
  return filled ? [invalid(at('metadata'), metadata, `must be empty${namespaced ? ' except for namespace' : ''}`)] : []
}
