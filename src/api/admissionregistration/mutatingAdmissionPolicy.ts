import { list } from '../../cel/types.ts'
import { equal } from '../../schema/derive/equal.ts'
import { invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { renamedVersion } from '../versions.ts'
import { compileExpression } from './expressions.ts'
import { MutatingAdmissionPolicy, type Mutation } from './mutatingAdmissionPolicyType.ts'
import { configurationType, jsonPatchType } from './patchTypes.ts'
import { paramKindColumn } from './policyColumns.ts'
import { defaultScopes } from './policyMatch.ts'
import { constraintsRules, matchConditionsRules, mutatedOperationsRules, paramKindRules } from './policyRules.ts'
import { variableRules } from './variableRules.ts'

export * from './mutatingAdmissionPolicyType.ts'

const reinvocations = ['IfNeeded', 'Never']
const patchTypes = ['ApplyConfiguration', 'JSONPatch']

function policyRules({ spec }: MutatingAdmissionPolicy, old: MutatingAdmissionPolicy | undefined): FieldError[] {
  const path = at('spec')
  const { paramKind, matchConstraints, matchConditions = [], variables = [], mutations = [] } = spec
  const { reinvocationPolicy = '' } = spec
  const params = paramKind !== undefined
  const unchanged =
    old && equal(old.spec.matchConditions ?? [], matchConditions) && equal(old.spec.paramKind, paramKind)
  const shared = variableRules(variables, path.child('variables'), params)
  const env = mutations.length ? shared.env({ authorizer: true, patches: true }) : undefined
  return [
    ...(paramKind ? paramKindRules(paramKind, path.child('paramKind')) : []),
    ...constraintsRules(matchConstraints, path.child('matchConstraints')),
    ...mutatedOperationsRules(matchConstraints, path.child('matchConstraints')),
    ...(unchanged ? [] : matchConditionsRules(matchConditions, path.child('matchConditions'), { params })),
    ...shared.errors,
    ...(env
      ? mutations.flatMap((mutation, i) => mutationRules(mutation, path.child('mutations').index(i), env))
      : [required(path.child('mutations'), 'mutations must contain at least one item')]),
    ...(reinvocationPolicy === '' ? [required(path.child('reinvocationPolicy'))] : []),
    ...(reinvocationPolicy !== '' && !reinvocations.includes(reinvocationPolicy)
      ? [notSupported(path.child('reinvocationPolicy'), reinvocationPolicy, reinvocations)]
      : []),
  ]
}

function mutationRules(mutation: Mutation, path: Path, env: Parameters<typeof compileExpression>[1]): FieldError[] {
  const { patchType, applyConfiguration, jsonPatch } = mutation
  if (patchType === '') return [required(path.child('patchType'))]
  if (!patchTypes.includes(patchType)) return [notSupported(path.child('patchType'), patchType, patchTypes)]
  const isPatch = patchType === 'JSONPatch'
  const [field, other] = isPatch ? ['jsonPatch', 'applyConfiguration'] : ['applyConfiguration', 'jsonPatch']
  const [given, left] = isPatch ? [jsonPatch, applyConfiguration] : [applyConfiguration, jsonPatch]
  const type = isPatch ? list(jsonPatchType) : configurationType
  const here = path.child(field as string, 'expression')
  const text = given?.expression?.trim() ?? ''
  const result = text === '' ? undefined : compileExpression(text, env, type)
  return [
    ...(given ? [] : [required(path.child(field as string), `must be specified when patchType is ${patchType}`)]),
    ...(given && text === '' ? [required(here)] : []),
    ...(result && 'problem' in result ? [invalid(here, text, result.problem)] : []),
    ...(left
      ? [invalid(path.child(other as string), `{${other}}`, `must not be specified when patchType is ${patchType}`)]
      : []),
  ]
}

const group = 'admissionregistration.k8s.io'

/** What is changed in writes, said in expressions. Bindings put it into force. */
export const mutatingAdmissionPolicies = resource<MutatingAdmissionPolicy>({
  group,
  version: 'v1',
  kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies',
  in: ['api-extensions'],
  namespaced: false,
  type: MutatingAdmissionPolicy,
  defaults: ({ spec }) => defaultScopes(spec.matchConstraints),
  rules: policyRules,
  columns: [
    nameColumn,
    {
      name: 'Mutations',
      type: 'integer',
      description: 'How many mutations there are.',
      cell: ({ spec }) => spec.mutations?.length ?? 0,
    },
    paramKindColumn,
    ageColumn,
  ],
  changes: {
    create({ metadata }) {
      metadata.generation = 1
    },
  },
  generation: true,
  conditionalUpdate: true,
  versions: [
    renamedVersion(`${group}/v1beta1`, `${group}/v1`, MutatingAdmissionPolicy, {
      defaults: ({ spec }: MutatingAdmissionPolicy) => defaultScopes(spec.matchConstraints),
    }),
  ],
})
