import type { Clock } from '../../../base/clock.ts'
import { createLru } from '../../../base/lru.ts'
import type { ObjectReader } from '../../contract.ts'
import type { TokenMeter } from '../../metrics/index.ts'
import type { TokenAuthenticator } from '../token.ts'
import { type Claims, checkClaims } from './claims.ts'
import type { TokenKeys } from './keys.ts'
import { serviceAccountUser } from './user.ts'

/**
 * Tokens of service accounts. A signature is verified once per token and remembered; whether the account and what the
 * token is bound to still exist is looked up each time.
 */
export function serviceAccountTokens(deps: {
  readonly keys: TokenKeys
  readonly objects: ObjectReader
  readonly clock: Clock
  readonly meter?: TokenMeter
}): TokenAuthenticator {
  const verified = createLru<string, Claims>({ capacity: 4096 })
  return {
    name: 'serviceaccount',
    async authenticateToken(token, audiences, notes) {
      const claims = verified.get(token) ?? (await deps.keys.verify(token))
      if (!claims) return undefined
      verified.set(token, claims)
      const known = claims.aud.filter(audience => audiences.includes(audience))
      if (known.length === 0) {
        const list = (items: readonly string[]) => `[${items.map(item => JSON.stringify(item)).join(' ')}]`
        throw new Error(`token audiences ${list(claims.aud)} is invalid for the target audiences ${list(audiences)}`)
      }
      const now = deps.clock.now()
      const user = serviceAccountUser(checkClaims(claims, deps.objects, now))
      const { warnafter } = claims['kubernetes.io']
      if (warnafter) {
        const over = Math.floor(now / 1000) - warnafter
        deps.meter?.(over > 0 ? 'stale' : 'valid')
        const told = `subject: ${claims.sub}, seconds after warning threshold: ${over}`
        if (over > 0) notes?.annotate('authentication.k8s.io/stale-token', told)
      }
      return { user, audiences: known }
    },
  }
}
