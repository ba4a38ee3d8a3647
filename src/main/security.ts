import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type AnonymousOptions,
  type AuthenticatingDeps,
  type AuthenticationConfiguration,
  authorities,
  fileTokens,
  type JwtIssuer,
  jwtErrors,
  jwtTokens,
  parsePem,
  readAuthentication,
  type TokenAuthenticator,
  webhookTokens,
} from '../apiserver/authn/index.ts'
import {
  type AuthorizerConfiguration,
  authorizerErrors,
  type Mode,
  readAuthorization,
  webhookAuthorizer,
} from '../apiserver/authz/index.ts'
import type { Expressions } from '../apiserver/expressions.ts'
import { createRemote, readRemote } from '../apiserver/remote.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import { describeError } from '../schema/rules/errors.ts'
import { at } from '../schema/rules/path.ts'
import { parseDuration } from '../schema/scalars/time.ts'
import type { FieldError } from '../schema/types.ts'
import type { Options } from './flags.ts'
import { type WatchedFile, watchFile } from './watchedFile.ts'

/** The flags that say who is let in and who may do what. */
export type SecurityOptions = Pick<
  Options<'server'>,
  | 'clientCaFile'
  | 'anonymousAuth'
  | 'authenticationConfig'
  | 'oidcIssuerUrl'
  | 'oidcClientId'
  | 'oidcCaFile'
  | 'oidcUsernameClaim'
  | 'oidcUsernamePrefix'
  | 'oidcGroupsClaim'
  | 'oidcGroupsPrefix'
  | 'oidcRequiredClaim'
  | 'oidcSigningAlgs'
  | 'authenticationTokenWebhookConfigFile'
  | 'authenticationTokenWebhookCacheTtl'
  | 'authenticationTokenWebhookVersion'
  | 'tokenAuthFile'
  | 'requestheaderClientCaFile'
  | 'requestheaderAllowedNames'
  | 'requestheaderUsernameHeaders'
  | 'requestheaderUidHeaders'
  | 'requestheaderGroupHeaders'
  | 'requestheaderExtraHeadersPrefix'
  | 'apiAudiences'
  | 'authorizationMode'
  | 'authorizationConfig'
  | 'authorizationWebhookConfigFile'
  | 'authorizationWebhookCacheAuthorizedTtl'
  | 'authorizationWebhookCacheUnauthorizedTtl'
  | 'authorizationWebhookVersion'
>

/** The flags about tokens of service accounts. */
export type TokenOptions = Pick<
  Options<'server'>,
  | 'serviceAccountIssuer'
  | 'serviceAccountJwksUri'
  | 'serviceAccountKeyFile'
  | 'serviceAccountLookup'
  | 'serviceAccountMaxTokenExpiration'
>

/** What they come to. */
export const tokenSettings = (options: TokenOptions) => ({
  lookup: options.serviceAccountLookup,
  ...(options.serviceAccountJwksUri ? { jwksUri: options.serviceAccountJwksUri } : {}),
  ...(options.serviceAccountMaxTokenExpiration > 0
    ? { longestToken: Math.round(options.serviceAccountMaxTokenExpiration / 1000) }
    : {}),
})

export interface SecurityDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  /** The cluster's own authority, PEM. */
  readonly ca: string
  /** Issuers of service account tokens. */
  readonly issuers: readonly string[]
  readonly expressions?: Expressions
}

/** What the flags and files say, kept up to date. */
export interface Security {
  readonly authentication: Omit<AuthenticatingDeps, 'clock' | 'log' | 'objects' | 'keys'>
  readonly modes: () => readonly Mode[]
  /** All authorities whose certificates a connection may show, PEM. */
  clientCa(): string
  /** Those of clients, and those of front proxies, PEM. */
  readonly authorities: { clients(): string; proxies(): string }
  onCaChange(listener: () => void): void
}

