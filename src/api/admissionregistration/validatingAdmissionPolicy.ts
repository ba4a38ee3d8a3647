import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { statusView } from '../views.ts'
import { paramKindColumn } from './policyColumns.ts'
import { defaultScopes } from './policyMatch.ts'
import { policyRules, policyStatusRules } from './validatingAdmissionPolicyRules.ts'
import { ValidatingAdmissionPolicy } from './validatingAdmissionPolicyType.ts'

export * from './validatingAdmissionPolicyType.ts'

const group = 'admissionregistration.k8s.io'

/** What must hold of writes, said in expressions. Bindings put it into force. */
export const validatingAdmissionPolicies = resource<ValidatingAdmissionPolicy>({
  group,
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  in: ['api-extensions'],
  namespaced: false,
  type: ValidatingAdmissionPolicy,
  defaults: ({ spec }) => defaultScopes(spec.matchConstraints),
  rules: policyRules,
  changes: {
    create(object) {
      object.status = {}
      object.metadata.generation = 1
    },
    update(object, old) {
      object.status = old.status
    },
  },
  columns: [
    nameColumn,
    {
      name: 'Validations',
      type: 'integer',
      description: 'How many validations there are.',
      cell: ({ spec }) => spec.validations?.length ?? 0,
    },
    paramKindColumn,
    ageColumn,
  ],
  subresources: {
    status: statusView<ValidatingAdmissionPolicy>({ keepMetadata: true, rules: policyStatusRules }),
  },
  conditionalUpdate: true,
  versions: [
    renamedVersion(`${group}/v1beta1`, `${group}/v1`, ValidatingAdmissionPolicy, {
      defaults: ({ spec }: ValidatingAdmissionPolicy) => defaultScopes(spec.matchConstraints),
      deprecation: removedVersion(`${group}/v1beta1`, 'ValidatingAdmissionPolicy', '1.31', '1.34', `${group}/v1`),
    }),
  ],
})
