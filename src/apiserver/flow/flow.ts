import type { UserInfo } from '../../api/resource.ts'
import type { PathHandler, RequestInfo, ServerRequest } from '../contract.ts'

/** Gives the seats back. */
export type Leave = () => void

/** Decides whose turn it is: requests need seats to be carried out, and wait for them when all are taken. */
export interface Flow {
  /** Takes seats at once, or resolves when there are some; rejects with TooManyRequests. `undefined`: it needs none. */
  enter(request: ServerRequest, info: RequestInfo, user: UserInfo): Leave | Promise<Leave> | undefined
  /** Paths that tell how things are, for whoever looks for what is wrong. */
  readonly debug?: PathHandler
}
