import { bool, fields, int32, int64, list, object, one, string, stringMap, strings } from '../../../schema/fields.ts'
import { int64 as int64Type } from '../../../schema/scalars/basic.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { ImageSpec } from './image.ts'
import { PodSandboxConfig } from './sandbox.ts'
import {
  IDMapping,
  Int64Value,
  KeyValue,
  LinuxContainerResources,
  NamespaceOption,
  SELinuxOption,
  SecurityProfile,
} from './shared.ts'

/** `runtime.v1.ContainerState`. */
export const containerState = { created: 0, running: 1, exited: 2, unknown: 3 } as const
/** `runtime.v1.MountPropagation`. */
export const mountPropagation = { private: 0, hostToContainer: 1, bidirectional: 2 } as const

const mount = fields({
  containerPath: string(1, { always: true }),
  hostPath: string(2, { always: true }),
  readonly: bool(3, { always: true }),
  selinuxRelabel: bool(4, { always: true }),
  propagation: int32(5, { always: true }),
  uidMappings: list(6, IDMapping, { always: true }),
  gidMappings: list(7, IDMapping, { always: true }),
  recursiveReadOnly: bool(8, { always: true }),
  image: one(9, ImageSpec, { pointer: true }),
  imageSubPath: string(10, { always: true }),
})
export interface Mount extends Shape<typeof mount> {}
export const Mount: Type<Mount> = object('runtime.v1.Mount', mount)

const capability = fields({
  addCapabilities: strings(1, { always: true }),
  dropCapabilities: strings(2, { always: true }),
  addAmbientCapabilities: strings(3, { always: true }),
})
export interface Capability extends Shape<typeof capability> {}
export const Capability: Type<Capability> = object('runtime.v1.Capability', capability)

const linuxContainerSecurityContext = fields({
  capabilities: one(1, Capability, { pointer: true }),
  privileged: bool(2, { always: true }),
  namespaceOptions: one(3, NamespaceOption, { pointer: true }),
  selinuxOptions: one(4, SELinuxOption, { pointer: true }),
  runAsUser: one(5, Int64Value, { pointer: true }),
  runAsGroup: one(12, Int64Value, { pointer: true }),
  runAsUsername: string(6, { always: true }),
  readonlyRootfs: bool(7, { always: true }),
  supplementalGroups: list(8, int64Type, { always: true }),
  supplementalGroupsPolicy: int32(17, { always: true }),
  noNewPrivs: bool(11, { always: true }),
  maskedPaths: strings(13, { always: true }),
  readonlyPaths: strings(14, { always: true }),
  seccomp: one(15, SecurityProfile, { pointer: true }),
  apparmor: one(16, SecurityProfile, { pointer: true }),
  apparmorProfile: string(9, { always: true }),
  seccompProfilePath: string(10, { always: true }),
})
export interface LinuxContainerSecurityContext extends Shape<typeof linuxContainerSecurityContext> {}
export const LinuxContainerSecurityContext: Type<LinuxContainerSecurityContext> = object(
  'runtime.v1.LinuxContainerSecurityContext',
  linuxContainerSecurityContext,
)

const linuxContainerConfig = fields({
  resources: one(1, LinuxContainerResources, { pointer: true }),
  securityContext: one(2, LinuxContainerSecurityContext, { pointer: true }),
})
export interface LinuxContainerConfig extends Shape<typeof linuxContainerConfig> {}
export const LinuxContainerConfig: Type<LinuxContainerConfig> = object(
  'runtime.v1.LinuxContainerConfig',
  linuxContainerConfig,
)

const linuxContainerUser = fields({
  uid: int64(1, { always: true }),
  gid: int64(2, { always: true }),
  supplementalGroups: list(3, int64Type, { always: true }),
})
export interface LinuxContainerUser extends Shape<typeof linuxContainerUser> {}
export const LinuxContainerUser: Type<LinuxContainerUser> = object('runtime.v1.LinuxContainerUser', linuxContainerUser)

const containerUser = fields({
  linux: one(1, LinuxContainerUser, { pointer: true }),
})
export interface ContainerUser extends Shape<typeof containerUser> {}
export const ContainerUser: Type<ContainerUser> = object('runtime.v1.ContainerUser', containerUser)

