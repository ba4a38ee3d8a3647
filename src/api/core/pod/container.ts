import { bool, fields, int32, list, object, one, oneOf, string, strings } from '../../../schema/fields.ts'
import { int32 as int32Type } from '../../../schema/scalars/basic.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { ResourceRequirements } from '../resourceRequirements.ts'
import { EnvFromSource, EnvVar } from './env.ts'
import { Lifecycle, Probe } from './probe.ts'
import { SecurityContext } from './security.ts'

const containerPort = fields({
  /** Name of the port, for probes and services. Unique in the pod. */
  name: string(1),
  /** Port of the node that leads to this one. */
  hostPort: int32(2),
  /** Port inside the pod. */
  containerPort: int32(3, { always: true }),
  /** Transport protocol. */
  protocol: oneOf(4, ['TCP', 'UDP', 'SCTP'], { default: 'TCP' }),
  /** Address of the node that `hostPort` is opened on. */
  hostIP: string(5),
})
export interface ContainerPort extends Shape<typeof containerPort> {}
export const ContainerPort: Type<ContainerPort> = object('io.k8s.api.core.v1.ContainerPort', containerPort)

const containerResizePolicy = fields({
  /** Resource: cpu or memory. */
  resourceName: string(1, { always: true }),
  /** Whether a change of it restarts the container. */
  restartPolicy: string(2, { always: true }),
})
export interface ContainerResizePolicy extends Shape<typeof containerResizePolicy> {}
export const ContainerResizePolicy: Type<ContainerResizePolicy> = object(
  'io.k8s.api.core.v1.ContainerResizePolicy',
  containerResizePolicy,
)

const containerRestartRuleOnExitCodes = fields({
  /** Whether the exit code must be one of `values`, or none. */
  operator: oneOf(1, ['In', 'NotIn'], { required: true }),
  /** Exit codes to compare with. */
  values: list(2, int32Type, { listType: 'set' }),
})
export interface ContainerRestartRuleOnExitCodes extends Shape<typeof containerRestartRuleOnExitCodes> {}
export const ContainerRestartRuleOnExitCodes: Type<ContainerRestartRuleOnExitCodes> = object(
  'io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes',
  containerRestartRuleOnExitCodes,
)

const containerRestartRule = fields({
  /** What is done when the rule fits. */
  action: oneOf(1, ['Restart', 'RestartAllContainers'], { required: true }),
  /** Fits by the exit code. */
  exitCodes: one(2, ContainerRestartRuleOnExitCodes, { pointer: true }),
})
export interface ContainerRestartRule extends Shape<typeof containerRestartRule> {}
export const ContainerRestartRule: Type<ContainerRestartRule> = object(
  'io.k8s.api.core.v1.ContainerRestartRule',
  containerRestartRule,
)

const volumeMount = fields({
  /** Name of the volume in the pod. */
  name: string(1, { always: true }),
  /** The container can't write to it. */
  readOnly: bool(2),
  /** Whether mounts below it are read-only, too. */
  recursiveReadOnly: oneOf(7, ['Disabled', 'IfPossible', 'Enabled'], { pointer: true }),
  /** Where it stands in the container. No `:`. */
  mountPath: string(3, { always: true }),
  /** Part of the volume that is mounted; its root when empty. */
  subPath: string(4),
  /** Whether mounts made later are seen on the other side. */
  mountPropagation: oneOf(5, ['None', 'HostToContainer', 'Bidirectional'], { pointer: true }),
  /** As `subPath`, with `$(NAME)` standing for variables of the container. */
  subPathExpr: string(6),
})
export interface VolumeMount extends Shape<typeof volumeMount> {}
export const VolumeMount: Type<VolumeMount> = object('io.k8s.api.core.v1.VolumeMount', volumeMount)

const volumeDevice = fields({
  /** Name of a volume of a claim in the pod. */
  name: string(1, { always: true }),
  /** Where the device stands in the container. */
  devicePath: string(2, { always: true }),
})
export interface VolumeDevice extends Shape<typeof volumeDevice> {}
export const VolumeDevice: Type<VolumeDevice> = object('io.k8s.api.core.v1.VolumeDevice', volumeDevice)

