import { decodeJwt, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Clock } from '../../../base/clock.ts'
import { createLru } from '../../../base/lru.ts'
import { createRemote } from '../../remote.ts'
import type { Issuer } from './configuration.ts'
import { issuerKeys } from './keys.ts'

type Claims = Readonly<Record<string, unknown>>

export interface DistributedDeps {
  readonly clock: Clock
  readonly algorithms: readonly string[]
  /** The keys of the issuer itself. */
  readonly keys: JWTVerifyGetKey
  /** Gets what is at an endpoint; over HTTPS when absent. */
  fetch?(url: string, token: string): Promise<string>
}

/** Where a claim is that the token only points to: OpenID Connect Core 1.0, 5.6.2. */
interface Source {
  readonly endpoint?: string
  readonly access_token?: string
}

const timeLimit = 10_000
/** Issuers of such claims whose keys are kept. */
const mostIssuers = 16

/**
 * Gives the claims with the one of this name, where the token tells by `_claim_names` and `_claim_sources` that it is kept
 * elsewhere. That, too, must be a token for this server, signed by its issuer. Rejects when it can't be had.
 */
export function claimResolver(
  claim: string,
  issuer: Issuer,
  deps: DistributedDeps,
): (claims: Claims) => Promise<Claims> | Claims {
  const { clock, algorithms } = deps
  const ca = issuer.certificateAuthority
  const known = createLru<string, JWTVerifyGetKey>({ capacity: mostIssuers })
  known.set(issuer.url, deps.keys)
  const keysOf = (url: string): JWTVerifyGetKey => {
    const keys =
      known.get(url) ?? issuerKeys({ url, audiences: [], ...(ca ? { certificateAuthority: ca } : {}) }, clock)
    known.set(url, keys)
    return keys
  }
  const fetch =
    deps.fetch ??
    (async (url, token) => {
      const remote = createRemote({ url, ...(ca ? { ca } : {}), ...(token ? { token: () => token } : {}) })
      try {
        const { status, body } = await remote.get(url, timeLimit)
        if (status < 200 || status > 226) throw new Error(`error while getting distributed claim JWT: ${status}`)
        return body
      } finally {
        remote.close()
      }
    })

  const resolve = async (claims: Claims, { endpoint = '', access_token: token = '' }: Source): Promise<Claims> => {
    const jwt = (await fetch(endpoint, token)).trim()
    const from = decodeJwt(jwt).iss ?? ''
    const verified = await jwtVerify(jwt, keysOf(from), {
      issuer: from,
      audience: [...issuer.audiences],
      algorithms: [...algorithms],
      currentDate: new Date(clock.now()),
      requiredClaims: ['exp'],
    })
    const value = verified.payload[claim]
    if (value === undefined)
      throw new Error(`jwt returned by distributed claim endpoint "${endpoint}" did not contain claim: ${claim}`)
    return { ...claims, [claim]: value }
  }

  return claims => {
    const source = sourceOf(claims, claim)
    if (!source) return claims
    return resolve(claims, source).catch(error => {
      throw new Error(
        `oidc: could not expand distributed claims: while getting distributed claim "${claim}": ${(error as Error).message}`,
        { cause: error },
      )
    })
  }
}

/** Where the claim is; undefined: in the token, or nowhere. Throws where the token does not tell what it should. */
function sourceOf(claims: Claims, claim: string): Source | undefined {
  const { _claim_names: names, _claim_sources: sources } = claims
  if (claims[claim] !== undefined || names === undefined) return undefined
  const fail = (why: string) => new Error(`oidc: could not expand distributed claims: ${why}`)
  if (!isRecord(names)) throw fail('oidc: error parsing distributed claim names')
  if (sources === undefined) throw fail('oidc: no claim sources')
  if (!isRecord(sources)) throw fail('oidc: could not parse claim sources')
  const name = names[claim]
  if (name === undefined) return undefined
  if (typeof name !== 'string') throw fail('oidc: error parsing distributed claim names')
  const source = sources[name]
  if (!isRecord(source)) throw fail(`id token _claim_names contained a source ${name} missing in _claims_sources`)
  const { endpoint, access_token } = source
  // One without an endpoint has the claim in itself, which nobody asked for.
  if (typeof endpoint !== 'string' || endpoint === '') return undefined
  return { endpoint, ...(typeof access_token === 'string' ? { access_token } : {}) }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
