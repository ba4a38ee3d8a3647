import { unauthorized } from '../../api/meta/statusError.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Answer, Authenticator, ObjectReader, ServerRequest } from '../contract.ts'
import { anonymousAuthenticator } from './anonymous.ts'
import { bearerAuthenticator } from './bearer.ts'
import { bootstrapTokens } from './bootstrapToken.ts'
import { certificateAuthenticator } from './certificate.ts'
import { selfSubjectReviewHandler, tokenReviewHandler } from './reviews.ts'
import { serviceAccountTokens } from './serviceAccount/authenticator.ts'
import { issuerDocuments } from './serviceAccount/discovery.ts'
import type { TokenKeys } from './serviceAccount/keys.ts'
import { tokenRequestHandler } from './serviceAccount/tokenRequest.ts'
import type { VirtualHandlers } from './virtual.ts'

export { impersonated } from './impersonation.ts'
export { type TokenKeys, tokenKeys } from './serviceAccount/keys.ts'
export { serviceAccountGroups, serviceAccountOf, serviceAccountUserName } from './serviceAccount/user.ts'
export type { VirtualHandler, VirtualHandlers, VirtualRequest } from './virtual.ts'

export interface AuthenticatingDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly objects: ObjectReader
  readonly keys: TokenKeys
  /** What tokens for this server must be for: the issuer when absent. */
  readonly audiences?: readonly string[]
}

/** Everything about who asks. */
export interface Authenticating {
  /** Who asks. Throws Unauthorized when credentials are bad, or missing where they are needed. */
  authenticate(request: ServerRequest): Promise<UserInfo>
  /** TokenReview, SelfSubjectReview and `serviceaccounts/token`. */
  readonly handlers: VirtualHandlers
  /** By path: the issuer's OpenID documents. `externalAddress`: host and port. */
  documents(externalAddress: string): Readonly<Record<string, () => Answer>>
}

/** The authenticators in order: the identity given in process, client certificates, tokens, nobody. */
export function createAuthenticating(deps: AuthenticatingDeps): Authenticating {
  const audiences = deps.audiences ?? [deps.keys.issuer]
  const tokens = [serviceAccountTokens(deps), bootstrapTokens(deps)]
  const authenticators: readonly Authenticator[] = [
    { name: 'connected', authenticate: request => request.connectedAs },
    certificateAuthenticator,
    bearerAuthenticator({ log: deps.log, tokens, audiences }),
    anonymousAuthenticator,
  ]
  return {
    async authenticate(request) {
      for (const authenticator of authenticators) {
        const answer = authenticator.authenticate(request)
        const user = answer instanceof Promise ? await answer : answer
        if (user) return user
      }
      throw unauthorized()
    },
    handlers: {
      'tokenreviews.authentication.k8s.io': tokenReviewHandler({ tokens, audiences }),
      'selfsubjectreviews.authentication.k8s.io': selfSubjectReviewHandler,
      'serviceaccounts/token': tokenRequestHandler({ ...deps, audiences }),
    },
    documents: externalAddress => issuerDocuments(deps.keys, externalAddress),
  }
}
