import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../../../base/clock.ts'
import { createRemote, type Remote } from '../../remote.ts'
import type { Issuer } from './configuration.ts'

/** Milliseconds: how long an answer may take, how long keys are good, and how soon they are asked for again. */
const times = { answer: 10_000, fresh: 24 * 3_600_000, again: 10_000 }

/** The keys of an issuer, by OpenID Connect discovery: asked for at first use, and again when a token names an unknown one. */
export function issuerKeys({ url, discoveryURL, certificateAuthority }: Issuer, clock: Clock): JWTVerifyGetKey {
  const document = discoveryURL || `${url.replace(/\/$/, '')}/.well-known/openid-configuration`
  const remote: Remote = createRemote({ url, ...(certificateAuthority ? { ca: certificateAuthority } : {}) })
  let known: { readonly find: JWTVerifyGetKey; readonly at: number } | undefined
  let fetching: Promise<JWTVerifyGetKey> | undefined

  const read = async (from: string): Promise<Record<string, unknown>> => {
    const { status, body } = await remote.get(from, times.answer)
    if (status !== 200) throw new Error(`${from} answers ${status}`)
    return JSON.parse(body) as Record<string, unknown>
  }
  const fetch = async () => {
    const { issuer, jwks_uri: keys } = await read(document)
    if (issuer !== url) throw new Error(`oidc: issuer did not match the issuer returned by provider, expected ${url}`)
    if (typeof keys !== 'string' || !keys.startsWith('https://')) throw new Error(`${document} names no jwks_uri`)
    const find = createLocalJWKSet((await read(keys)) as unknown as JSONWebKeySet)
    known = { find, at: clock.now() }
    return find
  }
  const fresh = () => {
    fetching ??= fetch().finally(() => {
      fetching = undefined
    })
    return fetching
  }
  return async (header, token) => {
    const find = known && clock.now() - known.at < times.fresh ? known.find : await fresh()
    try {
      return await find(header, token)
    } catch (error) {
      // Issuers change their keys; one who sends any key's name must not make us ask each time.
      if (!known || clock.now() - known.at < times.again) throw error
      return (await fresh())(header, token)
    }
  }
}
