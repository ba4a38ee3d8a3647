import { X509Certificate } from 'node:crypto'
import { bool, fields, list, object, one, root, string, strings } from '../../../schema/fields.ts'
import { duplicate, invalid, required, tooMany } from '../../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../../schema/rules/names.ts'
import { at } from '../../../schema/rules/path.ts'
import type { FieldError, Path, RootShape, Shape, Type } from '../../../schema/types.ts'
import { type ConfigurationKind, readConfiguration } from '../../configuration.ts'

const typed = 'io.k8s.apiserver.v1'

const issuer = fields({
  url: string(1, { always: true }),
  discoveryURL: string(2, { pointer: true }),
  certificateAuthority: string(3),
  audiences: strings(4, { always: true }),
  audienceMatchPolicy: string(5),
  egressSelectorType: string(6),
})
export interface Issuer extends Shape<typeof issuer> {}
const Issuer: Type<Issuer> = object(`${typed}.Issuer`, issuer)

const claimRule = fields({ claim: string(1), requiredValue: string(2), expression: string(3), message: string(4) })
export interface ClaimRule extends Shape<typeof claimRule> {}
const ClaimRule: Type<ClaimRule> = object(`${typed}.ClaimValidationRule`, claimRule)

const prefixed = fields({ claim: string(1), prefix: string(2, { pointer: true }), expression: string(3) })
export interface PrefixedClaim extends Shape<typeof prefixed> {}
const PrefixedClaim: Type<PrefixedClaim> = object(`${typed}.PrefixedClaimOrExpression`, prefixed)

const plain = fields({ claim: string(1), expression: string(2) })
interface PlainClaim extends Shape<typeof plain> {}
const PlainClaim: Type<PlainClaim> = object(`${typed}.ClaimOrExpression`, plain)

const extra = fields({ key: string(1, { always: true }), valueExpression: string(2, { always: true }) })
interface ExtraMapping extends Shape<typeof extra> {}
const ExtraMapping: Type<ExtraMapping> = object(`${typed}.ExtraMapping`, extra)

const mappings = fields({
  username: one(1, PrefixedClaim, { always: true }),
  groups: one(2, PrefixedClaim),
  uid: one(3, PlainClaim),
  extra: list(4, ExtraMapping),
})
interface ClaimMappings extends Shape<typeof mappings> {}
const ClaimMappings: Type<ClaimMappings> = object(`${typed}.ClaimMappings`, mappings)

const userRule = fields({ expression: string(1, { always: true }), message: string(2) })
interface UserRule extends Shape<typeof userRule> {}
const UserRule: Type<UserRule> = object(`${typed}.UserValidationRule`, userRule)

const jwt = fields({
  issuer: one(1, Issuer, { always: true }),
  claimValidationRules: list(2, ClaimRule),
  claimMappings: one(3, ClaimMappings, { always: true }),
  userValidationRules: list(4, UserRule),
})
/** One issuer of tokens, and how its claims become a user. */
export interface JwtIssuer extends Shape<typeof jwt> {}
const JwtIssuer: Type<JwtIssuer> = object(`${typed}.JWTAuthenticator`, jwt)

const condition = fields({ path: string(1, { always: true }) })
interface Condition extends Shape<typeof condition> {}
const Condition: Type<Condition> = object(`${typed}.AnonymousAuthCondition`, condition)

const anonymous = fields({ enabled: bool(1, { always: true }), conditions: list(2, Condition) })
interface Anonymous extends Shape<typeof anonymous> {}
const Anonymous: Type<Anonymous> = object(`${typed}.AnonymousAuthConfig`, anonymous)

const configuration = fields({
  jwt: list(1, JwtIssuer, { always: true }),
  anonymous: one(2, Anonymous, { pointer: true }),
})
/** Who is let in: apiserver.config.k8s.io/v1. */
export interface AuthenticationConfiguration extends RootShape<typeof configuration> {}
const AuthenticationConfiguration: Type<AuthenticationConfiguration> = root(
  `${typed}.AuthenticationConfiguration`,
  configuration,
)

const most = 64

/** Reads the file. `ours`: issuers that are this server's own. Throws an Error that says what is wrong. */
export function readAuthentication(text: string, ours: readonly string[]): AuthenticationConfiguration {
  const kind: ConfigurationKind<AuthenticationConfiguration> = {
    kind: 'AuthenticationConfiguration',
    apiVersions: ['apiserver.config.k8s.io/v1', 'apiserver.config.k8s.io/v1beta1'],
    type: AuthenticationConfiguration,
    rules: configuration => configurationErrors(configuration, ours),
  }
  return readConfiguration(kind, text)
}

