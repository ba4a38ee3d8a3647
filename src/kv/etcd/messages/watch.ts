import { bool, fields, int64, list, object, one, string } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { ResponseHeader, WireEvent } from './kv.ts'

const createRequest = fields({
  key: string(1, { always: true }),
  rangeEnd: string(2, { always: true }),
  startRevision: int64(3, { always: true }),
  progressNotify: bool(4, { always: true }),
  prevKv: bool(6, { always: true }),
  fragment: bool(8, { always: true }),
})
export interface WatchCreateRequest extends Shape<typeof createRequest> {}
export const WatchCreateRequest: Type<WatchCreateRequest> = object('etcdserverpb.WatchCreateRequest', createRequest)

const empty = fields({})
export interface Empty extends Shape<typeof empty> {}
export const Empty: Type<Empty> = object('etcdserverpb.WatchProgressRequest', empty)

const watchRequest = fields({
  create: one(1, WatchCreateRequest, { pointer: true }),
  progress: one(3, Empty, { pointer: true }),
})
export interface WatchRequest extends Shape<typeof watchRequest> {}
export const WatchRequest: Type<WatchRequest> = object('etcdserverpb.WatchRequest', watchRequest)

const watchResponse = fields({
  header: one(1, ResponseHeader, { always: true }),
  watchId: int64(2, { always: true }),
  created: bool(3, { always: true }),
  canceled: bool(4, { always: true }),
  /** Not 0: the watch was refused, because what it asked for was compacted. */
  compactRevision: int64(5, { always: true }),
  cancelReason: string(6, { always: true }),
  /** More of the same response follows. */
  fragment: bool(7, { always: true }),
  events: list(11, WireEvent, { always: true }),
})
export interface WatchResponse extends Shape<typeof watchResponse> {}
export const WatchResponse: Type<WatchResponse> = object('etcdserverpb.WatchResponse', watchResponse)
