import { duration, fields, int32, list, object, one, root, string, strings } from '../../schema/fields.ts'
import { duplicate, invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { parseDuration } from '../../schema/scalars/time.ts'
import type { FieldError, Path, RootShape, Shape, Type } from '../../schema/types.ts'
import { type ConfigurationKind, readConfiguration } from '../configuration.ts'

// `apiserver.config.k8s.io/v1`: what is encrypted where it is stored, and how.

const key = fields({ name: string(1, { always: true }), secret: string(2, { always: true }) })
export interface Key extends Shape<typeof key> {}
const Key: Type<Key> = object('io.k8s.apiserver.config.v1.Key', key)

const keys = fields({ keys: list(1, Key, { always: true }) })
export interface Keys extends Shape<typeof keys> {}
const Keys: Type<Keys> = object('io.k8s.apiserver.config.v1.Keys', keys)

const kms = fields({
  apiVersion: string(1, { always: true }),
  name: string(2, { always: true }),
  cachesize: int32(3, { pointer: true }),
  endpoint: string(4, { always: true }),
  timeout: duration(5, { pointer: true }),
})
export interface KmsConfiguration extends Shape<typeof kms> {}
const KmsConfiguration: Type<KmsConfiguration> = object('io.k8s.apiserver.config.v1.KMSConfiguration', kms)

const identity = fields({})
interface Identity extends Shape<typeof identity> {}
const Identity: Type<Identity> = object('io.k8s.apiserver.config.v1.IdentityConfiguration', identity)

const provider = fields({
  aesgcm: one(1, Keys, { pointer: true }),
  aescbc: one(2, Keys, { pointer: true }),
  secretbox: one(3, Keys, { pointer: true }),
  identity: one(4, Identity, { pointer: true }),
  kms: one(5, KmsConfiguration, { pointer: true }),
})
export interface ProviderConfiguration extends Shape<typeof provider> {}
const ProviderConfiguration: Type<ProviderConfiguration> = object(
  'io.k8s.apiserver.config.v1.ProviderConfiguration',
  provider,
)

const resourceConfiguration = fields({
  resources: strings(1, { always: true }),
  providers: list(2, ProviderConfiguration, { always: true }),
})
export interface ResourceConfiguration extends Shape<typeof resourceConfiguration> {}
const ResourceConfiguration: Type<ResourceConfiguration> = object(
  'io.k8s.apiserver.config.v1.ResourceConfiguration',
  resourceConfiguration,
)

const configuration = fields({ resources: list(1, ResourceConfiguration, { always: true }) })
export interface EncryptionConfiguration extends RootShape<typeof configuration> {}
const EncryptionConfiguration: Type<EncryptionConfiguration> = root(
  'io.k8s.apiserver.config.v1.EncryptionConfiguration',
  configuration,
)

/** Milliseconds that a key service may take when the configuration does not say. */
const defaultTimeout = 3000
export const timeoutOf = ({ timeout }: KmsConfiguration): number =>
  timeout === undefined ? defaultTimeout : parseDuration(timeout)

const kinds = ['aesgcm', 'aescbc', 'secretbox', 'identity', 'kms'] as const
export const keySizes = { aesgcm: [16, 24, 32], aescbc: [16, 24, 32], secretbox: [32] } as const

/** `secrets`, `*.apps`, `*.`: the resource and its group. */
export function parseGroupResource(text: string): { readonly resource: string; readonly group: string } {
  const dot = text.indexOf('.')
  return dot < 0 ? { resource: text, group: '' } : { resource: text.slice(0, dot), group: text.slice(dot + 1) }
}

const internal = ['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations']

function nameErrors(path: Path, text: string): FieldError[] {
  const wrong = (detail: string) => [invalid(path, text, detail)]
  const { resource, group } = parseGroupResource(text)
  if (/[A-Z]/.test(text)) return wrong('resource name should not contain capital letters')
  if (text === '*')
    return wrong("use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources")
  if (internal.includes(text)) return wrong('resources which do not have REST API/s cannot be encrypted')
  if (group === 'events.k8s.io')
    return wrong(
      "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file",
    )
  if (group === 'extensions') return wrong("'extensions' group has been removed and cannot be used for encryption")
  if (group === '*' && resource !== '*') return wrong('encrypting the same resource across groups is not supported')
  return []
}

/** Names of one rule that mean the same, or some of the same. */
function overlapErrors(path: Path, names: readonly string[]): FieldError[] {
  const parsed = names.map(parseGroupResource)
  const errors: FieldError[] = []
  if (new Set(parsed.map(({ resource, group }) => `${resource}.${group}`)).size < names.length)
    errors.push(invalid(path, names, 'the same resource cannot be specified multiple times'))
  const overlap = parsed.some((one, i) =>
    parsed.some(
      (other, j) =>
        i !== j &&
        `${one.resource}.${one.group}` !== `${other.resource}.${other.group}` &&
        ((one.resource === '*' && one.group === '*') || (one.group === other.group && one.resource === '*')),
    ),
  )
  if (overlap) {
    const detail =
      "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked"
    errors.push(invalid(path, names, detail))
  }
  return errors
}

function keyErrors(path: Path, { keys: given }: Keys, sizes: readonly number[]): FieldError[] {
  if (given.length === 0) return [required(path, 'at least one keys is required')]
  return given.flatMap(({ name, secret }, index) => {
    const own = path.index(index)
    const errors = name === '' ? [required(own.child('name'), 'name is a mandatory field for a key')] : []
    const bytes = base64.test(secret) ? Buffer.from(secret, 'base64').length : undefined
    if (secret === '') errors.push(required(own.child('secret'), 'secret is a mandatory field for a key'))
    else if (bytes === undefined)
      errors.push(invalid(own.child('secret'), 'REDACTED', 'secrets must be base64 encoded'))
    else if (!sizes.includes(bytes)) {
      const detail = `secret is not of the expected length, got ${bytes}, expected one of [${sizes.join(' ')}]`
      errors.push(invalid(own.child('secret'), 'REDACTED', detail))
    }
    return errors
  })
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function kmsErrors(path: Path, { name, endpoint, apiVersion, cachesize, timeout }: KmsConfiguration): FieldError[] {
  const errors: FieldError[] = []
  if (name === '') errors.push(required(path.child('name'), 'name is a mandatory field for a kms'))
  else if (name.includes(':'))
    errors.push(invalid(path.child('name'), name, `invalid KMS provider name ${name}, must not contain ':'`))
  if (timeout !== undefined && parseDuration(timeout) <= 0)
    errors.push(invalid(path.child('timeout'), timeout, 'timeout should be a positive value'))
  if (endpoint === '') errors.push(invalid(path.child('endpoint'), '', 'endpoint is a mandatory field for a kms'))
  else if (!endpoint.startsWith('unix:')) {
    const scheme = endpoint.includes(':') ? endpoint.slice(0, endpoint.indexOf(':')) : ''
    const detail = `unsupported scheme ${JSON.stringify(scheme)} for KMS provider, only unix is supported`
    errors.push(invalid(path.child('endpoint'), endpoint, detail))
  }
  if (cachesize !== undefined)
    errors.push(invalid(path.child('cachesize'), cachesize, 'cachesize is not supported in v2'))
  if (apiVersion !== 'v2') {
    const detail = `unsupported apiVersion ${apiVersion} for KMS provider, only v2 is supported`
    errors.push(invalid(path.child('apiVersion'), apiVersion, detail))
  }
  return errors
}

function providerErrors(path: Path, given: ProviderConfiguration): FieldError[] {
  const found = kinds.filter(kind => given[kind] !== undefined)
  const [kind] = found
  if (!kind) {
    const detail = 'provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity'
    return [invalid(path, {}, detail)]
  }
  if (found.length > 1) {
    const detail = 'more than one provider specified in a single element, should split into different list elements'
    return [invalid(path, found, detail)]
  }
  if (kind === 'kms') return kmsErrors(path.child('kms'), given.kms as KmsConfiguration)
  return kind === 'identity' ? [] : keyErrors(path.child(kind, 'keys'), given[kind] as Keys, keySizes[kind])
}

function rules({ resources }: EncryptionConfiguration): FieldError[] {
  const path = at('resources')
  if (resources.length === 0) return [required(path, 'at least one resources is required')]
  const names = new Set<string>()
  return resources.flatMap(({ resources: named, providers }, index) => {
    const own = path.index(index)
    const errors: FieldError[] = []
    const needs = (child: string) => required(own.child(child), `at least one ${own.child(child)} is required`)
    if (named.length === 0) errors.push(needs('resources'))
    errors.push(...overlapErrors(own.child('resources'), named))
    errors.push(...named.flatMap((name, i) => nameErrors(own.child('resources').index(i), name)))
    if (providers.length === 0) errors.push(needs('providers'))
    for (const [i, given] of providers.entries()) {
      const place = own.child('providers').index(i)
      errors.push(...providerErrors(place, given))
      if (!given.kms) continue
      if (names.has(given.kms.name)) errors.push(duplicate(place.child('kms', 'name'), given.kms.name))
      names.add(given.kms.name)
    }
    return errors
  })
}

const kind: ConfigurationKind<EncryptionConfiguration> = {
  kind: 'EncryptionConfiguration',
  apiVersions: ['apiserver.config.k8s.io/v1'],
  type: EncryptionConfiguration,
  rules,
}

/** Reads an EncryptionConfiguration from YAML or JSON. Throws an Error that says what is wrong, and never tells a key. */
export function readEncryptionConfiguration(text: string): EncryptionConfiguration {
  try {
    return readConfiguration(kind, text)
  } catch (error) {
    const { message } = error as Error
    // What a parser quotes of the text may be a key.
    throw new Error(message.startsWith('yaml:') ? message.replaceAll(/"[^"]*"|'[^']*'|: .*/gs, '') : message)
  }
}
