import { unauthorized } from '../../api/meta/statusError.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Answer, Authenticator, ObjectReader, ServerRequest } from '../contract.ts'
import type { SecurityMeter, TokenMeter } from '../metrics/index.ts'
import { type AnonymousOptions, anonymousAuthenticator } from './anonymous.ts'
import { bearerAuthenticator } from './bearer.ts'
import { bootstrapTokens } from './bootstrapToken.ts'
import { certificateAuthenticator } from './certificate.ts'
import { type FrontProxyOptions, frontProxyAuthenticator } from './frontProxy.ts'
import { selfSubjectReviewHandler, tokenReviewHandler } from './reviews.ts'
import { serviceAccountTokens } from './serviceAccount/authenticator.ts'
import { issuerDocuments } from './serviceAccount/discovery.ts'
import type { TokenKeys } from './serviceAccount/keys.ts'
import { legacyTokens } from './serviceAccount/legacy.ts'
import { tokenRequestHandler } from './serviceAccount/tokenRequest.ts'
import type { TokenAuthenticator } from './token.ts'
import type { Authorities } from './trust.ts'
import type { VirtualHandlers } from './virtual.ts'

export type { AnonymousOptions } from './anonymous.ts'
export type { FrontProxyOptions } from './frontProxy.ts'
export { impersonated } from './impersonation.ts'
export { jwtTokens } from './jwt/authenticator.ts'
export { type AuthenticationConfiguration, type JwtIssuer, jwtErrors, readAuthentication } from './jwt/configuration.ts'
export { type TokenKeys, tokenKeys } from './serviceAccount/keys.ts'
export { type LegacyClaims, legacyIssuer } from './serviceAccount/legacy.ts'
export { serviceAccountGroups, serviceAccountOf, serviceAccountUserName } from './serviceAccount/user.ts'
export type { TokenAuthenticator, TokenNotes } from './token.ts'
export { fileTokens } from './tokenFile.ts'
export { type Authorities, authorities, parsePem } from './trust.ts'
export type { VirtualHandler, VirtualHandlers, VirtualRequest } from './virtual.ts'
export { webhookTokens } from './webhook.ts'

export interface AuthenticatingDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly objects: ObjectReader
  readonly keys: TokenKeys
  /** What tokens for this server must be for: the issuer when absent. */
  readonly audiences?: readonly string[]
  /** Authorities that speak for users; absent: whoever the connection was verified against. */
  readonly clientAuthorities?: Authorities
  readonly frontProxy?: FrontProxyOptions
  /** Whether tokens that Secrets keep are good only while these hold them. Default true. */
  readonly lookup?: boolean
  /** Counts uses of service account tokens. */
  readonly meter?: TokenMeter
  readonly security?: Pick<SecurityMeter, 'certificate'>
  /** Notes on a Secret the day on which its token was used. Must not reject. */
  legacyUsed?(namespace: string, secret: string, day: string): void
  /** Where the discovery document says that keys are; this server when absent. */
  readonly jwksUri?: string
  /** Seconds that service account tokens live at most; as long as is asked for when absent. */
  readonly longestToken?: number
  /** Asked at each request, since configuration may change. Absent: the paths for health and version are open. */
  readonly anonymous?: () => AnonymousOptions
  /** Tokens that are known before and after those of the cluster itself; asked for at each request. */
  readonly tokens?: () => {
    readonly before: readonly TokenAuthenticator[]
    readonly after: readonly TokenAuthenticator[]
  }
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
  const audiences = deps.audiences ?? deps.keys.issuers
  const own = [
    // The usual ones first: whose token it is, is remembered.
    serviceAccountTokens(deps),
    legacyTokens({
      ...deps,
      audiences,
      lookup: deps.lookup ?? true,
      ...(deps.legacyUsed ? { used: deps.legacyUsed } : {}),
    }),
    bootstrapTokens(deps),
  ]
  const tokens = (): readonly TokenAuthenticator[] => {
    const more = deps.tokens?.()
    return more ? [...more.before, ...own, ...more.after] : own
  }
  const open = anonymousAuthenticator({ enabled: true })
  const authenticators: readonly Authenticator[] = [
    { name: 'connected', authenticate: request => request.connectedAs },
    ...(deps.frontProxy ? [frontProxyAuthenticator(deps.frontProxy)] : []),
    certificateAuthenticator(deps.clientAuthorities, {
      clock: deps.clock,
      expires: seconds => deps.security?.certificate(seconds),
    }),
    bearerAuthenticator({ log: deps.log, tokens, audiences }),
    {
      name: 'anonymous',
      authenticate: request => (deps.anonymous ? anonymousAuthenticator(deps.anonymous()) : open).authenticate(request),
    },
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
    documents: externalAddress => issuerDocuments(deps.keys, externalAddress, deps.jwksUri),
  }
}
