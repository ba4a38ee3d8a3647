// The runtime is called over gRPC: `net/grpc` carries the calls, `schema/codec/rpc.ts` their messages.
export { type CallOptions, type Channel, createChannel } from '../../net/grpc/channel.ts'
export { errorText, isCode, RpcError as RuntimeError } from '../../net/grpc/error.ts'
export { method } from '../../schema/codec/rpc.ts'
