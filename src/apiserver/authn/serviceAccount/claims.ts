import { nodes, pods, secrets, serviceAccounts } from '../../../api/index.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import type { Resource } from '../../../api/resource.ts'
import { parseTime } from '../../../schema/scalars/time.ts'
import type { ObjectReader } from '../../contract.ts'
import type { ServiceAccountIdentity } from './user.ts'

/** An object a token is bound to. */
export interface Bound {
  readonly name: string
  readonly uid?: string
}

/** The claims of a service account token; times are seconds since the epoch. */
export interface Claims {
  readonly iss: string
  readonly sub: string
  readonly aud: readonly string[]
  readonly exp: number
  readonly iat: number
  readonly nbf: number
  readonly jti?: string
  readonly 'kubernetes.io': {
    readonly namespace: string
    readonly serviceaccount: Bound
    readonly pod?: Bound
    readonly secret?: Bound
    readonly node?: Bound
    readonly warnafter?: number
  }
}

/** Seconds by which clocks may differ, and by which a deletion may be young. */
const leeway = 60

/**
 * Whether a token with these claims is good now: in time, and its account and what it is bound to are still there, under
 * the same UID (`serviceaccount.validator`). Throws an Error that says why not.
 */
export function checkClaims(claims: Claims, objects: ObjectReader, now: number): ServiceAccountIdentity {
  const seconds = now / 1000
  if (seconds - leeway > claims.exp) throw new Error('service account token has expired')
  if (seconds + leeway < claims.nbf) throw new Error('service account token is not valid yet')
  if (seconds + leeway < claims.iat) throw new Error('service account token is issued in the future')
  const { namespace, serviceaccount, pod, secret, node } = claims['kubernetes.io']
  const gone = (object: KubeObject) => {
    const at = object.metadata.deletionTimestamp
    return at !== undefined && parseTime(at) < now - leeway * 1000
  }
  const account = objects.get(serviceAccounts, namespace, serviceaccount.name)
  if (!account) throw new Error(`serviceaccounts "${serviceaccount.name}" not found`)
  if (account.metadata.uid !== serviceaccount.uid) {
    throw new Error(`service account UID (${account.metadata.uid}) does not match claim (${serviceaccount.uid})`)
  }
  if (gone(account)) throw new Error(`service account ${namespace}/${serviceaccount.name} has been deleted`)
  const check = (kind: string, resource: Resource, space: string | undefined, bound: Bound) => {
    const object = objects.get(resource, space, bound.name)
    if (!object) throw new Error('service account token has been invalidated')
    if (object.metadata.uid !== bound.uid) {
      const words = `${kind} UID (${object.metadata.uid}) does not match service account ${kind} ref claim`
      throw new Error(`${words} (${bound.uid})`)
    }
    if (gone(object)) throw new Error('service account token has been invalidated')
  }
  if (secret) check('secret', secrets, namespace, secret)
  if (pod) check('pod', pods, namespace, pod)
  // The node of a pod's token only says where the pod runs.
  if (node && !pod) check('node', nodes, undefined, node)
  return {
    namespace,
    name: serviceaccount.name,
    uid: serviceaccount.uid ?? '',
    ...(pod ? { podName: pod.name, podUid: pod.uid } : {}),
    ...(node ? { nodeName: node.name, nodeUid: node.uid } : {}),
    ...(claims.jti ? { tokenId: claims.jti } : {}),
  }
}
