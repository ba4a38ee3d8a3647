import { serviceAccounts } from '../../api/core/serviceAccount.ts'
import type { Clock } from '../../base/clock.ts'
import type { Client } from '../../client/client.ts'
import { parseTime } from '../../schema/scalars/time.ts'
import type { Pod } from '../pod.ts'

/** Tokens of pods' service accounts, bound to the pod. */
export interface TokenRequester {
  /** A token that is still good for a while; ask again at `refreshAt`. An empty audience is the API server's. */
  token(pod: Pod, audience: string, expirationSeconds: number): Promise<{ token: string; refreshAt: number }>
  /** Forgets a pod's tokens. */
  release(uid: string): void
}

interface Entry {
  readonly token: string
  readonly expiresAt: number
  readonly refreshAt: number
}

const day = 24 * 3600 * 1000

interface TokenAnswer {
  readonly status: { readonly token: string; readonly expirationTimestamp: string }
}

/**
 * Asks the API server for tokens (TokenRequest) and keeps them until 80 % of their life is over, at most a day
 * (`pkg/kubelet/token.Manager`). A token that can't be renewed is handed out as long as it is valid.
 */
export function createTokens(client: Client, clock: Clock): TokenRequester {
  const tokens = new Map<string, Map<string, Entry>>()

  async function request(pod: Pod, audience: string, expirationSeconds: number): Promise<Entry> {
    const { name = '', namespace = '', uid } = pod.metadata
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    }
    const account = pod.spec.serviceAccountName || 'default'
    const now = clock.now()
    const { status } = await client.of(serviceAccounts).post<TokenAnswer>(account, 'token', body, { namespace })
    const expiresAt = parseTime(status.expirationTimestamp)
    // The server may have given it a longer life than asked for, so that old clients get by: what was asked for counts.
    const lifetime = Math.min(expiresAt - now, expirationSeconds * 1000)
    return { token: status.token, expiresAt, refreshAt: now + Math.min(lifetime * 0.8, day) }
  }

  return {
    async token(pod, audience, expirationSeconds) {
      const uid = pod.metadata.uid ?? ''
      const key = `${audience} ${expirationSeconds}`
      const known = tokens.get(uid)?.get(key)
      if (known && clock.now() < known.refreshAt) return known
      try {
        const entry = await request(pod, audience, expirationSeconds)
        const own = tokens.get(uid) ?? new Map<string, Entry>()
        tokens.set(uid, own.set(key, entry))
        return entry
      } catch (error) {
        if (known && clock.now() < known.expiresAt) return { token: known.token, refreshAt: clock.now() + 10_000 }
        throw new Error(`failed to fetch token: ${error instanceof Error ? error.message : error}`, { cause: error })
      }
    },
    release: uid => void tokens.delete(uid),
  }
}