const containerMetadata = fields({
  name: string(1, { always: true }),
  attempt: int32(2, { always: true }),
})
export interface ContainerMetadata extends Shape<typeof containerMetadata> {}
export const ContainerMetadata: Type<ContainerMetadata> = object('runtime.v1.ContainerMetadata', containerMetadata)

const device = fields({
  containerPath: string(1, { always: true }),
  hostPath: string(2, { always: true }),
  permissions: string(3, { always: true }),
})
export interface Device extends Shape<typeof device> {}
export const Device: Type<Device> = object('runtime.v1.Device', device)

const cDIDevice = fields({
  name: string(1, { always: true }),
})
export interface CDIDevice extends Shape<typeof cDIDevice> {}
export const CDIDevice: Type<CDIDevice> = object('runtime.v1.CDIDevice', cDIDevice)

const containerConfig = fields({
  metadata: one(1, ContainerMetadata, { pointer: true }),
  image: one(2, ImageSpec, { pointer: true }),
  command: strings(3, { always: true }),
  args: strings(4, { always: true }),
  workingDir: string(5, { always: true }),
  envs: list(6, KeyValue, { always: true }),
  mounts: list(7, Mount, { always: true }),
  devices: list(8, Device, { always: true }),
  labels: stringMap(9, { always: true }),
  annotations: stringMap(10, { always: true }),
  logPath: string(11, { always: true }),
  stdin: bool(12, { always: true }),
  stdinOnce: bool(13, { always: true }),
  tty: bool(14, { always: true }),
  linux: one(15, LinuxContainerConfig, { pointer: true }),
  cDIDevices: list(17, CDIDevice, { always: true }),
  stopSignal: int32(18, { always: true }),
})
export interface ContainerConfig extends Shape<typeof containerConfig> {}
export const ContainerConfig: Type<ContainerConfig> = object('runtime.v1.ContainerConfig', containerConfig)

const createContainerRequest = fields({
  podSandboxId: string(1, { always: true }),
  config: one(2, ContainerConfig, { pointer: true }),
  sandboxConfig: one(3, PodSandboxConfig, { pointer: true }),
})
export interface CreateContainerRequest extends Shape<typeof createContainerRequest> {}
export const CreateContainerRequest: Type<CreateContainerRequest> = object(
  'runtime.v1.CreateContainerRequest',
  createContainerRequest,
)

const createContainerResponse = fields({
  containerId: string(1, { always: true }),
})
export interface CreateContainerResponse extends Shape<typeof createContainerResponse> {}
export const CreateContainerResponse: Type<CreateContainerResponse> = object(
  'runtime.v1.CreateContainerResponse',
  createContainerResponse,
)

const startContainerRequest = fields({
  containerId: string(1, { always: true }),
})
export interface StartContainerRequest extends Shape<typeof startContainerRequest> {}
export const StartContainerRequest: Type<StartContainerRequest> = object(
  'runtime.v1.StartContainerRequest',
  startContainerRequest,
)

const stopContainerRequest = fields({
  containerId: string(1, { always: true }),
  timeout: int64(2, { always: true }),
})
export interface StopContainerRequest extends Shape<typeof stopContainerRequest> {}
export const StopContainerRequest: Type<StopContainerRequest> = object(
  'runtime.v1.StopContainerRequest',
  stopContainerRequest,
)

const removeContainerRequest = fields({
  containerId: string(1, { always: true }),
})
export interface RemoveContainerRequest extends Shape<typeof removeContainerRequest> {}
export const RemoveContainerRequest: Type<RemoveContainerRequest> = object(
  'runtime.v1.RemoveContainerRequest',
  removeContainerRequest,
)

const containerStateValue = fields({
  state: int32(1, { always: true }),
})
export interface ContainerStateValue extends Shape<typeof containerStateValue> {}
export const ContainerStateValue: Type<ContainerStateValue> = object(
  'runtime.v1.ContainerStateValue',
  containerStateValue,
)

const containerFilter = fields({
  id: string(1, { always: true }),
  state: one(2, ContainerStateValue, { pointer: true }),
  podSandboxId: string(3, { always: true }),
  labelSelector: stringMap(4, { always: true }),
})
export interface ContainerFilter extends Shape<typeof containerFilter> {}
export const ContainerFilter: Type<ContainerFilter> = object('runtime.v1.ContainerFilter', containerFilter)

