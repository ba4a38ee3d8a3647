import type { AuthorizationAttributes, Authorizer, Decision } from '../contract.ts'
import { forbiddenStatus } from './forbidden.ts'

/** All authorizers as one. */
export interface Authorization {
  /** The first that allows or denies decides. Nobody: `none`, with everybody's reasons, which is a refusal. */
  authorize(attributes: AuthorizationAttributes): Promise<Decision>
  /** Throws Forbidden, in upstream's words, unless allowed. */
  check(attributes: AuthorizationAttributes): Promise<void>
}

export function createAuthorization(authorizers: readonly Authorizer[]): Authorization {
  const authorize = async (attributes: AuthorizationAttributes): Promise<Decision> => {
    const reasons: string[] = []
    for (const authorizer of authorizers) {
      const answer = authorizer.authorize(attributes)
      const decision = answer instanceof Promise ? await answer : answer
      if (decision.decision !== 'none') return decision
      if (decision.reason) reasons.push(decision.reason)
    }
    return { decision: 'none', reason: reasons.join('\n') }
  }
  return {
    authorize,
    async check(attributes) {
      const { decision, reason } = await authorize(attributes)
      if (decision !== 'allow') throw forbiddenStatus(attributes, reason)
    },
  }
}
