import type { AuthorizationAttributes, Authorizer, Decision, Trail } from '../contract.ts'
import type { SecurityMeter } from '../metrics/index.ts'
import { forbiddenStatus } from './forbidden.ts'

/** All authorizers as one. */
export interface Authorization {
  /** The first that allows or denies decides. Nobody: `none`, with everybody's reasons, which is a refusal. */
  authorize(attributes: AuthorizationAttributes): Promise<Decision>
  /** Throws Forbidden, in upstream's words, unless allowed. The decision and its reason are noted on the trail. */
  check(attributes: AuthorizationAttributes, trail?: Trail): Promise<void>
}

const results = { allow: 'allowed', deny: 'denied', none: 'no-opinion' } as const

/** `authorizers`: asked for at each decision, since configuration may change. */
export function createAuthorization(authorizers: () => readonly Authorizer[], meter?: SecurityMeter): Authorization {
  const authorize = async (attributes: AuthorizationAttributes): Promise<Decision> => {
    const reasons: string[] = []
    for (const authorizer of authorizers()) {
      const answer = authorizer.authorize(attributes)
      const decision = answer instanceof Promise ? await answer : answer
      if (decision.decision !== 'none') {
        if (authorizer.name !== 'masters')
          meter?.decided(authorizer.name, decision.decision === 'allow' ? 'allowed' : 'denied')
        return decision
      }
      if (decision.reason) reasons.push(decision.reason)
    }
    return { decision: 'none', reason: reasons.join('\n') }
  }
  return {
    authorize,
    async check(attributes, trail) {
      const begun = meter ? performance.now() : 0
      const { decision, reason } = await authorize(attributes)
      meter?.authorized(results[decision], (performance.now() - begun) / 1000)
      trail?.annotate('authorization.k8s.io/decision', decision === 'allow' ? 'allow' : 'forbid')
      trail?.annotate('authorization.k8s.io/reason', reason)
      if (decision !== 'allow') throw forbiddenStatus(attributes, reason)
    },
  }
}
