import { method } from '../../schema/codec/rpc.ts'
import * as kv from './messages/kv.ts'
import * as service from './messages/service.ts'
import { WatchRequest, WatchResponse } from './messages/watch.ts'

const keyValues = 'etcdserverpb.KV'

/** The calls of etcd's v3 API that are made. */
export const methods = {
  range: method(keyValues, 'Range', kv.RangeRequest, kv.RangeResponse),
  txn: method(keyValues, 'Txn', kv.TxnRequest, kv.TxnResponse),
  compact: method(keyValues, 'Compact', kv.CompactionRequest, kv.CompactionResponse),
  watch: method('etcdserverpb.Watch', 'Watch', WatchRequest, WatchResponse),
  leaseGrant: method('etcdserverpb.Lease', 'LeaseGrant', service.LeaseGrantRequest, service.LeaseGrantResponse),
  status: method('etcdserverpb.Maintenance', 'Status', service.StatusRequest, service.StatusResponse),
  authenticate: method('etcdserverpb.Auth', 'Authenticate', service.AuthenticateRequest, service.AuthenticateResponse),
}
