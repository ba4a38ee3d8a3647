import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair, SignJWT } from 'jose'
import { createVirtualClock } from '../../../base/virtualClock.ts'
import type { Expressions } from '../../expressions.ts'
import { jwtTokens } from './authenticator.ts'
import { type JwtIssuer, readAuthentication } from './configuration.ts'

const url = 'https://issuer.test'
const start = Date.UTC(2026, 0, 2)
const { privateKey, publicKey } = await generateKeyPair('ES256')
const stranger = await generateKeyPair('ES256')

const sign = (claims: object, { key = privateKey, issuer = url, audience = 'here', expires = 3600 } = {}) =>
  new SignJWT({ sub: 'ann', ...claims })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(start / 1000 + expires)
    .sign(key)

/** Expressions that are functions of JavaScript. */
const expressions: Expressions = {
  compile: (text, variables) => {
    const run = new Function(...variables, `return (${text})`) as (...values: unknown[]) => unknown
    return { evaluate: values => run(...variables.map(name => values[name])) }
  },
}

const issuerOf = (more: Partial<JwtIssuer> = {}): JwtIssuer => ({
  issuer: { url, audiences: ['here', 'there'], audienceMatchPolicy: 'MatchAny' },
  claimMappings: { username: { claim: 'sub', prefix: 'oidc:' } },
  ...more,
})

const identify = async (of: JwtIssuer, token: string) =>
  jwtTokens(of, {
    clock: createVirtualClock(start),
    expressions,
    keys: async () => publicKey as never,
  }).authenticateToken(token, [])

test('claims become a user', async () => {
  for (const [mappings, claims, user] of [
    [{ username: { claim: 'sub', prefix: 'oidc:' } }, {}, { name: 'oidc:ann', groups: [] }],
    [
      { username: { claim: 'sub', prefix: '' }, groups: { claim: 'teams', prefix: 'g:' }, uid: { claim: 'id' } },
      { teams: 'dev', id: 'u1' },
      { name: 'ann', groups: ['g:dev'], uid: 'u1' },
    ],
    [
      {
        username: { expression: 'claims.sub + "@x"' },
        groups: { expression: 'claims.teams' },
        uid: { expression: 'claims.sub' },
        extra: [{ key: 'a.b/c', valueExpression: 'claims.teams' }],
      },
      { teams: ['dev', 'ops'] },
      { name: 'ann@x', groups: ['dev', 'ops'], uid: 'ann', extra: { 'a.b/c': ['dev', 'ops'] } },
    ],
  ] as const) {
    const identity = await identify(issuerOf({ claimMappings: mappings as never }), await sign(claims))
    assert.deepEqual(identity, { user })
  }
})

test('a token that is not good is refused, with the reason', async () => {
  const email = issuerOf({ claimMappings: { username: { claim: 'email', prefix: '' } } })
  const rules = issuerOf({
    claimValidationRules: [
      { claim: 'site', requiredValue: 'here' },
      { expression: 'claims.level > 3', message: 'too low' },
    ],
    userValidationRules: [{ expression: '!user.username.includes("system:")', message: 'reserved' }],
  })
  for (const [of, token, message] of [
    [issuerOf(), await sign({}, { key: stranger.privateKey }), /oidc: verify token: signature verification failed/],
    [issuerOf(), await sign({}, { audience: 'elsewhere' }), /oidc: verify token: unexpected "aud" claim value/],
    [issuerOf(), await sign({}, { expires: -1 }), /oidc: verify token: "exp" claim timestamp check failed/],
    [
      issuerOf({ claimMappings: { username: { claim: 'nick', prefix: '' } } }),
      await sign({}),
      /parse username claims "nick"/,
    ],
    [email, await sign({ email: 'a@b', email_verified: false }), /email not verified/],
    [rules, await sign({}), /required claim site not present/],
    [rules, await sign({ site: 'there' }), /value does not match. Got = there, want = here/],
    [rules, await sign({ site: 'here', level: 1 }), /validation expression 'claims.level > 3' failed: too low/],
    [rules, await sign({ site: 'here', level: 4, sub: 'system:x' }), /failed: reserved/],
  ] as const)
    await assert.rejects(identify(of, token), message)
})

test('tokens of others are left to others', async () => {
  assert.equal(await identify(issuerOf(), await sign({}, { issuer: 'https://other.test' })), undefined)
  assert.equal(await identify(issuerOf(), 'no.jwt.here'), undefined)
  assert.equal(await identify(issuerOf(), 'opaque'), undefined)
})

