import { fields, object, one, string, strings } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'

const ruleFields = fields({
  /** Groups; `*` is any. */
  apiGroups: strings(1, { listType: 'atomic' }),
  /** Versions; `*` is any. */
  apiVersions: strings(2, { listType: 'atomic' }),
  /** Plurals, with subresources after a slash; `*` is any. */
  resources: strings(3, { listType: 'atomic' }),
  /** Whether objects in namespaces are meant, the whole cluster's, or both. */
  scope: string(4, { pointer: true }),
})
export interface Rule extends Shape<typeof ruleFields> {}
export const Rule: Type<Rule> = object('io.k8s.api.admissionregistration.v1.Rule', ruleFields)

const ruleWithOperationsFields = fields({
  /** CREATE, UPDATE, DELETE, CONNECT; `*` is any. */
  operations: strings(1, { listType: 'atomic' }),
})
export interface RuleWithOperations extends Shape<typeof ruleWithOperationsFields>, Rule {}
export const RuleWithOperations: Type<RuleWithOperations> = object(
  'io.k8s.api.admissionregistration.v1.RuleWithOperations',
  { ...ruleWithOperationsFields, rule: one(2, Rule, { always: true, inline: true }) },
)
