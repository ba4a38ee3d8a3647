import { bool, fields, int32, int64, list, object, one, string, stringMap, strings } from '../../../schema/fields.ts'
import { int64 as int64Type } from '../../../schema/scalars/basic.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { Int64Value, LinuxContainerResources, NamespaceOption, SELinuxOption, SecurityProfile } from './shared.ts'

/** `runtime.v1.PodSandboxState`. */
export const sandboxState = { ready: 0, notReady: 1 } as const
/** `runtime.v1.Protocol`. */
export const protocolNumber = { TCP: 0, UDP: 1, SCTP: 2 } as const

const dNSConfig = fields({
  servers: strings(1, { always: true }),
  searches: strings(2, { always: true }),
  options: strings(3, { always: true }),
})
export interface DNSConfig extends Shape<typeof dNSConfig> {}
export const DNSConfig: Type<DNSConfig> = object('runtime.v1.DNSConfig', dNSConfig)

const portMapping = fields({
  protocol: int32(1, { always: true }),
  containerPort: int32(2, { always: true }),
  hostPort: int32(3, { always: true }),
  hostIp: string(4, { always: true }),
})
export interface PortMapping extends Shape<typeof portMapping> {}
export const PortMapping: Type<PortMapping> = object('runtime.v1.PortMapping', portMapping)

const linuxSandboxSecurityContext = fields({
  namespaceOptions: one(1, NamespaceOption, { pointer: true }),
  selinuxOptions: one(2, SELinuxOption, { pointer: true }),
  runAsUser: one(3, Int64Value, { pointer: true }),
  runAsGroup: one(8, Int64Value, { pointer: true }),
  readonlyRootfs: bool(4, { always: true }),
  supplementalGroups: list(5, int64Type, { always: true }),
  supplementalGroupsPolicy: int32(11, { always: true }),
  privileged: bool(6, { always: true }),
  seccomp: one(9, SecurityProfile, { pointer: true }),
  apparmor: one(10, SecurityProfile, { pointer: true }),
  seccompProfilePath: string(7, { always: true }),
})
export interface LinuxSandboxSecurityContext extends Shape<typeof linuxSandboxSecurityContext> {}
export const LinuxSandboxSecurityContext: Type<LinuxSandboxSecurityContext> = object(
  'runtime.v1.LinuxSandboxSecurityContext',
  linuxSandboxSecurityContext,
)

const linuxPodSandboxConfig = fields({
  cgroupParent: string(1, { always: true }),
  securityContext: one(2, LinuxSandboxSecurityContext, { pointer: true }),
  sysctls: stringMap(3, { always: true }),
  overhead: one(4, LinuxContainerResources, { pointer: true }),
  resources: one(5, LinuxContainerResources, { pointer: true }),
})
export interface LinuxPodSandboxConfig extends Shape<typeof linuxPodSandboxConfig> {}
export const LinuxPodSandboxConfig: Type<LinuxPodSandboxConfig> = object(
  'runtime.v1.LinuxPodSandboxConfig',
  linuxPodSandboxConfig,
)

const podSandboxMetadata = fields({
  name: string(1, { always: true }),
  uid: string(2, { always: true }),
  namespace: string(3, { always: true }),
  attempt: int32(4, { always: true }),
})
export interface PodSandboxMetadata extends Shape<typeof podSandboxMetadata> {}
export const PodSandboxMetadata: Type<PodSandboxMetadata> = object('runtime.v1.PodSandboxMetadata', podSandboxMetadata)

const podSandboxConfig = fields({
  metadata: one(1, PodSandboxMetadata, { pointer: true }),
  hostname: string(2, { always: true }),
  logDirectory: string(3, { always: true }),
  dnsConfig: one(4, DNSConfig, { pointer: true }),
  portMappings: list(5, PortMapping, { always: true }),
  labels: stringMap(6, { always: true }),
  annotations: stringMap(7, { always: true }),
  linux: one(8, LinuxPodSandboxConfig, { pointer: true }),
})
export interface PodSandboxConfig extends Shape<typeof podSandboxConfig> {}
export const PodSandboxConfig: Type<PodSandboxConfig> = object('runtime.v1.PodSandboxConfig', podSandboxConfig)

const runPodSandboxRequest = fields({
  config: one(1, PodSandboxConfig, { pointer: true }),
  runtimeHandler: string(2, { always: true }),
})
export interface RunPodSandboxRequest extends Shape<typeof runPodSandboxRequest> {}
export const RunPodSandboxRequest: Type<RunPodSandboxRequest> = object(
  'runtime.v1.RunPodSandboxRequest',
  runPodSandboxRequest,
)

const runPodSandboxResponse = fields({
  podSandboxId: string(1, { always: true }),
})
export interface RunPodSandboxResponse extends Shape<typeof runPodSandboxResponse> {}
export const RunPodSandboxResponse: Type<RunPodSandboxResponse> = object(
  'runtime.v1.RunPodSandboxResponse',
  runPodSandboxResponse,
)

const stopPodSandboxRequest = fields({
  podSandboxId: string(1, { always: true }),
})
export interface StopPodSandboxRequest extends Shape<typeof stopPodSandboxRequest> {}
export const StopPodSandboxRequest: Type<StopPodSandboxRequest> = object(
  'runtime.v1.StopPodSandboxRequest',
  stopPodSandboxRequest,
)

