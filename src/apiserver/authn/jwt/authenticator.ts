import { decodeJwt, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { UserInfo } from '../../../api/resource.ts'
import type { Clock } from '../../../base/clock.ts'
import type { Expression, Expressions } from '../../expressions.ts'
import type { TokenAuthenticator } from '../token.ts'
import type { JwtIssuer, PrefixedClaim } from './configuration.ts'
import { claimResolver } from './distributed.ts'
import { issuerKeys } from './keys.ts'

/** All that a configuration file allows; the flags allow what they name. */
const everyAlgorithm = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512']

export interface JwtDeps {
  readonly clock: Clock
  /** Absent: a configuration with expressions is refused. */
  readonly expressions?: Expressions
  readonly algorithms?: readonly string[]
  /** The issuer's keys: by discovery when absent. */
  readonly keys?: JWTVerifyGetKey
  /** Gets a claim that is kept elsewhere; over HTTPS when absent. */
  fetchClaim?(url: string, token: string): Promise<string>
}

/** Tokens of one issuer: OpenID Connect (`plugin/pkg/authenticator/token/oidc`). Throws when an expression does not compile. */
export function jwtTokens(of: JwtIssuer, deps: JwtDeps): TokenAuthenticator {
  const { clock } = deps
  const { issuer } = of
  const keys = deps.keys ?? issuerKeys(issuer, clock)
  const userOf = userMapper(of, deps.expressions)
  const algorithms = deps.algorithms ?? everyAlgorithm
  const groups = of.claimMappings.groups?.claim
  const complete = groups
    ? claimResolver(groups, issuer, {
        ...{ clock, algorithms, keys },
        ...(deps.fetchClaim ? { fetch: deps.fetchClaim } : {}),
      })
    : undefined
  return {
    name: 'jwt',
    async authenticateToken(token) {
      if (issuerOf(token) !== issuer.url) return undefined
      let claims: JWTPayload
      try {
        const verified = await jwtVerify(token, keys, {
          issuer: issuer.url,
          audience: [...issuer.audiences],
          algorithms: [...algorithms],
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp'],
        })
        claims = verified.payload
      } catch (error) {
        throw new Error(`oidc: verify token: ${(error as Error).message}`)
      }
      return { user: userOf(complete ? await complete(claims) : claims) }
    },
  }
}

/** Who a token says it is from, whatever it is worth. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    // No JWT: somebody else's token.
    return undefined
  }
}

type Claims = Readonly<Record<string, unknown>>

function userMapper(
  { claimMappings, claimValidationRules = [], userValidationRules = [] }: JwtIssuer,
  expressions: Expressions | undefined,
): (claims: Claims) => UserInfo {
  const compile = (text: string | undefined, variable: 'claims' | 'user', returns?: 'bool'): Expression | undefined => {
    if (!text) return undefined
    if (!expressions) throw new Error(`the expression ${JSON.stringify(text)} needs CEL, which this server lacks`)
    return expressions.compile(text, [variable], returns)
  }
  const { username, groups, uid, extra = [] } = claimMappings
  const name = compile(username.expression, 'claims')
  const groupList = compile(groups?.expression, 'claims')
  const id = compile(uid?.expression, 'claims')
  const more = extra.map(({ key, valueExpression }) => [key, compile(valueExpression, 'claims')] as const)
  const claimRules = claimValidationRules.map(rule => ({ rule, holds: compile(rule.expression, 'claims', 'bool') }))
  const userRules = userValidationRules.map(rule => ({ rule, holds: compile(rule.expression, 'user', 'bool') }))

  return claims => {
    const evaluated = (expression: Expression, what: string) => {
      try {
        return expression.evaluate({ claims })
      } catch (error) {
        throw new Error(`oidc: error evaluating ${what} claim expression: ${(error as Error).message}`)
      }
    }
    const values = (expression: Expression, what: string) => {
      const value = evaluated(expression, what)
      const list = Array.isArray(value) ? value : value === null || value === '' ? [] : [value]
      if (!list.every(each => typeof each === 'string')) {
        throw new Error(`oidc: error evaluating ${what} claim expression: it must be a string or a list of strings`)
      }
      return (list as string[]).filter(each => each !== '')
    }
    const userId = id ? evaluated(id, 'uid') : uid?.claim ? claims[uid.claim] : ''
    if (typeof userId !== 'string') throw new Error('oidc: the claim for the uid is no string')
    const extras = Object.fromEntries([
      ...credentialOf(claims),
      ...more.flatMap(([key, expression]) => {
        const list = expression ? values(expression, 'extra') : []
        return list.length > 0 ? [[key, list] as const] : []
      }),
    ])
    const user: UserInfo = {
      name: name ? nameFrom(evaluated(name, 'username')) : nameOf(claims, username),
      groups: groupList ? values(groupList, 'group') : groupsOf(claims, groups),
      ...(userId ? { uid: userId } : {}),
      ...(Object.keys(extras).length > 0 ? { extra: extras } : {}),
    }
    for (const { rule, holds } of claimRules) {
      if (holds) check(holds, { claims }, 'claim', rule)
      else checkClaim(claims, rule.claim ?? '', rule.requiredValue ?? '')
    }
    const { name: told, ...rest } = user
    for (const { rule, holds } of userRules) {
      if (holds) check(holds, { user: { username: told, uid: '', extra: {}, ...rest } }, 'user info', rule)
    }
    return user
  }
}

/** By what number audit events know the token. */
const credentialOf = ({ jti }: Claims): (readonly [string, readonly string[]])[] =>
  typeof jti === 'string' && jti ? [['authentication.kubernetes.io/credential-id', [`JTI=${jti}`]]] : []

function check(
  holds: Expression,
  variables: Readonly<Record<string, unknown>>,
  what: string,
  { expression, message }: { readonly expression?: string; readonly message?: string },
): void {
  const context = `oidc: error evaluating ${what} validation ${what === 'claim' ? 'expression' : 'rule'}`
  let answer: unknown
  try {
    answer = holds.evaluate(variables)
  } catch (error) {
    throw new Error(`${context}: ${(error as Error).message}`)
  }
  if (answer !== true) {
    throw new Error(`${context}: validation expression '${expression}' failed${message ? `: ${message}` : ''}`)
  }
}

function checkClaim(claims: Claims, claim: string, wanted: string): void {
  if (!(claim in claims)) throw new Error(`oidc: required claim ${claim} not present in ID token`)
  if (typeof claims[claim] !== 'string') throw new Error(`oidc: parse claim ${claim}: it is no string`)
  if (claims[claim] !== wanted) {
    throw new Error(`oidc: required claim ${claim} value does not match. Got = ${claims[claim]}, want = ${wanted}`)
  }
}

function nameFrom(value: unknown): string {
  if (typeof value !== 'string') {
    throw new Error('oidc: error evaluating username claim expression: username claim expression must return a string')
  }
  if (value === '') throw new Error('oidc: empty username via CEL expression is not allowed')
  return value
}

function nameOf(claims: Claims, { claim = '', prefix = '' }: PrefixedClaim): string {
  const name = claims[claim]
  if (typeof name !== 'string')
    throw new Error(`oidc: parse username claims ${JSON.stringify(claim)}: claim not present`)
  // An email that nobody verified could be anybody's.
  if (claim === 'email' && claims.email_verified !== undefined && claims.email_verified !== true) {
    throw new Error('oidc: email not verified')
  }
  return prefix + name
}

function groupsOf(claims: Claims, groups: PrefixedClaim | undefined): string[] {
  if (!groups?.claim || claims[groups.claim] === undefined) return []
  const value = claims[groups.claim]
  const list = Array.isArray(value) ? value : [value]
  if (!list.every(each => typeof each === 'string')) {
    throw new Error(`oidc: parse groups claim ${JSON.stringify(groups.claim)}: it is no string and no list of strings`)
  }
  return (list as string[]).map(group => (groups.prefix ?? '') + group)
}
