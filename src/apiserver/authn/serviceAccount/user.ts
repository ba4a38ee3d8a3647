import type { UserInfo } from '../../../api/resource.ts'

/** What a token tells of its service account and what it is bound to. */
export interface ServiceAccountIdentity {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly podName?: string
  readonly podUid?: string
  readonly nodeName?: string
  readonly nodeUid?: string
  readonly tokenId?: string
}

const prefix = 'system:serviceaccount:'

/** `system:serviceaccount:<namespace>:<name>`. */
export const serviceAccountUserName = (namespace: string, name: string) => `${prefix}${namespace}:${name}`

/** Namespace and name of the service account that a user name stands for; undefined for other users. */
export function serviceAccountOf(userName: string): { namespace: string; name: string } | undefined {
  if (!userName.startsWith(prefix)) return undefined
  const [namespace, name, ...rest] = userName.slice(prefix.length).split(':')
  return namespace && name && rest.length === 0 ? { namespace, name } : undefined
}

/** Groups of every service account of a namespace. */
export const serviceAccountGroups = (namespace: string) => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
]

/** The user that a token stands for; what it is bound to comes as extra. */
export function serviceAccountUser(identity: ServiceAccountIdentity): UserInfo {
  const extra: Record<string, string[]> = {}
  const add = (key: string, value: string | undefined) => {
    if (value) extra[`authentication.kubernetes.io/${key}`] = [value]
  }
  add('pod-name', identity.podName)
  add('pod-uid', identity.podName ? identity.podUid : undefined)
  add('node-name', identity.nodeName)
  add('node-uid', identity.nodeName ? identity.nodeUid : undefined)
  add('credential-id', identity.tokenId ? `JTI=${identity.tokenId}` : undefined)
  return {
    name: serviceAccountUserName(identity.namespace, identity.name),
    uid: identity.uid,
    groups: serviceAccountGroups(identity.namespace),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  }
}
