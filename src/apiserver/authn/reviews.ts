import type { AuthenticatedUser, SelfSubjectReview, TokenReview } from '../../api/index.ts'
import { badRequest, internalError } from '../../api/meta/statusError.ts'
import type { UserInfo } from '../../api/resource.ts'
import { identifyToken, type TokenAuthenticator, type TokenIdentity } from './token.ts'
import type { VirtualHandler } from './virtual.ts'

/** A user as the reviews tell it. */
function described(user: UserInfo): AuthenticatedUser {
  const extra = Object.entries(user.extra ?? {}).map(([key, values]): [string, string[]] => [key, [...values]])
  return {
    username: user.name,
    ...(user.uid ? { uid: user.uid } : {}),
    ...(user.groups.length > 0 ? { groups: [...user.groups] } : {}),
    ...(extra.length > 0 ? { extra: Object.fromEntries(extra) } : {}),
  }
}

/** TokenReview: whose a token is, asked by those who have been given one (kubelets, webhooks). */
export function tokenReviewHandler(deps: {
  readonly tokens: () => readonly TokenAuthenticator[]
  readonly audiences: readonly string[]
}): VirtualHandler {
  return async (_request, body) => {
    const review = body as TokenReview
    const { token } = review.spec
    if (!token) throw badRequest('token is required for TokenReview in authentication')
    const audiences = review.spec.audiences?.length ? review.spec.audiences : deps.audiences
    const answer = (status: TokenReview['status']): TokenReview => ({ ...review, status })
    let identity: TokenIdentity | undefined
    try {
      identity = await identifyToken(deps.tokens(), token, audiences)
    } catch (error) {
      return answer({ user: {}, error: (error as Error).message })
    }
    // A token that nobody knows: bearer authentication calls it invalid.
    if (!identity) return answer({ user: {}, error: 'invalid bearer token' })
    const known = identity.audiences ?? deps.audiences.filter(audience => audiences.includes(audience))
    if (known.length === 0) throw internalError('error validating audiences')
    const user = { ...identity.user, groups: [...identity.user.groups, 'system:authenticated'] }
    return answer({ authenticated: true, user: described(user), audiences: [...known] })
  }
}

/** SelfSubjectReview: who the server takes the asker for. */
export const selfSubjectReviewHandler: VirtualHandler = ({ user }, body) =>
  ({ ...(body as SelfSubjectReview), status: { userInfo: described(user) } }) satisfies SelfSubjectReview