test('an AuthenticationConfiguration that is wrong is refused, with the reason', () => {
  const of = (jwt: string, more = '') =>
    `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt: [${jwt}]\n${more}`
  const jwt = (issuer: string, mappings = 'username: { claim: sub, prefix: "" }', more = '') =>
    `{ issuer: { ${issuer} }, claimMappings: { ${mappings} }${more} }`
  const good = 'url: "https://a", audiences: [x]'
  assert.equal(readAuthentication(of(jwt(good)), []).jwt.length, 1)
  for (const [text, message] of [
    [of(jwt('audiences: [x]')), /jwt\[0\]\.issuer\.url: Required value/],
    [of(jwt('url: "http://a", audiences: [x]')), /URL scheme must be https/],
    [of(jwt('url: "https://u:p@a", audiences: [x]')), /must not contain a username or password/],
    [of(jwt('url: "https://a?b", audiences: [x]')), /must not contain a query/],
    [of(jwt('url: "https://ours", audiences: [x]')), /must not overlap with disallowed issuers/],
    [of(jwt(`${good}, discoveryURL: "https://a/"`)), /discoveryURL must be different from URL/],
    [of(jwt('url: "https://a", audiences: []')), /at least one jwt\[0\]\.issuer\.audiences is required/],
    [of(jwt('url: "https://a", audiences: [x, z]')), /audienceMatchPolicy must be MatchAny for multiple audiences/],
    [of(jwt('url: "https://a", audiences: [x, x], audienceMatchPolicy: MatchAny')), /audiences\[1\]: Duplicate value/],
    [of(jwt(`${good}, certificateAuthority: nonsense`)), /certificateAuthority: Invalid value: "<omitted>"/],
    [of(`${jwt(good)}, ${jwt(good)}`), /jwt\[1\]\.issuer\.url: Duplicate value: "https:\/\/a"/],
    [
      of(jwt(good, 'username: { claim: sub }')),
      /username\.prefix: Required value: prefix is required when claim is set/,
    ],
    [of(jwt(good, 'username: {}')), /username: Required value: claim or expression is required/],
    [of(jwt(good, 'username: { claim: sub, prefix: "", expression: x }')), /claim and expression can't both be set/],
    [
      of(jwt(good, 'username: { claim: sub, prefix: "" }, extra: [{ key: kubernetes.io/x, valueExpression: a }]')),
      /are reserved for Kubernetes use/,
    ],
    [of(jwt(good, undefined, ', claimValidationRules: [{}]')), /claim or expression is required/],
    [of('', 'anonymous: { enabled: false, conditions: [{ path: /a }] }'), /enabled should be set to true/],
  ] as const)
    assert.throws(() => readAuthentication(text, ['https://ours']), message, text)
})

test('expressions need somebody who understands them', () => {
  const of = issuerOf({ claimMappings: { username: { expression: 'claims.sub' } } })
  assert.throws(() => jwtTokens(of, { clock: createVirtualClock(start) }), /needs CEL/)
})

test('groups that are kept elsewhere are brought in', async () => {
  const of = issuerOf({
    claimMappings: { username: { claim: 'sub', prefix: '' }, groups: { claim: 'groups', prefix: 'g:' } },
  })
  const asked: string[][] = []
  const pointing = (source: object, more: object = {}) =>
    sign({ _claim_names: { groups: 'one' }, _claim_sources: { one: source }, ...more })
  const identified = async (token: string, answer: string) =>
    jwtTokens(of, {
      clock: createVirtualClock(start),
      keys: async () => publicKey as never,
      fetchClaim: async (...args) => {
        asked.push(args)
        return answer
      },
    }).authenticateToken(token, [])
  const source = { endpoint: 'https://groups.test/x', access_token: 'secret' }
  const kept = await sign({ groups: ['dev', 'ops'] })
  assert.deepEqual(await identified(await pointing(source), kept), {
    user: { name: 'ann', groups: ['g:dev', 'g:ops'] },
  })
  assert.deepEqual(asked.splice(0), [['https://groups.test/x', 'secret']])
  const own = await identified(await pointing(source, { groups: 'own' }), kept)
  assert.deepEqual([own?.user.groups, asked], [['g:own'], []], 'what the token has itself is not asked for')
  const aggregated = await identified(await pointing({ JWT: kept }), kept)
  assert.deepEqual([aggregated?.user.groups, asked], [[], []])
  for (const [token, answer, message] of [
    [await pointing(source), await sign({}), /did not contain claim: groups/],
    [await pointing(source), await sign({ groups: [] }, { audience: 'elsewhere' }), /while getting distributed claim/],
    [await pointing(source), await sign({ groups: [] }, { key: stranger.privateKey }), /signature verification failed/],
    [await sign({ _claim_names: { groups: 'one' } }), kept, /oidc: no claim sources/],
    [
      await sign({ _claim_names: { groups: 'one' }, _claim_sources: {} }),
      kept,
      /source one missing in _claims_sources/,
    ],
  ] as const)
    await assert.rejects(identified(token, answer), message)
})

test('the number of a token is told with its user', async () => {
  const identity = await identify(issuerOf(), await sign({ jti: 'seven' }))
  assert.deepEqual(identity?.user.extra, { 'authentication.kubernetes.io/credential-id': ['JTI=seven'] })
})

test('what a file must not say of an issuer', () => {
  const file = (issuer: string, expression: string, more = '') => `
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
jwt:
  - issuer: { url: 'https://a.test', audiences: [here]${issuer} }
    claimMappings: { username: { expression: ${JSON.stringify(expression)} }${more} }
`
  const verified = ", extra: [{ key: 'a.b/c', valueExpression: 'string(claims.?email_verified.orValue(true))' }]"
  readAuthentication(file('', 'claims.email', verified), [])
  readAuthentication(file('', '"claims.email"'), [])
  for (const [text, message] of [
    [file('', 'claims.email'), /claims.email_verified must be used in claimMappings.username.expression/],
    [file(', egressSelectorType: moon', 'claims.sub'), /egress selector must be either controlplane or cluster/],
    [file(', egressSelectorType: cluster', 'claims.sub'), /egress lookup required with egress selector type "cluster"/],
  ] as const)
    assert.throws(() => readAuthentication(text, []), message)
})
