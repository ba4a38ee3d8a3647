import type { Authorizer } from '../../contract.ts'
import { ruleAllows } from './match.ts'
import type { RuleResolver } from './resolver.ts'

/** Roles and their bindings (`plugin/pkg/auth/authorizer/rbac`). Only ever allows; what it does not allow is left open. */
export function rbacAuthorizer(resolver: RuleResolver): Authorizer {
  return {
    name: 'rbac',
    authorize(attributes) {
      const errors = new Set<string>()
      for (const granted of resolver.granted(attributes.user, attributes.namespace)) {
        if ('error' in granted) errors.add(granted.error.message)
        else if (granted.rules.some(rule => ruleAllows(rule, attributes))) {
          return { decision: 'allow', reason: `RBAC: allowed by ${granted.source()}` }
        }
      }
      return { decision: 'none', reason: errors.size > 0 ? `RBAC: ${together([...errors])}` : '' }
    },
  }
}

/** Several errors as one text, as Go's aggregates print them. */
export const together = (errors: readonly string[]) =>
  errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`