function configurationErrors(
  { jwt: issuers, anonymous: open }: AuthenticationConfiguration,
  ours: readonly string[],
): FieldError[] {
  const path = at('jwt')
  if (issuers.length > most) return [tooMany(path, issuers.length, most)]
  const errors = issuers.flatMap((each, index) => jwtErrors(each, ours, path.index(index)))
  const once = (pick: (each: JwtIssuer) => string | undefined, name: string) => {
    const seen = new Set<string>()
    for (const [index, each] of issuers.entries()) {
      const value = pick(each)
      if (!value) continue
      if (seen.has(value)) errors.push(duplicate(path.index(index).child('issuer', name), value))
      seen.add(value)
    }
  }
  once(each => each.issuer.url, 'url')
  once(each => each.issuer.discoveryURL, 'discoveryURL')
  if (open && !open.enabled && open.conditions?.length) {
    const detail = 'enabled should be set to true when conditions are defined'
    errors.push(invalid(at('anonymous', 'conditions'), open.conditions, detail))
  }
  return errors
}

/** What is wrong with one issuer. */
export function jwtErrors(each: JwtIssuer, ours: readonly string[], path: Path): FieldError[] {
  return [
    ...issuerErrors(each.issuer, ours, path.child('issuer')),
    ...claimRuleErrors(each.claimValidationRules ?? [], path.child('claimValidationRules')),
    ...mappingErrors(each.claimMappings, path.child('claimMappings')),
    ...emailErrors(each, path.child('claimMappings', 'username', 'expression')),
    ...(each.userValidationRules ?? []).flatMap(({ expression }, index) =>
      expression ? [] : [required(path.child('userValidationRules').index(index).child('expression'))],
    ),
  ]
}

/** Whether an expression selects this claim, strings in it aside. */
const selects = (expression: string | undefined, claim: string): boolean =>
  new RegExp(`\\bclaims\\s*\\.\\s*\\??\\s*${claim}\\b`).test(
    (expression ?? '').replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ''),
  )

/** An email that nobody verified could be anybody's. */
function emailErrors({ claimMappings, claimValidationRules = [] }: JwtIssuer, path: Path): FieldError[] {
  const { username, extra: more = [] } = claimMappings
  if (!selects(username.expression, 'email')) return []
  const all = [
    username.expression,
    ...more.map(({ valueExpression }) => valueExpression),
    ...claimValidationRules.map(({ expression }) => expression),
  ]
  if (all.some(each => selects(each, 'email_verified'))) return []
  const places =
    'claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression'
  const detail = `claims.email_verified must be used in ${places} when claims.email is used in claimMappings.username.expression`
  return [invalid(path, username.expression, detail)]
}

function issuerErrors(of: Issuer, ours: readonly string[], path: Path): FieldError[] {
  const { url, discoveryURL, audiences, audienceMatchPolicy = '', certificateAuthority, egressSelectorType } = of
  const errors = url ? urlErrors(url, path.child('url')) : [required(path.child('url'))]
  if (ours.includes(url)) {
    errors.push(invalid(path.child('url'), url, `URL must not overlap with disallowed issuers: [${ours.join(' ')}]`))
  }
  if (discoveryURL) {
    if (discoveryURL.replace(/\/+$/, '') === url.replace(/\/+$/, '')) {
      errors.push(invalid(path.child('discoveryURL'), discoveryURL, 'discoveryURL must be different from URL'))
    }
    errors.push(...urlErrors(discoveryURL, path.child('discoveryURL')))
  }
  const egress = path.child('egressSelectorType')
  if (egressSelectorType) {
    const known = egressSelectorType === 'controlplane' || egressSelectorType === 'cluster'
    const detail = known
      ? `oidc: egress lookup required with egress selector type ${JSON.stringify(egressSelectorType)}: this server has no egress selectors`
      : 'egress selector must be either controlplane or cluster'
    errors.push(invalid(egress, egressSelectorType, detail))
  }
  const named = path.child('audiences')
  if (audiences.length === 0) errors.push(required(named, `at least one ${named.toString()} is required`))
  for (const [index, audience] of audiences.entries()) {
    if (!audience) errors.push(required(named.index(index)))
    else if (audiences.indexOf(audience) < index) errors.push(duplicate(named.index(index), audience))
  }
  const policy = path.child('audienceMatchPolicy')
  if (audiences.length > 1 && audienceMatchPolicy !== 'MatchAny') {
    errors.push(invalid(policy, audienceMatchPolicy, 'audienceMatchPolicy must be MatchAny for multiple audiences'))
  }
  if (audiences.length === 1 && audienceMatchPolicy !== '' && audienceMatchPolicy !== 'MatchAny') {
    const detail = 'audienceMatchPolicy must be empty or MatchAny for single audience'
    errors.push(invalid(policy, audienceMatchPolicy, detail))
  }
  if (certificateAuthority && !isCertificate(certificateAuthority)) {
    const detail = 'data does not contain any valid RSA or ECDSA certificates'
    errors.push(invalid(path.child('certificateAuthority'), '<omitted>', detail))
  }
  return errors
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem)
    return true
  } catch {
    // Whatever it is, it is none.
    return false
  }
}