/** Reads what the flags name. Throws an Error that names the flag whose value can't be used. */
export function openSecurity(options: SecurityOptions, deps: SecurityDeps): Security {
  const { ca } = deps
  const clientFile = watched('--client-ca-file', options.clientCaFile, certificatesIn, deps)
  const proxyFile = watched('--requestheader-client-ca-file', options.requestheaderClientCaFile, certificatesIn, deps)
  const clients = authorities([() => ca, ...(clientFile ? [() => clientFile.value] : [])])
  const proxies = proxyFile && authorities([() => proxyFile.value])
  const configured = authenticationOf(options, deps)
  const before = options.tokenAuthFile
    ? [using('--token-auth-file', () => fileTokens(readFileSync(options.tokenAuthFile ?? '', 'utf8')))]
    : []
  const webhook = tokenWebhook(options, deps)
  let tokens: ReturnType<NonNullable<AuthenticatingDeps['tokens']>> | undefined
  configured.onChange(() => (tokens = undefined))
  return {
    authentication: {
      ...(options.apiAudiences ? { audiences: options.apiAudiences } : {}),
      ...(clientFile || proxyFile ? { clientAuthorities: clients } : {}),
      ...(proxies
        ? {
            frontProxy: {
              authorities: proxies,
              names: options.requestheaderAllowedNames ?? [],
              userHeaders: lowered(options.requestheaderUsernameHeaders),
              uidHeaders: lowered(options.requestheaderUidHeaders),
              groupHeaders: lowered(options.requestheaderGroupHeaders),
              extraPrefixes: lowered(options.requestheaderExtraHeadersPrefix),
            },
          }
        : {}),
      anonymous: () => configured.anonymous,
      tokens: () => (tokens ??= { before, after: [...configured.issuers, ...webhook] }),
    },
    modes: modesOf(options, deps),
    authorities: { clients: () => clients.pem(), proxies: () => proxies?.pem() ?? '' },
    clientCa: () => [clients.pem(), ...(proxies ? [proxies.pem()] : [])].join('\n'),
    onCaChange(listener) {
      clientFile?.onChange(listener)
      proxyFile?.onChange(listener)
    },
  }
}

const lowered = (names: readonly string[] = []) => names.map(name => name.toLowerCase())

/** Names the flag in what is wrong. */
function using<T>(flag: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new Error(`${flag} cannot be used: ${(error as Error).message}`)
  }
}

const watched = <T>(flag: string, path: string | undefined, read: (text: string) => T, deps: SecurityDeps) =>
  path ? using(flag, () => watchFile(path, read, deps)) : undefined

function certificatesIn(text: string): string {
  if (parsePem(text).length === 0) throw new Error('it holds no certificate')
  return text
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new Error(errors.map(describeError).join('; '))
}

/** Issuers and anonymous access, from the file or the flags. */
function authenticationOf(options: SecurityOptions, deps: SecurityDeps) {
  const { authenticationConfig, oidcIssuerUrl, anonymousAuth } = options
  if (authenticationConfig && oidcIssuerUrl) {
    throw new Error('--authentication-config and the --oidc flags exclude each other: issuers belong into the file')
  }
  const tokensOf = (jwt: readonly JwtIssuer[], algorithms?: readonly string[]): TokenAuthenticator[] =>
    jwt.map(issuer => jwtTokens(issuer, { ...deps, ...(algorithms ? { algorithms } : {}) }))
  const file = watched(
    '--authentication-config',
    authenticationConfig,
    text => {
      const read = readAuthentication(text, deps.issuers)
      return { issuers: tokensOf(read.jwt), anonymous: anonymousIn(read, anonymousAuth) }
    },
    deps,
  )
  if (file) {
    return {
      get issuers() {
        return file.value.issuers
      },
      get anonymous() {
        return file.value.anonymous
      },
      onChange: (listener: () => void) => file.onChange(listener),
    }
  }
  const flagged = oidcIssuerUrl ? using('--oidc-issuer-url', () => oidcIssuer(options, oidcIssuerUrl, deps)) : undefined
  return {
    issuers: flagged ? tokensOf([flagged], options.oidcSigningAlgs ?? ['RS256']) : [],
    anonymous: { enabled: anonymousAuth } as AnonymousOptions,
    onChange: () => {},
  }
}

function anonymousIn({ anonymous }: AuthenticationConfiguration, flag: boolean): AnonymousOptions {
  if (!anonymous) return { enabled: flag }
  return { enabled: anonymous.enabled, paths: (anonymous.conditions ?? []).map(({ path }) => path) }
}

function oidcIssuer(options: SecurityOptions, url: string, deps: SecurityDeps): JwtIssuer {
  const claim = options.oidcUsernameClaim
  const prefix = options.oidcUsernamePrefix ?? (claim === 'email' ? '' : `${url}#`)
  const issuer: JwtIssuer = {
    issuer: {
      url,
      audiences: options.oidcClientId ? [options.oidcClientId] : [],
      ...(options.oidcCaFile ? { certificateAuthority: readFileSync(options.oidcCaFile, 'utf8') } : {}),
    },
    claimMappings: {
      username: { claim, prefix: prefix === '-' ? '' : prefix },
      ...(options.oidcGroupsClaim
        ? { groups: { claim: options.oidcGroupsClaim, prefix: options.oidcGroupsPrefix ?? '' } }
        : {}),
    },
    claimValidationRules: (options.oidcRequiredClaim ?? []).map(text => {
      const [name = '', ...value] = text.split('=')
      return { claim: name, requiredValue: value.join('=') }
    }),
  }
  if (!options.oidcClientId) throw new Error('--oidc-client-id must be given with it')
  refuse(jwtErrors(issuer, deps.issuers, at('oidc')))
  return issuer
}

