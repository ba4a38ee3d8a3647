import type { UserInfo } from '../../api/resource.ts'
import type { RequestInfo, ServerRequest } from '../contract.ts'

/** Gives the seat back. */
export type Leave = () => void

/** Decides whose turn it is: requests need a seat to be carried out, and wait for one when all are taken. */
export interface Flow {
  /** Resolves when there is a seat; rejects with TooManyRequests. `undefined`: this request needs none. */
  enter(request: ServerRequest, info: RequestInfo, user: UserInfo): Promise<Leave> | undefined
}
