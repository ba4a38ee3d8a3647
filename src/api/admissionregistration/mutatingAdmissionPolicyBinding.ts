import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import { at } from '../../schema/rules/path.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { renamedVersion } from '../versions.ts'
import { paramRefColumn, policyNameColumn } from './policyColumns.ts'
import { defaultScopes, MatchResources, ParamRef } from './policyMatch.ts'
import { bindingRules, mutatedOperationsRules } from './policyRules.ts'

const specFields = fields({
  /** Policy that is put into force. */
  policyName: string(1),
  /** Parameters it gets. */
  paramRef: one(2, ParamRef, { pointer: true }),
  /** Which of the policy's writes are meant; all when absent. */
  matchResources: one(3, MatchResources, { pointer: true }),
})
export interface MutatingAdmissionPolicyBindingSpec extends Shape<typeof specFields> {}
export const MutatingAdmissionPolicyBindingSpec: Type<MutatingAdmissionPolicyBindingSpec> = object(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec',
  specFields,
)

const bindingFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is bound to what. */
  spec: one(2, MutatingAdmissionPolicyBindingSpec, { always: true }),
})
export interface MutatingAdmissionPolicyBinding extends RootShape<typeof bindingFields> {}
export const MutatingAdmissionPolicyBinding: Type<MutatingAdmissionPolicyBinding> = root(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding',
  bindingFields,
)

const bindingListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, MutatingAdmissionPolicyBinding, { always: true }),
})
export interface MutatingAdmissionPolicyBindingList extends RootShape<typeof bindingListFields> {}
export const MutatingAdmissionPolicyBindingList: Type<MutatingAdmissionPolicyBindingList> = root(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingList',
  bindingListFields,
)

const group = 'admissionregistration.k8s.io'

/** Puts a mutating policy into force: for which writes, with which parameters. */
export const mutatingAdmissionPolicyBindings = resource<MutatingAdmissionPolicyBinding>({
  group,
  version: 'v1',
  kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings',
  in: ['api-extensions'],
  namespaced: false,
  type: MutatingAdmissionPolicyBinding,
  defaults: ({ spec }) => defaultScopes(spec.matchResources),
  rules: ({ spec }) => [
    ...bindingRules(spec, at('spec')),
    ...mutatedOperationsRules(spec.matchResources, at('spec', 'matchResources')),
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
    renamedVersion(`${group}/v1beta1`, `${group}/v1`, MutatingAdmissionPolicyBinding, {
      defaults: ({ spec }: MutatingAdmissionPolicyBinding) => defaultScopes(spec.matchResources),
    }),
  ],
})
