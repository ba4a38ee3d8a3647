import type { StatusBody } from '../../api/meta/statusError.ts'
import type { UserInfo } from '../../api/resource.ts'
import { formatMicroTime } from '../../schema/scalars/time.ts'
import type { RequestInfo, ServerRequest } from '../contract.ts'
import type { Level, Stage } from './policy.ts'

/** A user as events tell it. */
export interface EventUser {
  readonly username?: string
  readonly uid?: string
  readonly groups?: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

export interface ObjectReference {
  resource?: string
  namespace?: string
  name?: string
  uid?: string
  apiGroup?: string
  apiVersion?: string
  resourceVersion?: string
  subresource?: string
}

/** An event of audit.k8s.io/v1, in the making; `requestObject` and `responseObject` are kept beside it, as JSON. */
export interface Event {
  readonly kind: 'Event'
  readonly apiVersion: 'audit.k8s.io/v1'
  readonly level: Level
  readonly auditID: string
  stage: Stage
  readonly requestURI: string
  readonly verb: string
  readonly user: EventUser
  impersonatedUser?: EventUser
  authenticationMetadata?: { readonly impersonationConstraint: string }
  readonly sourceIPs?: readonly string[]
  readonly userAgent?: string
  readonly objectRef?: ObjectReference
  responseStatus?: object
  readonly requestReceivedTimestamp: string
  stageTimestamp: string
  annotations?: Record<string, string>
}

const longestUserAgent = 1024

export function eventUser(user: UserInfo | undefined): EventUser {
  if (!user) return {}
  const { name, uid, groups, extra } = user
  return {
    ...(name ? { username: name } : {}),
    ...(uid ? { uid } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
  }
}

/** The event as it begins: who asks what (`audit.LogRequestMetadata`). */
export function newEvent(
  request: ServerRequest,
  info: RequestInfo,
  user: UserInfo | undefined,
  given: { readonly level: Level; readonly id: string; readonly now: number },
): Event {
  const sources = sourcesOf(request)
  const agent = request.headers['user-agent'] ?? ''
  const at = formatMicroTime(given.now)
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: given.level,
    auditID: given.id,
    stage: 'RequestReceived',
    requestURI: request.target,
    verb: info.verb,
    user: eventUser(user),
    ...(sources.length > 0 ? { sourceIPs: sources } : {}),
    ...(agent
      ? { userAgent: agent.length > longestUserAgent ? `${agent.slice(0, longestUserAgent)}...TRUNCATED` : agent }
      : {}),
    ...(info.isResource ? { objectRef: referenceOf(info) } : {}),
    requestReceivedTimestamp: at,
    stageTimestamp: at,
  }
}

function referenceOf({ resource, namespace, name, group, version, subresource }: RequestInfo): ObjectReference {
  return {
    resource,
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
    ...(group ? { apiGroup: group } : {}),
    apiVersion: version,
    ...(subresource ? { subresource } : {}),
  }
}

/** Addresses a request came through, as proxies tell, the client's first (`net.SourceIPs`). */
function sourcesOf({ headers, remoteAddress }: ServerRequest): string[] {
  const addresses = (headers['x-forwarded-for'] ?? '')
    .split(',')
    .map(address => address.trim())
    .filter(isAddress)
  const real = headers['x-real-ip']?.trim()
  if (real && isAddress(real) && !addresses.includes(real)) addresses.push(real)
  const remote = remoteAddress?.replace(/^::ffff:/, '')
  if (remote && addresses.at(-1) !== remote) addresses.push(remote)
  return addresses
}

const isAddress = (text: string) => /^[0-9a-fA-F:.]{2,45}$/.test(text) && /[.:]/.test(text)

/** The part of a Status that events tell. */
export function statusOf(code: number, failure: StatusBody | undefined): object {
  if (!failure) return { metadata: {}, code }
  const { status, message, reason, details } = failure
  return {
    metadata: {},
    ...(status ? { status } : {}),
    ...(message ? { message } : {}),
    ...(reason ? { reason } : {}),
    ...(details ? { details } : {}),
    code,
  }
}
