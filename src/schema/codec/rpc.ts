import type { Draft, Type } from '../types.ts'
import { decodeProtobuf, encodeProtobuf } from './protobuf.ts'

/** One method of a gRPC service: full path and the messages both ways, as proto3. What channels of `net/grpc` call. */
export interface RpcMethod<In, Out> {
  readonly path: string
  encode(input: Draft<In>): Uint8Array
  decode(bytes: Uint8Array): Out
}

/** Names a method: `method('runtime.v1.RuntimeService', 'Version', VersionRequest, VersionResponse)`. */
export const method = <In, Out>(
  service: string,
  name: string,
  input: Type<In>,
  output: Type<Out>,
): RpcMethod<In, Out> => ({
  path: `/${service}/${name}`,
  encode: value => encodeProtobuf(input, value as In, { proto3: true }),
  decode: bytes => decodeProtobuf(output, bytes),
})
