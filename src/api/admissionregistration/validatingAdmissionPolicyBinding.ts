import { fields, list, object, one, root, string, strings } from '../../schema/fields.ts'
import { duplicate, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path, RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { paramRefColumn, policyNameColumn } from './policyColumns.ts'
import { defaultScopes, MatchResources, ParamRef } from './policyMatch.ts'
import { bindingRules } from './policyRules.ts'

const specFields = fields({
  /** Policy that is put into force. */
  policyName: string(1),
  /** Parameters it gets. */
  paramRef: one(2, ParamRef, { pointer: true }),
  /** Which of the policy's writes are meant; all when absent. */
  matchResources: one(3, MatchResources, { pointer: true }),
  /** What becomes of writes that do not hold: Deny, Warn, Audit. */
  validationActions: strings(4, { listType: 'set' }),
})
export interface ValidatingAdmissionPolicyBindingSpec extends Shape<typeof specFields> {}
export const ValidatingAdmissionPolicyBindingSpec: Type<ValidatingAdmissionPolicyBindingSpec> = object(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec',
  specFields,
)

const bindingFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is bound to what. */
  spec: one(2, ValidatingAdmissionPolicyBindingSpec, { always: true }),
})
export interface ValidatingAdmissionPolicyBinding extends RootShape<typeof bindingFields> {}
export const ValidatingAdmissionPolicyBinding: Type<ValidatingAdmissionPolicyBinding> = root(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  bindingFields,
)

const bindingListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ValidatingAdmissionPolicyBinding, { always: true }),
})
export interface ValidatingAdmissionPolicyBindingList extends RootShape<typeof bindingListFields> {}
export const ValidatingAdmissionPolicyBindingList: Type<ValidatingAdmissionPolicyBindingList> = root(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingList',
  bindingListFields,
)

const actions = ['Audit', 'Deny', 'Warn']

function actionsRules(given: readonly string[], path: Path): FieldError[] {
  const twice =
    'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'
  return [
    ...given.flatMap((action, i) => [
      ...(actions.includes(action) ? [] : [notSupported(path.index(i), action, actions)]),
      ...(given.indexOf(action) < i ? [duplicate(path.index(i), action)] : []),
    ]),
    ...(given.includes('Deny') && given.includes('Warn') ? [invalid(path, given, twice)] : []),
    ...(given.length ? [] : [required(path, 'at least one validation action is required')]),
  ]
}

const group = 'admissionregistration.k8s.io'

/** Puts a validating policy into force: for which writes, with which parameters, to what effect. */
export const validatingAdmissionPolicyBindings = resource<ValidatingAdmissionPolicyBinding>({
  group,
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  in: ['api-extensions'],
  namespaced: false,
  type: ValidatingAdmissionPolicyBinding,
  defaults: ({ spec }) => defaultScopes(spec.matchResources),
  rules: ({ spec }) => [
    ...bindingRules(spec, at('spec')),
    ...actionsRules(spec.validationActions ?? [], at('spec', 'validationActions')),
  ],
  columns: [nameColumn, policyNameColumn, paramRefColumn, ageColumn],
  changes: {
    create({ metadata }) {
      metadata.generation = 1
    },
  },
  generation: true,
  conditionalUpdate: true,
  versions: [
    renamedVersion(`${group}/v1beta1`, `${group}/v1`, ValidatingAdmissionPolicyBinding, {
      defaults: ({ spec }: ValidatingAdmissionPolicyBinding) => defaultScopes(spec.matchResources),
      deprecation: removedVersion(
        `${group}/v1beta1`,
        'ValidatingAdmissionPolicyBinding',
        '1.31',
        '1.34',
        `${group}/v1`,
      ),
    }),
  ],
})
