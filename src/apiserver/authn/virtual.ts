import type { UserInfo } from '../../api/resource.ts'

/** Who asks what about which object: what a handler of a kind that is not stored gets besides the body. */
export interface VirtualRequest {
  readonly user: UserInfo
  readonly namespace: string
  /** Of the object in the path: for subresources. */
  readonly name: string
  warn(text: string): void
  /** A fact for the audit event. */
  annotate(key: string, value: string): void
}

/**
 * Answers the create of a kind that is not stored (reviews) or of an action subresource (`serviceaccounts/token`). The body is in normal form;
 * the answer is a new object of the same kind. Throws StatusError to refuse.
 */
export type VirtualHandler = (request: VirtualRequest, body: unknown) => Promise<unknown> | unknown

/** Handlers by `resource.group` as in `resource.qualified`, subresources as `resource.group/subresource`. */
export type VirtualHandlers = Readonly<Record<string, VirtualHandler>>