function urlErrors(text: string, path: Path): FieldError[] {
  if (!URL.canParse(text)) return [invalid(path, text, 'must be a URL')]
  const { protocol, username, password, search, hash } = new URL(text)
  const errors: FieldError[] = []
  if (protocol !== 'https:') errors.push(invalid(path, text, 'URL scheme must be https'))
  if (username || password) errors.push(invalid(path, text, 'URL must not contain a username or password'))
  if (search) errors.push(invalid(path, text, 'URL must not contain a query'))
  if (hash) errors.push(invalid(path, text, 'URL must not contain a fragment'))
  return errors
}

function claimRuleErrors(rules: readonly ClaimRule[], path: Path): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  for (const [index, { claim, requiredValue, expression, message }] of rules.entries()) {
    const here = path.index(index)
    if (claim && expression) errors.push(invalid(here, claim, "claim and expression can't both be set"))
    else if (!claim && !expression) errors.push(required(here, 'claim or expression is required'))
    else if (claim && message) {
      errors.push(invalid(here.child('message'), message, 'may not be specified when claim is set'))
    } else if (expression && requiredValue) {
      const detail = 'may not be specified when expression is set'
      errors.push(invalid(here.child('requiredValue'), requiredValue, detail))
    }
    const key = claim ? `claim ${claim}` : `expression ${expression}`
    if (seen.has(key)) errors.push(duplicate(here.child(claim ? 'claim' : 'expression'), claim || expression))
    seen.add(key)
  }
  return errors
}

function mappingErrors({ username, groups, uid, extra: more = [] }: ClaimMappings, path: Path): FieldError[] {
  const errors = [
    ...prefixedErrors(username, path.child('username'), true),
    ...prefixedErrors(groups ?? {}, path.child('groups'), false),
  ]
  if (uid?.claim && uid.expression) {
    errors.push(invalid(path.child('uid'), '', "claim and expression can't both be set"))
  }
  const seen = new Set<string>()
  for (const [index, { key, valueExpression }] of more.entries()) {
    const here = path.child('extra').index(index)
    const [domain = '', ...rest] = key.split('/')
    if (!key) errors.push(required(here.child('key')))
    else if (dnsSubdomain(domain).length > 0 || rest.join('/') === '') {
      errors.push(invalid(here.child('key'), key, 'must be a domain-prefixed path (such as "acme.io/foo")'))
    }
    if (key !== key.toLowerCase()) errors.push(invalid(here.child('key'), key, 'must be lowercase'))
    if (/(^|\.)(k8s|kubernetes)\.io$/.test(domain)) {
      const detail = 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use'
      errors.push(invalid(here.child('key'), key, detail))
    }
    if (seen.has(key)) errors.push(duplicate(here.child('key'), key))
    seen.add(key)
    if (!valueExpression) errors.push(required(here.child('valueExpression'), 'valueExpression is required'))
  }
  return errors
}

function prefixedErrors(
  { claim, prefix, expression }: Partial<PrefixedClaim>,
  path: Path,
  must: boolean,
): FieldError[] {
  const errors: FieldError[] = []
  if (expression && claim) errors.push(invalid(path, '', "claim and expression can't both be set"))
  if (expression && prefix) {
    errors.push(invalid(path.child('prefix'), prefix, "prefix can't be set when claim mapping expression is set"))
  }
  if (!expression && !claim && must) errors.push(required(path, 'claim or expression is required'))
  if (claim && prefix === undefined) {
    const detail = 'prefix is required when claim is set. It can be set to an empty string to disable prefixing'
    errors.push(required(path.child('prefix'), detail))
  }
  return errors
}
