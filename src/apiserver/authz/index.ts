import type { VirtualHandlers } from '../authn/virtual.ts'
import { nodeRules } from '../bootstrap/roles/index.ts'
import type { AdmissionPlugin, Authorizer, ObjectReader } from '../contract.ts'
import type { SecurityMeter } from '../metrics/index.ts'
import { type Authorization, createAuthorization } from './authorization.ts'
import { mastersAuthorizer } from './masters.ts'
import { nodeAuthorizer } from './node/authorizer.ts'
import { rbacAuthorizer } from './rbac/authorizer.ts'
import { escalationCheck } from './rbac/escalation.ts'
import { createRuleResolver } from './rbac/resolver.ts'
import { accessReviewHandlers } from './reviews.ts'

export type { Authorization } from './authorization.ts'
export {
  type AuthorizationConfiguration,
  type AuthorizerConfiguration,
  authorizerErrors,
  authorizerTypes,
  readAuthorization,
} from './configuration.ts'
export { forbiddenStatus } from './forbidden.ts'
export { mastersGroup } from './masters.ts'
export { nodeOf } from './node/identity.ts'
export { webhookAuthorizer } from './webhook.ts'

/** Everything about who may do what. */
export interface Authorizing extends Authorization {
  /** SubjectAccessReview and its kin. */
  readonly handlers: VirtualHandlers
  /** Roles and bindings hand out no more than their writer has: the last plugin of admission. */
  readonly escalation: AdmissionPlugin
}

/** One of those who decide, besides members of system:masters, who may do everything. */
export type Mode =
  | { readonly type: 'Node' | 'RBAC' | 'AlwaysAllow' | 'AlwaysDeny' }
  | { readonly type: 'Webhook'; readonly authorizer: Authorizer }

const usual: readonly Mode[] = [{ type: 'Node' }, { type: 'RBAC' }]

export interface AuthorizingDeps {
  readonly objects: ObjectReader
  readonly meter?: SecurityMeter
  /** Who decides, in order; asked for at each decision, the same array while nothing has changed. Node and RBAC when absent. */
  readonly modes?: () => readonly Mode[]
}

/** The authorizers in order: members of system:masters, then the modes. */
export function createAuthorizing(deps: AuthorizingDeps): Authorizing {
  const resolver = createRuleResolver(deps.objects)
  const known: Readonly<Record<string, Authorizer>> = {
    Node: nodeAuthorizer({ objects: deps.objects, rules: nodeRules() }),
    RBAC: rbacAuthorizer(resolver),
    AlwaysAllow: { name: 'always-allow', authorize: () => ({ decision: 'allow', reason: '' }) },
    AlwaysDeny: { name: 'always-deny', authorize: () => ({ decision: 'none', reason: 'Everything is forbidden.' }) },
  }
  const modes = deps.modes ?? (() => usual)
  let made: { readonly of: readonly Mode[]; readonly authorizers: readonly Authorizer[] } | undefined
  const authorizers = () => {
    const now = modes()
    if (made?.of !== now) {
      const chosen = now.map(mode => (mode.type === 'Webhook' ? mode.authorizer : (known[mode.type] as Authorizer)))
      made = { of: now, authorizers: [mastersAuthorizer, ...chosen] }
    }
    return made.authorizers
  }
  const authorization = createAuthorization(authorizers, deps.meter)
  const has = (type: Mode['type']) => modes().some(mode => mode.type === type)
  return {
    ...authorization,
    handlers: accessReviewHandlers({ authorization, resolver, has }),
    escalation: escalationCheck({ resolver, authorization, always: () => has('AlwaysAllow') || !has('RBAC') }),
  }
}
