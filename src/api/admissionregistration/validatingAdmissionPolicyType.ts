import { fields, int64, list, object, one, oneOf, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { Condition } from '../meta/condition.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { MatchCondition } from './matchCondition.ts'
import { MatchResources, ParamKind, Variable } from './policyMatch.ts'

const validationFields = fields({
  /** Expression that is true of writes that are let in. */
  expression: string(1, { always: true }),
  /** What is said of others. */
  message: string(2),
  /** Reason that is given, by which the status code goes: Unauthorized, Forbidden, Invalid, RequestEntityTooLarge. */
  reason: string(3, { pointer: true }),
  /** Expression that makes the message; if it fails, `message` is said. */
  messageExpression: string(4),
})
export interface Validation extends Shape<typeof validationFields> {}
export const Validation: Type<Validation> = object('io.k8s.api.admissionregistration.v1.Validation', validationFields)

const auditAnnotationFields = fields({
  /** Key, behind the name of the policy and a slash. */
  key: string(1, { always: true }),
  /** Expression that makes the value; null leaves it out. */
  valueExpression: string(2, { always: true }),
})
export interface AuditAnnotation extends Shape<typeof auditAnnotationFields> {}
export const AuditAnnotation: Type<AuditAnnotation> = object(
  'io.k8s.api.admissionregistration.v1.AuditAnnotation',
  auditAnnotationFields,
)

const specFields = fields({
  /** Kind of the parameters; none when absent. */
  paramKind: one(1, ParamKind, { pointer: true }),
  /** Writes that the policy is about. */
  matchConstraints: one(2, MatchResources, { pointer: true }),
  /** What must hold of them. */
  validations: list(3, Validation, { listType: 'atomic' }),
  /** What becomes of a write when the policy can't be carried out. */
  failurePolicy: oneOf(4, ['Fail', 'Ignore'], { pointer: true, default: 'Fail' }),
  /** What is noted of them in the audit. */
  auditAnnotations: list(5, AuditAnnotation, { listType: 'atomic' }),
  /** Further conditions on the writes, all of which must hold. */
  matchConditions: list(6, MatchCondition, {
    patchStrategy: 'merge',
    mergeKey: 'name',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** Values that the expressions share. */
  variables: list(7, Variable, { patchStrategy: 'merge', mergeKey: 'name', listType: 'map', listKeys: ['name'] }),
})
export interface ValidatingAdmissionPolicySpec extends Shape<typeof specFields> {}
export const ValidatingAdmissionPolicySpec: Type<ValidatingAdmissionPolicySpec> = object(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec',
  specFields,
)

const expressionWarningFields = fields({
  /** Field of the expression: `spec.validations[0].expression`. */
  fieldRef: string(2, { always: true }),
  /** What is wrong with it, for which kinds of objects. */
  warning: string(3, { always: true }),
})
export interface ExpressionWarning extends Shape<typeof expressionWarningFields> {}
export const ExpressionWarning: Type<ExpressionWarning> = object(
  'io.k8s.api.admissionregistration.v1.ExpressionWarning',
  expressionWarningFields,
)

const typeCheckingFields = fields({
  /** Expressions that do not go with the types of what they are about. */
  expressionWarnings: list(1, ExpressionWarning, { listType: 'atomic' }),
})
export interface TypeChecking extends Shape<typeof typeCheckingFields> {}
export const TypeChecking: Type<TypeChecking> = object(
  'io.k8s.api.admissionregistration.v1.TypeChecking',
  typeCheckingFields,
)

const statusFields = fields({
  /** Generation that was looked at last. */
  observedGeneration: int64(1),
  /** What looking at the expressions brought; absent before. */
  typeChecking: one(2, TypeChecking, { pointer: true }),
  /** Conditions of the common form. */
  conditions: list(3, Condition, { listType: 'map', listKeys: ['type'] }),
})
export interface ValidatingAdmissionPolicyStatus extends Shape<typeof statusFields> {}
export const ValidatingAdmissionPolicyStatus: Type<ValidatingAdmissionPolicyStatus> = object(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus',
  statusFields,
)

const policyFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the policy asks for. */
  spec: one(2, ValidatingAdmissionPolicySpec, { always: true }),
  /** What was found out about it. */
  status: one(3, ValidatingAdmissionPolicyStatus, { always: true }),
})
export interface ValidatingAdmissionPolicy extends RootShape<typeof policyFields> {}
export const ValidatingAdmissionPolicy: Type<ValidatingAdmissionPolicy> = root(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  policyFields,
)

const policyListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ValidatingAdmissionPolicy, { always: true }),
})
export interface ValidatingAdmissionPolicyList extends RootShape<typeof policyListFields> {}
export const ValidatingAdmissionPolicyList: Type<ValidatingAdmissionPolicyList> = root(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyList',
  policyListFields,
)
