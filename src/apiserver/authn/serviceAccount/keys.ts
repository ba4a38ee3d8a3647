import { createHash, type KeyObject } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import type { Claims } from './claims.ts'

/** Signs and verifies tokens of one issuer with one EC P-256 key. */
export interface TokenKeys {
  readonly issuer: string
  sign(claims: Claims): Promise<string>
  /** The claims, if this key signed them; undefined when the token names another issuer or is no JWT. Throws when the signature is wrong. */
  verify(token: string): Promise<Claims | undefined>
  /** The JSON Web Key Set that verifies the tokens. */
  readonly keySet: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
}

const algorithm = 'ES256'

export function tokenKeys(options: {
  readonly issuer: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}): TokenKeys {
  const { issuer, privateKey, publicKey } = options
  // As upstream names keys: the hash of the public key's DER.
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
  const jwk = publicKey.export({ format: 'jwk' })
  return {
    issuer,
    sign: claims =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: algorithm, kid: id })
        .sign(privateKey),
    async verify(token) {
      if (unverifiedIssuer(token) !== issuer) return undefined
      const { payload } = await compactVerify(token, publicKey, { algorithms: [algorithm] })
      return JSON.parse(new TextDecoder().decode(payload)) as Claims
    },
    keySet: { keys: [{ use: 'sig', kty: jwk.kty, kid: id, alg: algorithm, crv: jwk.crv, x: jwk.x, y: jwk.y }] },
  }
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
