import { bool, fields, int32, int64, list, map, object, one, oneOf, string, time } from '../../../schema/fields.ts'
import { int64 as int64Type } from '../../../schema/scalars/basic.ts'
import { quantity as quantityType } from '../../../schema/scalars/quantity.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { ResourceRequirements } from '../resourceRequirements.ts'
import { signals } from './signals.ts'

const containerStateWaiting = fields({
  /** Why it waits, as one word. */
  reason: string(1),
  /** Why it waits, for people. */
  message: string(2),
})
export interface ContainerStateWaiting extends Shape<typeof containerStateWaiting> {}
export const ContainerStateWaiting: Type<ContainerStateWaiting> = object(
  'io.k8s.api.core.v1.ContainerStateWaiting',
  containerStateWaiting,
)

const containerStateRunning = fields({
  /** When it was last started. */
  startedAt: time(1, { always: true }),
})
export interface ContainerStateRunning extends Shape<typeof containerStateRunning> {}
export const ContainerStateRunning: Type<ContainerStateRunning> = object(
  'io.k8s.api.core.v1.ContainerStateRunning',
  containerStateRunning,
)

const containerStateTerminated = fields({
  /** Status its first process ended with. */
  exitCode: int32(1, { always: true }),
  /** Signal that ended it. */
  signal: int32(2),
  /** Why it ended, as one word. */
  reason: string(3),
  /** Last words of the container. */
  message: string(4),
  /** When this run began. */
  startedAt: time(5, { always: true }),
  /** When this run ended. */
  finishedAt: time(6, { always: true }),
  /** Id of the container that ended: `<runtime>://<id>`. */
  containerID: string(7),
})
export interface ContainerStateTerminated extends Shape<typeof containerStateTerminated> {}
export const ContainerStateTerminated: Type<ContainerStateTerminated> = object(
  'io.k8s.api.core.v1.ContainerStateTerminated',
  containerStateTerminated,
)

const containerState = fields({
  /** It isn't running yet, or not at the moment. */
  waiting: one(1, ContainerStateWaiting, { pointer: true }),
  /** It runs. */
  running: one(2, ContainerStateRunning, { pointer: true }),
  /** It ended. */
  terminated: one(3, ContainerStateTerminated, { pointer: true }),
})
export interface ContainerState extends Shape<typeof containerState> {}
export const ContainerState: Type<ContainerState> = object('io.k8s.api.core.v1.ContainerState', containerState)

const imageVolumeStatus = fields({
  /** Image that is mounted, by digest. */
  imageRef: string(1, { required: true }),
})
export interface ImageVolumeStatus extends Shape<typeof imageVolumeStatus> {}
export const ImageVolumeStatus: Type<ImageVolumeStatus> = object(
  'io.k8s.api.core.v1.ImageVolumeStatus',
  imageVolumeStatus,
)

const volumeStatus = fields({
  /** Of a volume from an image. */
  image: one(1, ImageVolumeStatus, { pointer: true }),
})
export interface VolumeStatus extends Shape<typeof volumeStatus> {}
export const VolumeStatus: Type<VolumeStatus> = object('io.k8s.api.core.v1.VolumeStatus', volumeStatus)

const volumeMountStatus = fields({
  /** Name of the volume. */
  name: string(1, { always: true }),
  /** Where it stands in the container. */
  mountPath: string(2, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(3),
  /** Whether mounts below it are read-only, too. */
  recursiveReadOnly: oneOf(4, ['Disabled', 'IfPossible', 'Enabled'], { pointer: true }),
  /** What is known of the volume itself. */
  volumeStatus: one(5, VolumeStatus, { pointer: true }),
})
export interface VolumeMountStatus extends Shape<typeof volumeMountStatus> {}
export const VolumeMountStatus: Type<VolumeMountStatus> = object(
  'io.k8s.api.core.v1.VolumeMountStatus',
  volumeMountStatus,
)

const linuxContainerUser = fields({
  /** User id of the first process. */
  uid: int64(1, { always: true }),
  /** Group id of the first process. */
  gid: int64(2, { always: true }),
  /** Further groups of the first process. */
  supplementalGroups: list(3, int64Type, { listType: 'atomic' }),
})
export interface LinuxContainerUser extends Shape<typeof linuxContainerUser> {}
export const LinuxContainerUser: Type<LinuxContainerUser> = object(
  'io.k8s.api.core.v1.LinuxContainerUser',
  linuxContainerUser,
)

const containerUser = fields({
  /** On Linux. */
  linux: one(1, LinuxContainerUser, { pointer: true }),
})
export interface ContainerUser extends Shape<typeof containerUser> {}
export const ContainerUser: Type<ContainerUser> = object('io.k8s.api.core.v1.ContainerUser', containerUser)

const resourceHealth = fields({
  /** Id of the device. */
  resourceID: string(1, { always: true }),
  /** How it is. */
  health: oneOf(2, ['Healthy', 'Unhealthy', 'Unknown']),
  /** More about it, for people. */
  message: string(6, { pointer: true }),
})
export interface ResourceHealth extends Shape<typeof resourceHealth> {}
export const ResourceHealth: Type<ResourceHealth> = object('io.k8s.api.core.v1.ResourceHealth', resourceHealth)

const resourceStatus = fields({
  /** Name of the resource. */
  name: string(1, { always: true }),
  /** Health of each device the container has. */
  resources: list(2, ResourceHealth, { listType: 'map', listKeys: ['resourceID'] }),
})
export interface ResourceStatus extends Shape<typeof resourceStatus> {}
export const ResourceStatus: Type<ResourceStatus> = object('io.k8s.api.core.v1.ResourceStatus', resourceStatus)

const containerStatus = fields({
  /** Name of the container. */
  name: string(1, { always: true }),
  /** What it does now. */
  state: one(2, ContainerState, { always: true }),
  /** How the run before ended. */
  lastState: one(3, ContainerState, { always: true }),
  /** It passes its readiness probe and has started. */
  ready: bool(4, { always: true }),
  /** How often it was started again. */
  restartCount: int32(5, { always: true }),
  /** Image it runs. */
  image: string(6, { always: true }),
  /** Image it runs, by digest. */
  imageID: string(7, { always: true }),
  /** Id of the container: `<runtime>://<id>`. */
  containerID: string(8),
  /** It runs and passed its startup probe. */
  started: bool(9, { pointer: true }),
  /** What the node has set aside for it. */
  allocatedResources: map(10, quantityType),
  /** Resources in force. */
  resources: one(11, ResourceRequirements, { pointer: true }),
  /** How its volumes are mounted. */
  volumeMounts: list(12, VolumeMountStatus, {
    mergeKey: 'mountPath',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['mountPath'],
  }),
  /** Who its first process runs as. */
  user: one(13, ContainerUser, { pointer: true }),
  /** Health of the devices it has. */
  allocatedResourcesStatus: list(14, ResourceStatus, {
    mergeKey: 'name',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** Signal that asks it to end. */
  stopSignal: oneOf(15, signals, { pointer: true }),
})
export interface ContainerStatus extends Shape<typeof containerStatus> {}
export const ContainerStatus: Type<ContainerStatus> = object('io.k8s.api.core.v1.ContainerStatus', containerStatus)
