import { randomUUID } from 'node:crypto'
import { nodes, pods, secrets, serviceAccounts, type TokenRequest } from '../../../api/index.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { badRequest, conflict, invalid, notFound } from '../../../api/meta/statusError.ts'
import type { Resource } from '../../../api/resource.ts'
import type { Clock } from '../../../base/clock.ts'
import { invalid as invalidValue } from '../../../schema/rules/errors.ts'
import { at } from '../../../schema/rules/path.ts'
import { formatTime } from '../../../schema/scalars/time.ts'
import type { FieldError } from '../../../schema/types.ts'
import type { ObjectReader } from '../../contract.ts'
import type { VirtualHandler } from '../virtual.ts'
import type { Bound, Claims } from './claims.ts'
import type { TokenKeys } from './keys.ts'
import { serviceAccountUserName } from './user.ts'

/** Seconds: what kubelets ask for by default, and what such a token really lives, so that old programs go on working. */
const warnOnly = { asked: 3607, granted: 365 * 24 * 3600 }
const shortest = 600
const longest = 2 ** 32

const kind = { group: 'authentication.k8s.io', kind: 'TokenRequest', plural: 'TokenRequest' }

export interface TokenRequestDeps {
  readonly keys: TokenKeys
  readonly objects: ObjectReader
  readonly clock: Clock
  /** What the API server calls itself in tokens. */
  readonly audiences: readonly string[]
  /** Seconds that tokens live at most. */
  readonly longestToken?: number
}

/** `serviceaccounts/token`: makes a token of the account, bound to what the request names (`storage.TokenREST`). */
export function tokenRequestHandler(deps: TokenRequestDeps): VirtualHandler {
  const { keys, objects, clock } = deps
  return async ({ namespace, name, annotate }, body) => {
    const request = body as TokenRequest
    const account = objects.get(serviceAccounts, namespace, name)
    refuseOtherNames(request, namespace, name)
    if (!account) throw notFound(serviceAccounts, name)
    const uid = account.metadata.uid ?? ''
    if (request.metadata.uid && request.metadata.uid !== uid) {
      const words = `the UID in the token request (${request.metadata.uid}) does not match the UID of the service account`
      throw conflict(kind, name, `${words} (${uid})`)
    }
    const wanted = request.spec.expirationSeconds ?? 3600
    checkExpiration(wanted)
    const asked = deps.longestToken ? Math.min(wanted, deps.longestToken) : wanted
    const audiences = request.spec.audiences.length > 0 ? request.spec.audiences : [...deps.audiences]
    const { bound, podBound } = bindingOf(request, objects, namespace, name)
    const ours = audiences.every(audience => deps.audiences.includes(audience))
    const extended = podBound && asked === warnOnly.asked && ours
    const now = clock.now()
    const seconds = Math.floor(now / 1000)
    const jti = randomUUID()
    annotate('authentication.kubernetes.io/issued-credential-id', `JTI=${jti}`)
    const claims: Claims = {
      aud: audiences,
      exp: seconds + (extended ? (deps.longestToken ?? warnOnly.granted) : asked),
      iat: seconds,
      iss: keys.issuer,
      jti,
      'kubernetes.io': {
        namespace,
        ...bound,
        serviceaccount: { name, uid },
        ...(extended ? { warnafter: seconds + asked } : {}),
      },
      nbf: seconds,
      sub: serviceAccountUserName(namespace, name),
    }
    return {
      ...request,
      metadata: { ...request.metadata, name, namespace, uid, creationTimestamp: formatTime(now) },
      spec: { ...request.spec, audiences, expirationSeconds: asked },
      status: { token: await keys.sign(claims), expirationTimestamp: formatTime((seconds + asked) * 1000) },
    } satisfies TokenRequest
  }
}

function refuseOtherNames(request: TokenRequest, namespace: string, name: string): void {
  const errors: FieldError[] = []
  const path = at('metadata')
  if (request.metadata.name && request.metadata.name !== name) {
    errors.push(
      invalidValue(path.child('name'), request.metadata.name, 'must match the service account name if specified'),
    )
  }
  if (request.metadata.namespace && request.metadata.namespace !== namespace) {
    const detail = 'must match the service account namespace if specified'
    errors.push(invalidValue(path.child('namespace'), request.metadata.namespace, detail))
  }
  if (errors.length > 0) throw invalid(kind, name, errors.slice(0, 1))
}

function checkExpiration(seconds: number): void {
  const path = at('spec', 'expirationSeconds')
  const detail =
    seconds < shortest
      ? 'may not specify a duration less than 10 minutes'
      : seconds > longest
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined
  if (detail) throw invalid(kind, '', [invalidValue(path, seconds, detail)])
}

type Binding = Pick<Claims['kubernetes.io'], 'pod' | 'node' | 'secret'>

/** What the token will be bound to, read from the request's reference. */
function bindingOf(
  request: TokenRequest,
  objects: ObjectReader,
  namespace: string,
  name: string,
): { readonly bound: Binding; readonly podBound: boolean } {
  const reference = request.spec.boundObjectRef
  if (!reference) return { bound: {}, podBound: false }
  const wanted = reference.name ?? ''
  const find = <T extends KubeObject>(resource: Resource<T>, space?: string): T => {
    const object = objects.get(resource, space, wanted)
    if (!object) throw notFound(resource, wanted)
    if (reference.uid && reference.uid !== object.metadata.uid) {
      const words = `the UID in the bound object reference (${reference.uid}) does not match the UID in record.`
      const about = { group: '', plural: reference.kind ?? '' }
      throw conflict(about, wanted, `${words} The object might have been deleted and then recreated`)
    }
    return object
  }
  const bound = (object: KubeObject): Bound => ({ name: object.metadata.name ?? '', uid: object.metadata.uid ?? '' })
  switch (reference.apiVersion === 'v1' ? reference.kind : undefined) {
    case 'Pod': {
      const pod = find(pods, namespace)
      if (pod.spec?.serviceAccountName !== name) {
        throw badRequest(
          `cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`,
        )
      }
      const nodeName = pod.spec.nodeName
      const node = nodeName ? objects.get(nodes, undefined, nodeName) : undefined
      return {
        bound: { ...(nodeName ? { node: node ? bound(node) : { name: nodeName } } : {}), pod: bound(pod) },
        podBound: true,
      }
    }
    case 'Secret':
      return { bound: { secret: bound(find(secrets, namespace)) }, podBound: false }
    case 'Node':
      return { bound: { node: bound(find(nodes)) }, podBound: false }
    default: {
      const [version = '', group = ''] = (reference.apiVersion ?? '').split('/').reverse()
      throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${reference.kind ?? ''}`)
    }
  }
}
