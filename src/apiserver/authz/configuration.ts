import { bool, duration, fields, list, object, one, root, string } from '../../schema/fields.ts'
import { duplicate, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { parseDuration } from '../../schema/scalars/time.ts'
import type { FieldError, Path, RootShape, Shape, Type } from '../../schema/types.ts'
import { type ConfigurationKind, readConfiguration } from '../configuration.ts'

const typed = 'io.k8s.apiserver.v1'

const connection = fields({ type: string(1, { always: true }), kubeConfigFile: string(2, { pointer: true }) })
interface Connection extends Shape<typeof connection> {}
const Connection: Type<Connection> = object(`${typed}.WebhookConnectionInfo`, connection)

const condition = fields({ expression: string(1, { always: true }) })
interface MatchCondition extends Shape<typeof condition> {}
const MatchCondition: Type<MatchCondition> = object(`${typed}.WebhookMatchCondition`, condition)

const webhook = fields({
  authorizedTTL: duration(1, { pointer: true }),
  cacheAuthorizedRequests: bool(2, { pointer: true }),
  unauthorizedTTL: duration(3, { pointer: true }),
  cacheUnauthorizedRequests: bool(4, { pointer: true }),
  timeout: duration(5, { pointer: true }),
  subjectAccessReviewVersion: string(6),
  matchConditionSubjectAccessReviewVersion: string(7),
  failurePolicy: string(8),
  connectionInfo: one(9, Connection, { always: true }),
  matchConditions: list(10, MatchCondition),
})
/** A server that is asked, and what becomes of its answers. */
export interface WebhookConfiguration extends Shape<typeof webhook> {}
const WebhookConfiguration: Type<WebhookConfiguration> = object(`${typed}.WebhookConfiguration`, webhook)

const authorizer = fields({
  type: string(1, { always: true }),
  name: string(2, { always: true }),
  webhook: one(3, WebhookConfiguration, { pointer: true }),
})
/** One of those who decide. */
export interface AuthorizerConfiguration extends Shape<typeof authorizer> {}
const AuthorizerConfiguration: Type<AuthorizerConfiguration> = object(`${typed}.AuthorizerConfiguration`, authorizer)

const configuration = fields({ authorizers: list(1, AuthorizerConfiguration, { always: true }) })
/** Who may do what, in order: apiserver.config.k8s.io/v1. */
export interface AuthorizationConfiguration extends RootShape<typeof configuration> {}
const AuthorizationConfiguration: Type<AuthorizationConfiguration> = root(
  `${typed}.AuthorizationConfiguration`,
  configuration,
)

/** The kinds there are. */
export const authorizerTypes = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC', 'Webhook'] as const

const configurationKind: ConfigurationKind<AuthorizationConfiguration> = {
  kind: 'AuthorizationConfiguration',
  apiVersions: ['apiserver.config.k8s.io/v1', 'apiserver.config.k8s.io/v1beta1'],
  type: AuthorizationConfiguration,
  rules: ({ authorizers }) => authorizerErrors(authorizers),
}

/** Reads the file. Throws an Error that says what is wrong. */
export const readAuthorization = (text: string): AuthorizationConfiguration =>
  readConfiguration(configurationKind, text)

/** What is wrong with those who decide, however they were named. */
export function authorizerErrors(all: readonly AuthorizerConfiguration[]): FieldError[] {
  const path = at('authorizers')
  if (all.length === 0) return [required(path, 'at least one authorization mode must be defined')]
  const types = new Set<string>()
  const names = new Set<string>()
  return all.flatMap(({ type, name, webhook: asked }, index): FieldError[] => {
    const here = path.index(index)
    if (!type) return [required(here.child('type'))]
    if (!(authorizerTypes as readonly string[]).includes(type)) {
      return [notSupported(here.child('type'), type, authorizerTypes)]
    }
    if (types.has(type) && type !== 'Webhook') return [duplicate(here.child('type'), type)]
    types.add(type)
    const errors: FieldError[] = []
    const wrong = name ? dnsSubdomain(name) : []
    if (!name) errors.push(required(here.child('name')))
    else if (names.has(name)) errors.push(duplicate(here.child('name'), name))
    else if (wrong.length > 0) {
      errors.push(invalid(here.child('name'), name, `authorizer name is invalid: ${wrong.join(', ')}`))
    }
    names.add(name)
    if (type !== 'Webhook' && asked) {
      errors.push(invalid(here.child('webhook'), 'non-null', 'may only be specified when type=Webhook'))
    }
    if (type === 'Webhook' && !asked) errors.push(required(here.child('webhook'), 'required when type=Webhook'))
    if (type === 'Webhook' && asked) errors.push(...webhookErrors(asked, here))
    return errors
  })
}

const versions = ['v1', 'v1beta1']

function webhookErrors(asked: WebhookConfiguration, path: Path): FieldError[] {
  const { timeout, subjectAccessReviewVersion, matchConditions = [], connectionInfo, failurePolicy } = asked
  const errors: FieldError[] = []
  const milliseconds = timeout ? parseDuration(timeout) : 0
  if (milliseconds === 0) errors.push(required(path.child('timeout')))
  else if (milliseconds > 30_000 || milliseconds < 0) {
    errors.push(invalid(path.child('timeout'), timeout, 'must be > 0s and <= 30s'))
  }
  for (const name of ['authorizedTTL', 'unauthorizedTTL'] as const) {
    const ttl = asked[name] ? parseDuration(asked[name]) : 0
    if (ttl === 0) errors.push(required(path.child(name)))
    else if (ttl < 0) errors.push(invalid(path.child(name), asked[name], 'must be > 0s'))
  }
  const version = path.child('subjectAccessReviewVersion')
  if (!subjectAccessReviewVersion) errors.push(required(version))
  else if (!versions.includes(subjectAccessReviewVersion)) {
    errors.push(notSupported(version, subjectAccessReviewVersion, versions))
  }
  const conditions = asked.matchConditionSubjectAccessReviewVersion
  const conditionsPath = path.child('matchConditionSubjectAccessReviewVersion')
  if (!conditions && matchConditions.length > 0) {
    errors.push(required(conditionsPath, 'required if match conditions are specified'))
  } else if (conditions && conditions !== 'v1') errors.push(notSupported(conditionsPath, conditions, ['v1']))
  if (!failurePolicy) errors.push(required(path.child('failurePolicy')))
  else if (failurePolicy !== 'NoOpinion' && failurePolicy !== 'Deny') {
    errors.push(notSupported(path.child('failurePolicy'), failurePolicy, ['NoOpinion', 'Deny']))
  }
  const { type, kubeConfigFile } = connectionInfo
  const info = path.child('connectionInfo')
  if (!type) errors.push(required(info.child('type')))
  else if (type === 'KubeConfigFile') {
    if (!kubeConfigFile) errors.push(required(info.child('kubeConfigFile')))
    else if (!kubeConfigFile.startsWith('/')) {
      errors.push(invalid(info.child('kubeConfigFile'), kubeConfigFile, 'must be an absolute path'))
    }
  } else if (type === 'InClusterConfig') {
    const detail = 'this server does not run in the cluster that it serves: name a kubeconfig'
    errors.push(invalid(info.child('type'), type, detail))
  } else errors.push(notSupported(info.child('type'), type, ['InClusterConfig', 'KubeConfigFile']))
  const seen = new Set<string>()
  for (const [index, { expression }] of matchConditions.entries()) {
    const here = path.child('matchConditions').index(index).child('expression')
    if (!expression.trim()) errors.push(required(here))
    else if (seen.has(expression)) errors.push(duplicate(here, expression))
    seen.add(expression)
  }
  return errors
}
