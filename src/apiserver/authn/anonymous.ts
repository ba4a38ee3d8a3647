import type { Authenticator } from '../contract.ts'

/** Paths that need no identity. Everything else does. */
const open = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/'])

/** Nobody, on the few paths that may be asked by nobody. */
export const anonymousAuthenticator: Authenticator = {
  name: 'anonymous',
  authenticate({ target }) {
    const path = target.split('?', 1)[0] ?? ''
    return open.has(path) ? { name: 'system:anonymous', groups: ['system:unauthenticated'] } : undefined
  },
}
