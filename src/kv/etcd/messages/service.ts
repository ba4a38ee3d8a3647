import { fields, int64, object, string } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'

// Leases, the state of a member, and who calls.

const grantRequest = fields({ ttl: int64(1, { always: true }), id: int64(2, { always: true }) })
export interface LeaseGrantRequest extends Shape<typeof grantRequest> {}
export const LeaseGrantRequest: Type<LeaseGrantRequest> = object('etcdserverpb.LeaseGrantRequest', grantRequest)

const grantResponse = fields({
  id: int64(2, { always: true }),
  ttl: int64(3, { always: true }),
  error: string(4, { always: true }),
})
export interface LeaseGrantResponse extends Shape<typeof grantResponse> {}
export const LeaseGrantResponse: Type<LeaseGrantResponse> = object('etcdserverpb.LeaseGrantResponse', grantResponse)

const statusRequest = fields({})
export interface StatusRequest extends Shape<typeof statusRequest> {}
export const StatusRequest: Type<StatusRequest> = object('etcdserverpb.StatusRequest', statusRequest)

const statusResponse = fields({
  /** `3.5.30`. */
  version: string(2, { always: true }),
  dbSize: int64(3, { always: true }),
  dbSizeInUse: int64(9, { always: true }),
})
export interface StatusResponse extends Shape<typeof statusResponse> {}
export const StatusResponse: Type<StatusResponse> = object('etcdserverpb.StatusResponse', statusResponse)

const authenticateRequest = fields({ name: string(1, { always: true }), password: string(2, { always: true }) })
export interface AuthenticateRequest extends Shape<typeof authenticateRequest> {}
export const AuthenticateRequest: Type<AuthenticateRequest> = object(
  'etcdserverpb.AuthenticateRequest',
  authenticateRequest,
)

const authenticateResponse = fields({ token: string(2, { always: true }) })
export interface AuthenticateResponse extends Shape<typeof authenticateResponse> {}
export const AuthenticateResponse: Type<AuthenticateResponse> = object(
  'etcdserverpb.AuthenticateResponse',
  authenticateResponse,
)
