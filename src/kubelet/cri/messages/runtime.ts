import {
  bool,
  bytes,
  fields,
  int32,
  int64,
  list,
  object,
  one,
  string,
  stringMap,
  strings,
} from '../../../schema/fields.ts'
import { int32 as int32Type } from '../../../schema/scalars/basic.ts'
import type { Shape, Type } from '../../../schema/types.ts'

const versionRequest = fields({
  version: string(1, { always: true }),
})
export interface VersionRequest extends Shape<typeof versionRequest> {}
export const VersionRequest: Type<VersionRequest> = object('runtime.v1.VersionRequest', versionRequest)

const versionResponse = fields({
  version: string(1, { always: true }),
  runtimeName: string(2, { always: true }),
  runtimeVersion: string(3, { always: true }),
  runtimeApiVersion: string(4, { always: true }),
})
export interface VersionResponse extends Shape<typeof versionResponse> {}
export const VersionResponse: Type<VersionResponse> = object('runtime.v1.VersionResponse', versionResponse)

const runtimeCondition = fields({
  type: string(1, { always: true }),
  status: bool(2, { always: true }),
  reason: string(3, { always: true }),
  message: string(4, { always: true }),
})
export interface RuntimeCondition extends Shape<typeof runtimeCondition> {}
export const RuntimeCondition: Type<RuntimeCondition> = object('runtime.v1.RuntimeCondition', runtimeCondition)

const runtimeStatus = fields({
  conditions: list(1, RuntimeCondition, { always: true }),
})
export interface RuntimeStatus extends Shape<typeof runtimeStatus> {}
export const RuntimeStatus: Type<RuntimeStatus> = object('runtime.v1.RuntimeStatus', runtimeStatus)

const statusRequest = fields({
  verbose: bool(1, { always: true }),
})
export interface StatusRequest extends Shape<typeof statusRequest> {}
export const StatusRequest: Type<StatusRequest> = object('runtime.v1.StatusRequest', statusRequest)

const runtimeHandlerFeatures = fields({
  recursiveReadOnlyMounts: bool(1, { always: true }),
  userNamespaces: bool(2, { always: true }),
})
export interface RuntimeHandlerFeatures extends Shape<typeof runtimeHandlerFeatures> {}
export const RuntimeHandlerFeatures: Type<RuntimeHandlerFeatures> = object(
  'runtime.v1.RuntimeHandlerFeatures',
  runtimeHandlerFeatures,
)

const runtimeHandler = fields({
  name: string(1, { always: true }),
  features: one(2, RuntimeHandlerFeatures, { pointer: true }),
})
export interface RuntimeHandler extends Shape<typeof runtimeHandler> {}
export const RuntimeHandler: Type<RuntimeHandler> = object('runtime.v1.RuntimeHandler', runtimeHandler)

const statusResponse = fields({
  status: one(1, RuntimeStatus, { pointer: true }),
  info: stringMap(2, { always: true }),
  runtimeHandlers: list(3, RuntimeHandler, { always: true }),
})
export interface StatusResponse extends Shape<typeof statusResponse> {}
export const StatusResponse: Type<StatusResponse> = object('runtime.v1.StatusResponse', statusResponse)

const networkConfig = fields({
  podCidr: string(1, { always: true }),
})
export interface NetworkConfig extends Shape<typeof networkConfig> {}
export const NetworkConfig: Type<NetworkConfig> = object('runtime.v1.NetworkConfig', networkConfig)

const runtimeConfig = fields({
  networkConfig: one(1, NetworkConfig, { pointer: true }),
})
export interface RuntimeConfig extends Shape<typeof runtimeConfig> {}
export const RuntimeConfig: Type<RuntimeConfig> = object('runtime.v1.RuntimeConfig', runtimeConfig)

const updateRuntimeConfigRequest = fields({
  runtimeConfig: one(1, RuntimeConfig, { pointer: true }),
})
export interface UpdateRuntimeConfigRequest extends Shape<typeof updateRuntimeConfigRequest> {}
export const UpdateRuntimeConfigRequest: Type<UpdateRuntimeConfigRequest> = object(
  'runtime.v1.UpdateRuntimeConfigRequest',
  updateRuntimeConfigRequest,
)

const execSyncRequest = fields({
  containerId: string(1, { always: true }),
  cmd: strings(2, { always: true }),
  timeout: int64(3, { always: true }),
})
export interface ExecSyncRequest extends Shape<typeof execSyncRequest> {}
export const ExecSyncRequest: Type<ExecSyncRequest> = object('runtime.v1.ExecSyncRequest', execSyncRequest)

const execSyncResponse = fields({
  stdout: bytes(1, { always: true }),
  stderr: bytes(2, { always: true }),
  exitCode: int32(3, { always: true }),
})
export interface ExecSyncResponse extends Shape<typeof execSyncResponse> {}
export const ExecSyncResponse: Type<ExecSyncResponse> = object('runtime.v1.ExecSyncResponse', execSyncResponse)

const execRequest = fields({
  containerId: string(1, { always: true }),
  cmd: strings(2, { always: true }),
  tty: bool(3, { always: true }),
  stdin: bool(4, { always: true }),
  stdout: bool(5, { always: true }),
  stderr: bool(6, { always: true }),
})
export interface ExecRequest extends Shape<typeof execRequest> {}
export const ExecRequest: Type<ExecRequest> = object('runtime.v1.ExecRequest', execRequest)

const execResponse = fields({
  url: string(1, { always: true }),
})
export interface ExecResponse extends Shape<typeof execResponse> {}
export const ExecResponse: Type<ExecResponse> = object('runtime.v1.ExecResponse', execResponse)

const attachRequest = fields({
  containerId: string(1, { always: true }),
  stdin: bool(2, { always: true }),
  tty: bool(3, { always: true }),
  stdout: bool(4, { always: true }),
  stderr: bool(5, { always: true }),
})
export interface AttachRequest extends Shape<typeof attachRequest> {}
export const AttachRequest: Type<AttachRequest> = object('runtime.v1.AttachRequest', attachRequest)

const attachResponse = fields({
  url: string(1, { always: true }),
})
export interface AttachResponse extends Shape<typeof attachResponse> {}
export const AttachResponse: Type<AttachResponse> = object('runtime.v1.AttachResponse', attachResponse)

const portForwardRequest = fields({
  podSandboxId: string(1, { always: true }),
  port: list(2, int32Type, { always: true }),
})
export interface PortForwardRequest extends Shape<typeof portForwardRequest> {}
export const PortForwardRequest: Type<PortForwardRequest> = object('runtime.v1.PortForwardRequest', portForwardRequest)

const portForwardResponse = fields({
  url: string(1, { always: true }),
})
export interface PortForwardResponse extends Shape<typeof portForwardResponse> {}
export const PortForwardResponse: Type<PortForwardResponse> = object(
  'runtime.v1.PortForwardResponse',
  portForwardResponse,
)