const listContainersRequest = fields({
  filter: one(1, ContainerFilter, { pointer: true }),
})
export interface ListContainersRequest extends Shape<typeof listContainersRequest> {}
export const ListContainersRequest: Type<ListContainersRequest> = object(
  'runtime.v1.ListContainersRequest',
  listContainersRequest,
)

const container = fields({
  id: string(1, { always: true }),
  podSandboxId: string(2, { always: true }),
  metadata: one(3, ContainerMetadata, { pointer: true }),
  image: one(4, ImageSpec, { pointer: true }),
  imageRef: string(5, { always: true }),
  state: int32(6, { always: true }),
  createdAt: int64(7, { always: true }),
  labels: stringMap(8, { always: true }),
  annotations: stringMap(9, { always: true }),
  imageId: string(10, { always: true }),
})
export interface Container extends Shape<typeof container> {}
export const Container: Type<Container> = object('runtime.v1.Container', container)

const listContainersResponse = fields({
  containers: list(1, Container, { always: true }),
})
export interface ListContainersResponse extends Shape<typeof listContainersResponse> {}
export const ListContainersResponse: Type<ListContainersResponse> = object(
  'runtime.v1.ListContainersResponse',
  listContainersResponse,
)

const containerStatusRequest = fields({
  containerId: string(1, { always: true }),
  verbose: bool(2, { always: true }),
})
export interface ContainerStatusRequest extends Shape<typeof containerStatusRequest> {}
export const ContainerStatusRequest: Type<ContainerStatusRequest> = object(
  'runtime.v1.ContainerStatusRequest',
  containerStatusRequest,
)

const containerResources = fields({
  linux: one(1, LinuxContainerResources, { pointer: true }),
})
export interface ContainerResources extends Shape<typeof containerResources> {}
export const ContainerResources: Type<ContainerResources> = object('runtime.v1.ContainerResources', containerResources)

const containerStatus = fields({
  id: string(1, { always: true }),
  metadata: one(2, ContainerMetadata, { pointer: true }),
  state: int32(3, { always: true }),
  createdAt: int64(4, { always: true }),
  startedAt: int64(5, { always: true }),
  finishedAt: int64(6, { always: true }),
  exitCode: int32(7, { always: true }),
  image: one(8, ImageSpec, { pointer: true }),
  imageRef: string(9, { always: true }),
  reason: string(10, { always: true }),
  message: string(11, { always: true }),
  labels: stringMap(12, { always: true }),
  annotations: stringMap(13, { always: true }),
  mounts: list(14, Mount, { always: true }),
  logPath: string(15, { always: true }),
  resources: one(16, ContainerResources, { pointer: true }),
  imageId: string(17, { always: true }),
  user: one(18, ContainerUser, { pointer: true }),
  stopSignal: int32(19, { always: true }),
})
export interface ContainerStatus extends Shape<typeof containerStatus> {}
export const ContainerStatus: Type<ContainerStatus> = object('runtime.v1.ContainerStatus', containerStatus)

const containerStatusResponse = fields({
  status: one(1, ContainerStatus, { pointer: true }),
  info: stringMap(2, { always: true }),
})
export interface ContainerStatusResponse extends Shape<typeof containerStatusResponse> {}
export const ContainerStatusResponse: Type<ContainerStatusResponse> = object(
  'runtime.v1.ContainerStatusResponse',
  containerStatusResponse,
)

const updateContainerResourcesRequest = fields({
  containerId: string(1, { always: true }),
  linux: one(2, LinuxContainerResources, { pointer: true }),
  annotations: stringMap(4, { always: true }),
})
export interface UpdateContainerResourcesRequest extends Shape<typeof updateContainerResourcesRequest> {}
export const UpdateContainerResourcesRequest: Type<UpdateContainerResourcesRequest> = object(
  'runtime.v1.UpdateContainerResourcesRequest',
  updateContainerResourcesRequest,
)

const reopenContainerLogRequest = fields({
  containerId: string(1, { always: true }),
})
export interface ReopenContainerLogRequest extends Shape<typeof reopenContainerLogRequest> {}
export const ReopenContainerLogRequest: Type<ReopenContainerLogRequest> = object(
  'runtime.v1.ReopenContainerLogRequest',
  reopenContainerLogRequest,
)
