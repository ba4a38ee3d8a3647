import { fields, list, object, one, oneOf, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { MatchCondition } from './matchCondition.ts'
import { MatchResources, ParamKind, Variable } from './policyMatch.ts'

const applyConfigurationFields = fields({
  /** Expression that makes an `Object{...}`, which is applied to what is written. */
  expression: string(1),
})
export interface ApplyConfiguration extends Shape<typeof applyConfigurationFields> {}
export const ApplyConfiguration: Type<ApplyConfiguration> = object(
  'io.k8s.api.admissionregistration.v1.ApplyConfiguration',
  applyConfigurationFields,
)

const jsonPatchFields = fields({
  /** Expression that makes a list of `JSONPatch{...}`, carried out in order. */
  expression: string(1),
})
export interface JSONPatch extends Shape<typeof jsonPatchFields> {}
export const JSONPatch: Type<JSONPatch> = object('io.k8s.api.admissionregistration.v1.JSONPatch', jsonPatchFields)

const mutationFields = fields({
  /** Which of the two it is: ApplyConfiguration or JSONPatch. */
  patchType: string(2, { always: true }),
  /** A configuration to apply. */
  applyConfiguration: one(3, ApplyConfiguration, { pointer: true }),
  /** A patch to carry out. */
  jsonPatch: one(4, JSONPatch, { pointer: true }),
})
export interface Mutation extends Shape<typeof mutationFields> {}
export const Mutation: Type<Mutation> = object('io.k8s.api.admissionregistration.v1.Mutation', mutationFields)

const specFields = fields({
  /** Kind of the parameters; none when absent. */
  paramKind: one(1, ParamKind, { pointer: true }),
  /** Writes that the policy is about. */
  matchConstraints: one(2, MatchResources, { pointer: true }),
  /** Values that the expressions share. */
  variables: list(3, Variable, { listType: 'atomic' }),
  /** What is changed, in order. */
  mutations: list(4, Mutation, { listType: 'atomic' }),
  /** What becomes of a write when the policy can't be carried out. */
  failurePolicy: oneOf(5, ['Fail', 'Ignore'], { pointer: true, default: 'Fail' }),
  /** Further conditions on the writes, all of which must hold. */
  matchConditions: list(6, MatchCondition, {
    patchStrategy: 'merge',
    mergeKey: 'name',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** Whether it is carried out again after others changed the object: Never or IfNeeded. */
  reinvocationPolicy: string(7),
})
export interface MutatingAdmissionPolicySpec extends Shape<typeof specFields> {}
export const MutatingAdmissionPolicySpec: Type<MutatingAdmissionPolicySpec> = object(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec',
  specFields,
)

const policyFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the policy changes. */
  spec: one(2, MutatingAdmissionPolicySpec, { always: true }),
})
export interface MutatingAdmissionPolicy extends RootShape<typeof policyFields> {}
export const MutatingAdmissionPolicy: Type<MutatingAdmissionPolicy> = root(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy',
  policyFields,
)

const policyListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, MutatingAdmissionPolicy, { always: true }),
})
export interface MutatingAdmissionPolicyList extends RootShape<typeof policyListFields> {}
export const MutatingAdmissionPolicyList: Type<MutatingAdmissionPolicyList> = root(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyList',
  policyListFields,
)
