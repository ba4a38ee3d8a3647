import type { VirtualHandlers } from '../authn/virtual.ts'
import { nodeRules } from '../bootstrap/roles/index.ts'
import type { AdmissionPlugin, ObjectReader } from '../contract.ts'
import type { SecurityMeter } from '../metrics/index.ts'
import { type Authorization, createAuthorization } from './authorization.ts'
import { mastersAuthorizer } from './masters.ts'
import { nodeAuthorizer } from './node/authorizer.ts'
import { rbacAuthorizer } from './rbac/authorizer.ts'
import { escalationCheck } from './rbac/escalation.ts'
import { createRuleResolver } from './rbac/resolver.ts'
import { accessReviewHandlers } from './reviews.ts'

export type { Authorization } from './authorization.ts'
export { forbiddenStatus } from './forbidden.ts'
export { mastersGroup } from './masters.ts'
export { nodeOf } from './node/identity.ts'

/** Everything about who may do what. */
export interface Authorizing extends Authorization {
  /** SubjectAccessReview and its kin. */
  readonly handlers: VirtualHandlers
  /** Roles and bindings hand out no more than their writer has: the last plugin of admission. */
  readonly escalation: AdmissionPlugin
}

/** The authorizers in order: members of system:masters, nodes, roles. */
export function createAuthorizing(deps: {
  readonly objects: ObjectReader
  readonly meter?: SecurityMeter
}): Authorizing {
  const resolver = createRuleResolver(deps.objects)
  const authorization = createAuthorization(
    [mastersAuthorizer, nodeAuthorizer({ objects: deps.objects, rules: nodeRules() }), rbacAuthorizer(resolver)],
    deps.meter,
  )
  return {
    ...authorization,
    handlers: accessReviewHandlers({ authorization, resolver }),
    escalation: escalationCheck({ resolver, authorization }),
  }
}