function tokenWebhook(options: SecurityOptions, { clock }: SecurityDeps): TokenAuthenticator[] {
  const file = options.authenticationTokenWebhookConfigFile
  if (!file) return []
  const remote = using('--authentication-token-webhook-config-file', () => createRemote(readRemote(file)))
  const ttl = options.authenticationTokenWebhookCacheTtl
  return [webhookTokens({ remote, clock, ttl, version: options.authenticationTokenWebhookVersion })]
}

/** Who decides, from the file or the flags. */
function modesOf(options: SecurityOptions, deps: SecurityDeps): () => readonly Mode[] {
  const { authorizationConfig: file, authorizationMode } = options
  if (file && (authorizationMode || options.authorizationWebhookConfigFile)) {
    throw new Error('--authorization-config excludes the other --authorization flags: all of it belongs into the file')
  }
  const made = (all: readonly AuthorizerConfiguration[]) => all.map(each => modeOf(each, deps))
  const read: WatchedFile<readonly Mode[]> | undefined = watched(
    '--authorization-config',
    file,
    text => made(readAuthorization(text).authorizers),
    deps,
  )
  if (read) return () => read.value
  const modes = using('--authorization-mode', () => {
    const all = (authorizationMode ?? ['Node', 'RBAC']).map(type => flagged(type, options))
    refuse(authorizerErrors(all))
    return made(all)
  })
  return () => modes
}

function flagged(type: string, options: SecurityOptions): AuthorizerConfiguration {
  if (type !== 'Webhook') return { type, name: type.toLowerCase() }
  const file = options.authorizationWebhookConfigFile
  if (!file) throw new Error('mode Webhook needs --authorization-webhook-config-file')
  const [authorized, unauthorized] = [
    options.authorizationWebhookCacheAuthorizedTtl,
    options.authorizationWebhookCacheUnauthorizedTtl,
  ]
  return {
    type,
    name: 'default',
    webhook: {
      // 0 turns remembering off; the file has a field of its own for that.
      authorizedTTL: `${authorized || 1}ms`,
      cacheAuthorizedRequests: authorized > 0,
      unauthorizedTTL: `${unauthorized || 1}ms`,
      cacheUnauthorizedRequests: unauthorized > 0,
      timeout: '30s',
      subjectAccessReviewVersion: options.authorizationWebhookVersion,
      failurePolicy: 'NoOpinion',
      connectionInfo: {
        type: 'KubeConfigFile',
        kubeConfigFile: file.startsWith('/') ? file : `${process.cwd()}/${file}`,
      },
    },
  }
}

function modeOf({ type, name, webhook }: AuthorizerConfiguration, deps: SecurityDeps): Mode {
  if (type !== 'Webhook' || !webhook) return { type } as Mode
  const conditions = (webhook.matchConditions ?? []).map(({ expression }) => {
    if (!deps.expressions) throw new Error(`the expression ${JSON.stringify(expression)} needs CEL, which is not there`)
    return deps.expressions.compile(expression, ['request'], 'bool')
  })
  const ttl = (text: string | undefined, cache: boolean | undefined) =>
    cache === false ? 0 : parseDuration(text ?? '0s')
  return {
    type: 'Webhook',
    authorizer: webhookAuthorizer(
      {
        name,
        remote: createRemote(readRemote(webhook.connectionInfo.kubeConfigFile ?? '')),
        version: webhook.subjectAccessReviewVersion === 'v1' ? 'v1' : 'v1beta1',
        timeout: parseDuration(webhook.timeout ?? '30s'),
        authorizedTtl: ttl(webhook.authorizedTTL, webhook.cacheAuthorizedRequests),
        unauthorizedTtl: ttl(webhook.unauthorizedTTL, webhook.cacheUnauthorizedRequests),
        onError: webhook.failurePolicy === 'Deny' ? 'deny' : 'none',
        conditions,
      },
      deps,
    ),
  }
}

/** Public keys of PEM files: of certificates, public or private keys. */
export function publicKeys(files: readonly string[]): KeyObject[] {
  return files.flatMap(file => {
    const blocks = readFileSync(file, 'utf8').match(/-----BEGIN [^-]+-----[\s\S]+?-----END [^-]+-----/g) ?? []
    return blocks.map(block => createPublicKey(block))
  })
}
