import { timingSafeEqual } from 'node:crypto'
import { secrets } from '../../api/index.ts'
import type { Clock } from '../../base/clock.ts'
import { parseTime } from '../../schema/scalars/time.ts'
import type { ObjectReader } from '../contract.ts'
import type { TokenAuthenticator } from './token.ts'

const tokenForm = /^([a-z0-9]{6})\.([a-z0-9]{16})$/
const groupForm = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/

/**
 * Tokens of new nodes: `id.secret`, kept in Secrets `bootstrap-token-<id>` of kube-system
 * (`plugin/pkg/auth/authenticator/token/bootstrap`). A token whose Secret does not allow it is nobody's.
 */
export function bootstrapTokens(deps: { readonly objects: ObjectReader; readonly clock: Clock }): TokenAuthenticator {
  return {
    name: 'bootstrap',
    authenticateToken(token) {
      const [, id, given] = tokenForm.exec(token) ?? []
      if (!id || !given) return undefined
      const secret = deps.objects.get(secrets, 'kube-system', `bootstrap-token-${id}`)
      if (secret?.type !== 'bootstrap.kubernetes.io/token' || secret.metadata.deletionTimestamp) return undefined
      const data = (key: string) => Buffer.from(secret.data?.[key] ?? '', 'base64').toString()
      if (!sameText(data('token-secret'), given) || data('token-id') !== id) return undefined
      if (isExpired(data('expiration'), deps.clock.now())) return undefined
      if (data('usage-bootstrap-authentication') !== 'true') return undefined
      const extra = data('auth-extra-groups')
      const groups = extra ? extra.split(',') : []
      if (!groups.every(group => groupForm.test(group))) return undefined
      return {
        user: { name: `system:bootstrap:${id}`, groups: [...new Set(['system:bootstrappers', ...groups])].sort() },
      }
    },
  }
}

function isExpired(expiration: string, now: number): boolean {
  if (!expiration) return false
  try {
    return parseTime(expiration) <= now
  } catch {
    // What can't be read can't be trusted to lie ahead.
    return true
  }
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
