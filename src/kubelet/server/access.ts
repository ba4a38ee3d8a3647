import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { tokenReviews } from '../../api/authentication/tokenReview.ts'
import { subjectAccessReviews } from '../../api/authorization/subjectAccessReview.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import { createLru } from '../../base/lru.ts'
import type { Client } from '../../client/client.ts'
import { HttpError } from './httpError.ts'

/** Says who asks, and whether they may. */
export interface Access {
  /** Throws HttpError 401 or 403. */
  check(request: IncomingMessage, path: string): Promise<void>
}

const tokensKept = 120_000
const answersKept = 30_000

/** Subresource of nodes that a path of the kubelet's API counts as (`pkg/kubelet/server/auth.go`). */
export function subresourceOf(path: string): string {
  const [, first = '', second = ''] = path.split('/')
  if (first === 'stats') return 'stats'
  if (first === 'metrics') return 'metrics'
  if (first === 'logs') return 'log'
  if (first === 'healthz') return 'healthz'
  if (first === 'pods' && second === '') return 'pods'
  return 'proxy'
}

const verbs: Record<string, string> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}
/** Streams do the same whatever method opens them. */
const streams = /^\/(exec|attach|portForward|run)\//

/**
 * Asks the API server both questions: who a bearer token is (TokenReview), and whether somebody may use this node's
 * API (SubjectAccessReview). Client certificates are those of the cluster's authority. Nobody is anonymous.
 */
export function createAccess(client: Client, clock: Clock, nodeName: string): Access {
  const tokens = createLru<string, UserInfo>({ capacity: 1024, maxAge: { clock, milliseconds: tokensKept } })
  const answers = createLru<string, boolean>({ capacity: 1024, maxAge: { clock, milliseconds: answersKept } })

  async function userOf(request: IncomingMessage): Promise<UserInfo> {
    const socket = request.socket as TLSSocket
    if (socket.authorized) {
      const { CN, O } = socket.getPeerCertificate().subject
      const name = Array.isArray(CN) ? CN[0] : CN
      if (name) return { name, groups: [...[O ?? []].flat(), 'system:authenticated'] }
    }
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (!token) throw new HttpError(401, 'Unauthorized')
    const known = tokens.get(token)
    if (known) return known
    const review = await client.of(tokenReviews).create({ metadata: {}, spec: { token } })
    const { authenticated, user } = review.status ?? {}
    if (!authenticated || !user?.username) throw new HttpError(401, 'Unauthorized')
    const found = { name: user.username, groups: user.groups ?? [], ...(user.uid ? { uid: user.uid } : {}) }
    tokens.set(token, found)
    return found
  }

  async function allowed(user: UserInfo, verb: string, subresource: string): Promise<boolean> {
    const key = JSON.stringify([user.name, user.uid, user.groups, verb, subresource])
    const known = answers.get(key)
    if (known !== undefined) return known
    const review = await client.of(subjectAccessReviews).create({
      metadata: {},
      spec: {
        user: user.name,
        groups: [...user.groups],
        ...(user.uid ? { uid: user.uid } : {}),
        resourceAttributes: { group: '', version: 'v1', resource: 'nodes', subresource, verb, name: nodeName },
      },
    })
    const answer = review.status?.allowed ?? false
    answers.set(key, answer)
    return answer
  }

  return {
    async check(request, path) {
      const user = await userOf(request)
      const verb = streams.test(path) ? 'create' : (verbs[request.method ?? ''] ?? '')
      const subresource = subresourceOf(path)
      if (await allowed(user, verb, subresource)) return
      // Older rules know only the one right to everything.
      const finer = subresource === 'pods' || subresource === 'healthz'
      if (finer && (await allowed(user, verb, 'proxy'))) return
      throw new HttpError(
        403,
        `Forbidden (user=${user.name}, verb=${verb}, resource=nodes, subresource(s)=[${finer ? `${subresource} proxy` : subresource}])`,
      )
    },
  }
}