const container = fields({
  /** Name of the container; a DNS label, unique in the pod. */
  name: string(1, { always: true }),
  /** Image to run. */
  image: string(2),
  /** Program to run instead of the image's entry point; `$(NAME)` stands for a variable. */
  command: strings(3, { listType: 'atomic' }),
  /** Arguments instead of the image's; `$(NAME)` stands for a variable. */
  args: strings(4, { listType: 'atomic' }),
  /** Directory the program starts in; the image's when empty. */
  workingDir: string(5),
  /** Ports the container listens on. For information, but for `hostPort`. */
  ports: list(6, ContainerPort, {
    mergeKey: 'containerPort',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['containerPort', 'protocol'],
  }),
  /** Objects whose keys become variables. */
  envFrom: list(19, EnvFromSource, { listType: 'atomic' }),
  /** Variables of the program. */
  env: list(7, EnvVar, { mergeKey: 'name', patchStrategy: 'merge', listType: 'map', listKeys: ['name'] }),
  /** Resources set aside and limited. */
  resources: one(8, ResourceRequirements, { always: true }),
  /** What a change of resources does to the running container. */
  resizePolicy: list(23, ContainerResizePolicy, { listType: 'atomic' }),
  /** Restart policy of this container; `Always` makes an init container a sidecar. */
  restartPolicy: oneOf(24, ['Always', 'Never', 'OnFailure'], { pointer: true }),
  /** Rules that come before the restart policy; the first that fits counts. */
  restartPolicyRules: list(25, ContainerRestartRule, { listType: 'atomic' }),
  /** Volumes in the container's file system. */
  volumeMounts: list(9, VolumeMount, {
    mergeKey: 'mountPath',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['mountPath'],
  }),
  /** Block devices in the container. */
  volumeDevices: list(21, VolumeDevice, {
    mergeKey: 'devicePath',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['devicePath'],
  }),
  /** Restarts the container when it fails. */
  livenessProbe: one(10, Probe, { pointer: true }),
  /** Takes the pod out of its services while it fails. */
  readinessProbe: one(11, Probe, { pointer: true }),
  /** Holds the other probes back until it succeeds. */
  startupProbe: one(22, Probe, { pointer: true }),
  /** What is done after the start and before the end. */
  lifecycle: one(12, Lifecycle, { pointer: true }),
  /** File whose text is shown when the container ended. */
  terminationMessagePath: string(13, { default: '/dev/termination-log' }),
  /** Whether the end of the log is shown when a failed container left no message. */
  terminationMessagePolicy: oneOf(20, ['File', 'FallbackToLogsOnError'], { default: 'File' }),
  /** When the image is pulled; `Always` for `:latest`, otherwise `IfNotPresent`. */
  imagePullPolicy: oneOf(14, ['Always', 'Never', 'IfNotPresent']),
  /** Security settings; they go before those of the pod. */
  securityContext: one(15, SecurityContext, { pointer: true }),
  /** Keep standard input open. */
  stdin: bool(16),
  /** Close standard input after the first attached client left. */
  stdinOnce: bool(17),
  /** Give the container a terminal. */
  tty: bool(18),
})
export interface Container extends Shape<typeof container> {}
export const Container: Type<Container> = object('io.k8s.api.core.v1.Container', container)

/** The fields of a container; probes, ports, lifecycle and resources are refused by the rules. */
export interface EphemeralContainerCommon extends Shape<typeof container> {}
export const EphemeralContainerCommon: Type<EphemeralContainerCommon> = object(
  'io.k8s.api.core.v1.EphemeralContainerCommon',
  container,
)

const ephemeralContainer = fields({
  /** Container whose processes this one sees. */
  targetContainerName: string(2),
})
export interface EphemeralContainer extends Shape<typeof ephemeralContainer>, EphemeralContainerCommon {}
export const EphemeralContainer: Type<EphemeralContainer> = object('io.k8s.api.core.v1.EphemeralContainer', {
  ephemeralContainerCommon: one(1, EphemeralContainerCommon, { always: true, inline: true }),
  ...ephemeralContainer,
})
