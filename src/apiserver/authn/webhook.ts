import type { UserInfo } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import { createLru } from '../../base/lru.ts'
import { askWithRetry, type Remote } from '../remote.ts'
import type { TokenAuthenticator, TokenIdentity } from './token.ts'

export interface WebhookTokensDeps {
  readonly remote: Remote
  readonly clock: Clock
  /** Milliseconds that an answer is remembered; 0: not at all. */
  readonly ttl: number
  readonly version: 'v1' | 'v1beta1'
}

interface Answer {
  readonly status?: {
    readonly authenticated?: boolean
    readonly error?: string
    readonly audiences?: readonly string[]
    readonly user?: {
      readonly username?: string
      readonly uid?: string
      readonly groups?: readonly string[]
      readonly extra?: Readonly<Record<string, readonly string[]>>
    }
  }
}

interface Remembered {
  readonly identity: TokenIdentity | undefined
  readonly until: number
}

const timeLimit = 30_000
const remembered = 4096

/** Tokens that another server knows: it is asked by TokenReview (`token/webhook`). Failures are not remembered. */
export function webhookTokens({ remote, clock, ttl, version }: WebhookTokensDeps): TokenAuthenticator {
  const known = createLru<string, Remembered>({ capacity: remembered })
  const asking = new Map<string, Promise<TokenIdentity | undefined>>()

  const ask = async (token: string, audiences: readonly string[]): Promise<TokenIdentity | undefined> => {
    const review = {
      kind: 'TokenReview',
      apiVersion: `authentication.k8s.io/${version}`,
      metadata: {},
      spec: { token, audiences },
    }
    const { status } = (await askWithRetry(remote, review, timeLimit, clock)) as Answer
    if (status?.error) throw new Error(status.error)
    if (!status?.authenticated) return undefined
    const common = status.audiences?.filter(audience => audiences.includes(audience))
    // One that does not know of audiences vouches for this server's own.
    if (status.audiences?.length && common?.length === 0) return undefined
    const { username = '', uid, groups = [], extra } = status.user ?? {}
    const user: UserInfo = { name: username, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) }
    return { user, ...(common?.length ? { audiences: common } : {}) }
  }

  return {
    name: 'webhook',
    async authenticateToken(token, audiences) {
      const key = `${audiences.join('\u0000')}\u0000${token}`
      const found = known.get(key)
      if (found && found.until > clock.now()) return found.identity
      // Many requests with one new token ask once.
      let asked = asking.get(key)
      if (!asked) {
        asked = ask(token, audiences).finally(() => asking.delete(key))
        asking.set(key, asked)
      }
      const identity = await asked
      if (ttl > 0) known.set(key, { identity, until: clock.now() + ttl })
      return identity
    },
  }
}
