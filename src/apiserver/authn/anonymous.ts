import type { Authenticator } from '../contract.ts'

/** Who nobody is. */
export const anonymousUser = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/** Paths that need no identity, if nothing else is said. */
const open = ['/healthz', '/livez', '/readyz', '/version', '/version/']

export interface AnonymousOptions {
  readonly enabled: boolean
  /** Exact paths; empty: every path. Absent: those for health and version. */
  readonly paths?: readonly string[]
}

/** Nobody, on the paths that may be asked by nobody. */
export function anonymousAuthenticator({ enabled, paths = open }: AnonymousOptions): Authenticator {
  const listed = new Set(paths)
  return {
    name: 'anonymous',
    authenticate({ target }) {
      if (!enabled) return undefined
      return listed.size === 0 || listed.has(target.split('?', 1)[0] ?? '') ? anonymousUser : undefined
    },
  }
}
