import { unauthorized } from '../../api/meta/statusError.ts'
import type { Logger } from '../../base/log.ts'
import type { Authenticator, ServerRequest } from '../contract.ts'
import { identifyToken, type TokenAuthenticator, type TokenNotes } from './token.ts'

const webSocketPrefix = 'base64url.bearer.authorization.k8s.io.'

/** The token of a request: of its Authorization header, or of a WebSocket's subprotocol, where browsers have to put it. */
export function bearerToken(request: Pick<ServerRequest, 'headers'>): string | undefined {
  const header = /^Bearer\s+(\S.*)$/i.exec(request.headers.authorization?.trim() ?? '')?.[1]
  if (header) return header
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') return undefined
  for (const protocol of (request.headers['sec-websocket-protocol'] ?? '').split(',')) {
    const name = protocol.trim()
    if (name.startsWith(webSocketPrefix)) return Buffer.from(name.slice(webSocketPrefix.length), 'base64url').toString()
  }
  return undefined
}

const notesOf = (request: ServerRequest): TokenNotes => ({
  annotate: (key, value) => request.trail?.annotate(key, value),
  warn: text => void request.warnings.push(text),
})

/** Bearer tokens of every kind. A token that nobody knows is a refusal, not an anonymous request. */
export function bearerAuthenticator(deps: {
  readonly log: Logger
  readonly tokens: () => readonly TokenAuthenticator[]
  readonly audiences: readonly string[]
}): Authenticator {
  return {
    name: 'token',
    async authenticate(request) {
      const token = bearerToken(request)
      if (token === undefined) return undefined
      let identity: Awaited<ReturnType<typeof identifyToken>>
      try {
        identity = await identifyToken(deps.tokens(), token, deps.audiences, notesOf(request))
      } catch (error) {
        deps.log.info('a bearer token was refused', { error: (error as Error).message })
        throw unauthorized()
      }
      if (!identity) throw unauthorized()
      return { ...identity.user, groups: [...identity.user.groups, 'system:authenticated'] }
    },
  }
}
