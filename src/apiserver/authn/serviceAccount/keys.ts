import { createHash, type KeyObject } from 'node:crypto'
import { CompactSign, compactVerify, decodeProtectedHeader } from 'jose'
import type { Claims } from './claims.ts'
import { type LegacyClaims, legacyIssuer } from './legacy.ts'

/** Signs and verifies tokens of service accounts: new ones with one EC P-256 key, older ones with any of several. */
export interface TokenKeys {
  /** Who new tokens are from. */
  readonly issuer: string
  /** Everybody whose tokens are ours. */
  readonly issuers: readonly string[]
  sign(claims: Claims | LegacyClaims): Promise<string>
  /** The claims, if one of the keys signed them; undefined when the token names another issuer or is no JWT. Throws when the signature is wrong. */
  verify(token: string): Promise<Claims | undefined>
  /** The same of tokens as Secrets keep them. */
  verifyLegacy(token: string): Promise<LegacyClaims | undefined>
  /** The JSON Web Key Set that verifies the tokens. */
  readonly keySet: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  /** What the keys sign with. */
  readonly algorithms: readonly string[]
}

export interface TokenKeysOptions {
  readonly issuer: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** Issuers of tokens that are still taken. */
  readonly otherIssuers?: readonly string[]
  /** Keys of tokens that are still taken: EC P-256, P-384, P-521 or RSA. */
  readonly otherKeys?: readonly KeyObject[]
}

interface Key {
  readonly id: string
  readonly algorithm: string
  readonly publicKey: KeyObject
}

export function tokenKeys(options: TokenKeysOptions): TokenKeys {
  const { issuer, privateKey } = options
  const issuers = [issuer, ...(options.otherIssuers ?? []).filter(other => other !== issuer)]
  const own = keyOf(options.publicKey)
  const keys = [own, ...(options.otherKeys ?? []).map(keyOf).filter(({ id }) => id !== own.id)]

  /** The payload, where the token is from one of `from`. */
  const verified = async (token: string, from: readonly string[]): Promise<unknown> => {
    if (!from.includes(unverifiedIssuer(token) as string)) return undefined
    const { kid } = decodeProtectedHeader(token)
    // Tokens of long ago name no key.
    const candidates = kid === undefined ? keys : keys.filter(({ id }) => id === kid)
    let failure: unknown = new Error('the token is signed with a key that is not known')
    for (const { publicKey, algorithm } of candidates) {
      try {
        const { payload } = await compactVerify(token, publicKey, { algorithms: [algorithm] })
        return JSON.parse(new TextDecoder().decode(payload))
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }
  return {
    issuer,
    issuers,
    sign: claims =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: own.algorithm, kid: own.id })
        .sign(privateKey),
    verify: async token => (await verified(token, issuers)) as Claims | undefined,
    verifyLegacy: async token => (await verified(token, [legacyIssuer])) as LegacyClaims | undefined,
    keySet: { keys: keys.map(webKey) },
    algorithms: [...new Set(keys.map(({ algorithm }) => algorithm))],
  }
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' }

function keyOf(publicKey: KeyObject): Key {
  const curve = publicKey.asymmetricKeyDetails?.namedCurve
  const algorithm = publicKey.asymmetricKeyType === 'rsa' ? 'RS256' : curves[curve ?? '']
  if (!algorithm) throw new Error(`keys of type ${publicKey.asymmetricKeyType} ${curve ?? ''} cannot sign tokens`)
  // As upstream names keys: the hash of the public key's DER.
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
  return { id, algorithm, publicKey }
}

function webKey({ id, algorithm, publicKey }: Key): Readonly<Record<string, unknown>> {
  const { kty, ...rest } = publicKey.export({ format: 'jwk' })
  return { use: 'sig', kty, kid: id, alg: algorithm, ...rest }
}

/** Who a token says it is from, whatever it is worth. */
function unverifiedIssuer(token: string): unknown {
  const parts = token.split('.')
  if (parts.length !== 3) return undefined
  try {
    return (JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString()) as { iss?: unknown }).iss
  } catch {
    // Not a JWT: somebody else's token.
    return undefined
  }
}
