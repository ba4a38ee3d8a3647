import { bool, fields, int32, int64, list, object, one, string } from '../../../schema/fields.ts'
import { binary } from '../../../schema/scalars/binary.ts'
import type { Shape, Type } from '../../../schema/types.ts'

// etcdserverpb and mvccpb, what is used of them. Keys are text: the store's keys are UTF-8, and so is what it asks for.
// Numbers of 64 unsigned bits (cluster and member ids) do not fit a double and are left out.

const header = fields({ revision: int64(3, { always: true }) })
export interface ResponseHeader extends Shape<typeof header> {}
export const ResponseHeader: Type<ResponseHeader> = object('etcdserverpb.ResponseHeader', header)

const keyValue = fields({
  key: string(1, { always: true }),
  createRevision: int64(2, { always: true }),
  modRevision: int64(3, { always: true }),
  version: int64(4, { always: true }),
  value: one(5, binary, { always: true }),
})
export interface WireKeyValue extends Shape<typeof keyValue> {}
export const WireKeyValue: Type<WireKeyValue> = object('mvccpb.KeyValue', keyValue)

/** `mvccpb.Event.EventType`. */
export const eventType = { put: 0, delete: 1 } as const

const event = fields({
  type: int32(1, { always: true }),
  kv: one(2, WireKeyValue, { pointer: true }),
  prevKv: one(3, WireKeyValue, { pointer: true }),
})
export interface WireEvent extends Shape<typeof event> {}
export const WireEvent: Type<WireEvent> = object('mvccpb.Event', event)

const rangeRequest = fields({
  key: string(1, { always: true }),
  rangeEnd: string(2, { always: true }),
  limit: int64(3, { always: true }),
  revision: int64(4, { always: true }),
  keysOnly: bool(8, { always: true }),
  countOnly: bool(9, { always: true }),
  minModRevision: int64(10, { always: true }),
})
export interface RangeRequest extends Shape<typeof rangeRequest> {}
export const RangeRequest: Type<RangeRequest> = object('etcdserverpb.RangeRequest', rangeRequest)

const rangeResponse = fields({
  header: one(1, ResponseHeader, { always: true }),
  kvs: list(2, WireKeyValue, { always: true }),
  more: bool(3, { always: true }),
  count: int64(4, { always: true }),
})
export interface RangeResponse extends Shape<typeof rangeResponse> {}
export const RangeResponse: Type<RangeResponse> = object('etcdserverpb.RangeResponse', rangeResponse)

const putRequest = fields({
  key: string(1, { always: true }),
  value: one(2, binary, { always: true }),
  lease: int64(3, { always: true }),
  prevKv: bool(4, { always: true }),
})
export interface PutRequest extends Shape<typeof putRequest> {}
export const PutRequest: Type<PutRequest> = object('etcdserverpb.PutRequest', putRequest)

const putResponse = fields({ prevKv: one(2, WireKeyValue, { pointer: true }) })
export interface PutResponse extends Shape<typeof putResponse> {}
export const PutResponse: Type<PutResponse> = object('etcdserverpb.PutResponse', putResponse)

const deleteRequest = fields({ key: string(1, { always: true }), prevKv: bool(3, { always: true }) })
export interface DeleteRequest extends Shape<typeof deleteRequest> {}
export const DeleteRequest: Type<DeleteRequest> = object('etcdserverpb.DeleteRangeRequest', deleteRequest)

const deleteResponse = fields({ deleted: int64(2, { always: true }), prevKvs: list(3, WireKeyValue, { always: true }) })
export interface DeleteResponse extends Shape<typeof deleteResponse> {}
export const DeleteResponse: Type<DeleteResponse> = object('etcdserverpb.DeleteRangeResponse', deleteResponse)

/** `etcdserverpb.Compare.CompareTarget`; a comparison for equality. */
export const compareTarget = { version: 0, modRevision: 2 } as const

const compare = fields({
  target: int32(2, { always: true }),
  key: string(3, { always: true }),
  version: int64(4),
  modRevision: int64(6),
})
export interface Compare extends Shape<typeof compare> {}
export const Compare: Type<Compare> = object('etcdserverpb.Compare', compare)

const requestOp = fields({
  range: one(1, RangeRequest, { pointer: true }),
  put: one(2, PutRequest, { pointer: true }),
  delete: one(3, DeleteRequest, { pointer: true }),
})
export interface RequestOp extends Shape<typeof requestOp> {}
export const RequestOp: Type<RequestOp> = object('etcdserverpb.RequestOp', requestOp)

const responseOp = fields({
  range: one(1, RangeResponse, { pointer: true }),
  put: one(2, PutResponse, { pointer: true }),
  delete: one(3, DeleteResponse, { pointer: true }),
})
export interface ResponseOp extends Shape<typeof responseOp> {}
export const ResponseOp: Type<ResponseOp> = object('etcdserverpb.ResponseOp', responseOp)

const txnRequest = fields({
  compare: list(1, Compare, { always: true }),
  success: list(2, RequestOp, { always: true }),
  failure: list(3, RequestOp, { always: true }),
})
export interface TxnRequest extends Shape<typeof txnRequest> {}
export const TxnRequest: Type<TxnRequest> = object('etcdserverpb.TxnRequest', txnRequest)

const txnResponse = fields({
  header: one(1, ResponseHeader, { always: true }),
  succeeded: bool(2, { always: true }),
  responses: list(3, ResponseOp, { always: true }),
})
export interface TxnResponse extends Shape<typeof txnResponse> {}
export const TxnResponse: Type<TxnResponse> = object('etcdserverpb.TxnResponse', txnResponse)

const compactionRequest = fields({ revision: int64(1, { always: true }) })
export interface CompactionRequest extends Shape<typeof compactionRequest> {}
export const CompactionRequest: Type<CompactionRequest> = object('etcdserverpb.CompactionRequest', compactionRequest)

const compactionResponse = fields({ header: one(1, ResponseHeader, { always: true }) })
export interface CompactionResponse extends Shape<typeof compactionResponse> {}
export const CompactionResponse: Type<CompactionResponse> = object(
  'etcdserverpb.CompactionResponse',
  compactionResponse,
)
