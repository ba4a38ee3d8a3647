import { fields, int32, list, object, one, oneOf, string } from '../../schema/fields.ts'
import { int32 as int32Type } from '../../schema/scalars/basic.ts'
import type { Shape, Type } from '../../schema/types.ts'

/** Sorted, as messages list them. */
export const operators = ['In', 'NotIn'] as const
export const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'] as const

const podFailurePolicyOnExitCodesRequirement = fields({
  /** Container whose exit code counts; any container when absent. */
  containerName: string(1, { pointer: true }),
  /** Whether the exit code is among `values`. */
  operator: oneOf(2, operators, { always: true, open: true }),
  /** Exit codes, ascending; 0 only with NotIn. */
  values: list(3, int32Type, { always: true, listType: 'set' }),
})
export interface PodFailurePolicyOnExitCodesRequirement extends Shape<typeof podFailurePolicyOnExitCodesRequirement> {}
export const PodFailurePolicyOnExitCodesRequirement: Type<PodFailurePolicyOnExitCodesRequirement> = object(
  'io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement',
  podFailurePolicyOnExitCodesRequirement,
)

const podFailurePolicyOnPodConditionsPattern = fields({
  /** Type of the pod's condition. */
  type: string(1, { always: true }),
  /** Status the condition has. */
  status: oneOf(2, ['False', 'True', 'Unknown'], { always: true, required: false, default: 'True' }),
})
export interface PodFailurePolicyOnPodConditionsPattern extends Shape<typeof podFailurePolicyOnPodConditionsPattern> {}
export const PodFailurePolicyOnPodConditionsPattern: Type<PodFailurePolicyOnPodConditionsPattern> = object(
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern',
  podFailurePolicyOnPodConditionsPattern,
)

const podFailurePolicyRule = fields({
  /** What follows: the job or its index fails, the failure is not counted, or it is counted as usual. */
  action: oneOf(1, actions, { always: true, open: true }),
  /** Exit codes that meet the rule. Either this or `onPodConditions`. */
  onExitCodes: one(2, PodFailurePolicyOnExitCodesRequirement, { pointer: true }),
  /** Pod conditions, one of which meets the rule. */
  onPodConditions: list(3, PodFailurePolicyOnPodConditionsPattern, { listType: 'atomic' }),
})
export interface PodFailurePolicyRule extends Shape<typeof podFailurePolicyRule> {}
export const PodFailurePolicyRule: Type<PodFailurePolicyRule> = object(
  'io.k8s.api.batch.v1.PodFailurePolicyRule',
  podFailurePolicyRule,
)

const podFailurePolicy = fields({
  /** Rules in order; the first that a failed pod meets decides. At most 20. */
  rules: list(1, PodFailurePolicyRule, { always: true, listType: 'atomic' }),
})
export interface PodFailurePolicy extends Shape<typeof podFailurePolicy> {}
export const PodFailurePolicy: Type<PodFailurePolicy> = object('io.k8s.api.batch.v1.PodFailurePolicy', podFailurePolicy)

const successPolicyRule = fields({
  /** Indexes that must have succeeded, as intervals: `0,2-4`. */
  succeededIndexes: string(1, { pointer: true }),
  /** How many of them must have succeeded. */
  succeededCount: int32(2, { pointer: true }),
})
export interface SuccessPolicyRule extends Shape<typeof successPolicyRule> {}
export const SuccessPolicyRule: Type<SuccessPolicyRule> = object(
  'io.k8s.api.batch.v1.SuccessPolicyRule',
  successPolicyRule,
)

const successPolicy = fields({
  /** Rules in order; the first that holds makes the job a success. At most 20. */
  rules: list(1, SuccessPolicyRule, { always: true, listType: 'atomic' }),
})
export interface SuccessPolicy extends Shape<typeof successPolicy> {}
export const SuccessPolicy: Type<SuccessPolicy> = object('io.k8s.api.batch.v1.SuccessPolicy', successPolicy)
