import type { UserInfo } from '../../api/resource.ts'

/** Whose a token is. */
export interface TokenIdentity {
  readonly user: UserInfo
  /** Audiences that the token and the question have in common; absent when the token knows none. */
  readonly audiences?: readonly string[]
}

/** Who hears what a token is like, besides whose it is. */
export interface TokenNotes {
  /** A fact for the audit event. */
  annotate(key: string, value: string): void
  /** For the client. */
  warn(text: string): void
}

/** Reads identities from bearer tokens. One file per kind of token, tried in the order of `index.ts`. */
export interface TokenAuthenticator {
  readonly name: string
  /** `undefined`: not mine. Throws an Error, whose message a TokenReview may tell, for a token that is mine and bad. */
  authenticateToken(
    token: string,
    audiences: readonly string[],
    notes?: TokenNotes,
  ): Promise<TokenIdentity | undefined> | TokenIdentity | undefined
}

/** Asks one after another. The first that knows the token answers; if none does, the first error is thrown. */
export async function identifyToken(
  authenticators: readonly TokenAuthenticator[],
  token: string,
  audiences: readonly string[],
  notes?: TokenNotes,
): Promise<TokenIdentity | undefined> {
  const errors: unknown[] = []
  for (const authenticator of authenticators) {
    try {
      const identity = await authenticator.authenticateToken(token, audiences, notes)
      if (identity) return identity
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
  return undefined
}