const removePodSandboxRequest = fields({
  podSandboxId: string(1, { always: true }),
})
export interface RemovePodSandboxRequest extends Shape<typeof removePodSandboxRequest> {}
export const RemovePodSandboxRequest: Type<RemovePodSandboxRequest> = object(
  'runtime.v1.RemovePodSandboxRequest',
  removePodSandboxRequest,
)

const podSandboxStatusRequest = fields({
  podSandboxId: string(1, { always: true }),
  verbose: bool(2, { always: true }),
})
export interface PodSandboxStatusRequest extends Shape<typeof podSandboxStatusRequest> {}
export const PodSandboxStatusRequest: Type<PodSandboxStatusRequest> = object(
  'runtime.v1.PodSandboxStatusRequest',
  podSandboxStatusRequest,
)

const podIP = fields({
  ip: string(1, { always: true }),
})
export interface PodIP extends Shape<typeof podIP> {}
export const PodIP: Type<PodIP> = object('runtime.v1.PodIP', podIP)

const podSandboxNetworkStatus = fields({
  ip: string(1, { always: true }),
  additionalIps: list(2, PodIP, { always: true }),
})
export interface PodSandboxNetworkStatus extends Shape<typeof podSandboxNetworkStatus> {}
export const PodSandboxNetworkStatus: Type<PodSandboxNetworkStatus> = object(
  'runtime.v1.PodSandboxNetworkStatus',
  podSandboxNetworkStatus,
)

const namespace = fields({ options: one(2, NamespaceOption, { pointer: true }) })
export interface Namespace extends Shape<typeof namespace> {}
export const Namespace: Type<Namespace> = object('runtime.v1.Namespace', namespace)

const linuxPodSandboxStatus = fields({ namespaces: one(1, Namespace, { pointer: true }) })
export interface LinuxPodSandboxStatus extends Shape<typeof linuxPodSandboxStatus> {}
export const LinuxPodSandboxStatus: Type<LinuxPodSandboxStatus> = object(
  'runtime.v1.LinuxPodSandboxStatus',
  linuxPodSandboxStatus,
)

const podSandboxStatus = fields({
  id: string(1, { always: true }),
  metadata: one(2, PodSandboxMetadata, { pointer: true }),
  state: int32(3, { always: true }),
  createdAt: int64(4, { always: true }),
  network: one(5, PodSandboxNetworkStatus, { pointer: true }),
  linux: one(6, LinuxPodSandboxStatus, { pointer: true }),
  labels: stringMap(7, { always: true }),
  annotations: stringMap(8, { always: true }),
  runtimeHandler: string(9, { always: true }),
})
export interface PodSandboxStatus extends Shape<typeof podSandboxStatus> {}
export const PodSandboxStatus: Type<PodSandboxStatus> = object('runtime.v1.PodSandboxStatus', podSandboxStatus)

const podSandboxStatusResponse = fields({
  status: one(1, PodSandboxStatus, { pointer: true }),
  info: stringMap(2, { always: true }),
  timestamp: int64(4, { always: true }),
})
export interface PodSandboxStatusResponse extends Shape<typeof podSandboxStatusResponse> {}
export const PodSandboxStatusResponse: Type<PodSandboxStatusResponse> = object(
  'runtime.v1.PodSandboxStatusResponse',
  podSandboxStatusResponse,
)

const podSandboxStateValue = fields({
  state: int32(1, { always: true }),
})
export interface PodSandboxStateValue extends Shape<typeof podSandboxStateValue> {}
export const PodSandboxStateValue: Type<PodSandboxStateValue> = object(
  'runtime.v1.PodSandboxStateValue',
  podSandboxStateValue,
)

const podSandboxFilter = fields({
  id: string(1, { always: true }),
  state: one(2, PodSandboxStateValue, { pointer: true }),
  labelSelector: stringMap(3, { always: true }),
})
export interface PodSandboxFilter extends Shape<typeof podSandboxFilter> {}
export const PodSandboxFilter: Type<PodSandboxFilter> = object('runtime.v1.PodSandboxFilter', podSandboxFilter)

const listPodSandboxRequest = fields({
  filter: one(1, PodSandboxFilter, { pointer: true }),
})
export interface ListPodSandboxRequest extends Shape<typeof listPodSandboxRequest> {}
export const ListPodSandboxRequest: Type<ListPodSandboxRequest> = object(
  'runtime.v1.ListPodSandboxRequest',
  listPodSandboxRequest,
)

const podSandbox = fields({
  id: string(1, { always: true }),
  metadata: one(2, PodSandboxMetadata, { pointer: true }),
  state: int32(3, { always: true }),
  createdAt: int64(4, { always: true }),
  labels: stringMap(5, { always: true }),
  annotations: stringMap(6, { always: true }),
  runtimeHandler: string(7, { always: true }),
})
export interface PodSandbox extends Shape<typeof podSandbox> {}
export const PodSandbox: Type<PodSandbox> = object('runtime.v1.PodSandbox', podSandbox)

const listPodSandboxResponse = fields({
  items: list(1, PodSandbox, { always: true }),
})
export interface ListPodSandboxResponse extends Shape<typeof listPodSandboxResponse> {}
export const ListPodSandboxResponse: Type<ListPodSandboxResponse> = object(
  'runtime.v1.ListPodSandboxResponse',
  listPodSandboxResponse,
)
