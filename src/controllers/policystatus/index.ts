import { customResourceDefinitions, validatingAdmissionPolicies } from '../../api/index.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'
import { expressionWarnings } from './check.ts'
import { kindsOf } from './kinds.ts'

/** Tells in the status of validating policies how their expressions go with the types of what they are about. */
function create({ client, informers }: ControllerContext): Controller {
  const policies = informers.of(validatingAdmissionPolicies)
  const definitions = informers.of(customResourceDefinitions)
  const kinds = kindsOf(() => definitions.cache.list())
  return {
    name: 'validatingadmissionpolicy-status',
    workers: 1,
    watches: [
      watching(policies, ({ type, object }) => (type === 'removed' ? [] : [object.metadata.name ?? ''])),
      watching(definitions, () => []),
    ],
    async reconcile(name) {
      const policy = policies.cache.get(name)
      const { generation = 0 } = policy?.metadata ?? {}
      if (!policy || generation <= (policy.status.observedGeneration ?? 0)) return undefined
      const warnings = expressionWarnings(policy, kinds)
      const typeChecking = warnings.length ? { expressionWarnings: warnings } : {}
      const status = { ...policy.status, observedGeneration: generation, typeChecking }
      await client.of(validatingAdmissionPolicies).updateStatus({ ...policy, status })
      return undefined
    },
  }
}

export const policystatus: ControllerModule = {
  name: 'validatingadmissionpolicy-status-controller',
  account: 'validatingadmissionpolicy-status-controller',
  create,
}
