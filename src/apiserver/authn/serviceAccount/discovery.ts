import type { Answer } from '../../contract.ts'
import type { TokenKeys } from './keys.ts'

/** Where others learn how to verify service account tokens: paths and what they answer. */
export function issuerDocuments(
  keys: TokenKeys,
  externalAddress: string,
  jwksUri?: string,
): Readonly<Record<string, () => Answer>> {
  const document = (contentType: string, content: unknown) => (): Answer => ({
    form: 'text',
    status: 200,
    contentType,
    body: JSON.stringify(content),
    headers: { 'cache-control': 'public, max-age=3600' },
  })
  return {
    '/.well-known/openid-configuration': document('application/json', {
      issuer: keys.issuer,
      jwks_uri: jwksUri ?? `https://${externalAddress}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: keys.algorithms,
    }),
    '/openid/v1/jwks': document('application/jwk-set+json', keys.keySet),
  }
}
