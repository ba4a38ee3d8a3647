import {
  bool,
  fields,
  int32,
  int64,
  list,
  map,
  object,
  one,
  oneOf,
  root,
  string,
  strings,
  time,
} from '../../../schema/fields.ts'
import { quantity as quantityType } from '../../../schema/scalars/quantity.ts'
import type { RootShape, Shape, Type } from '../../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../../meta/objectMeta.ts'

const taint = fields({
  /** Name of the taint. */
  key: string(1, { always: true }),
  /** Value of the taint. */
  value: string(2),
  /** What it does to pods that don't tolerate it. */
  effect: oneOf(3, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'], { always: true }),
  /** When it was put on. */
  timeAdded: time(4, { pointer: true }),
})
export interface Taint extends Shape<typeof taint> {}
export const Taint: Type<Taint> = object('io.k8s.api.core.v1.Taint', taint)

const configMapNodeConfigSource = fields({
  /** Namespace of the ConfigMap. */
  namespace: string(1, { always: true }),
  /** Name of the ConfigMap. */
  name: string(2, { always: true }),
  /** UID of the ConfigMap. */
  uid: string(3),
  /** Version of the ConfigMap. */
  resourceVersion: string(4),
  /** Key that holds the kubelet's settings. */
  kubeletConfigKey: string(5, { always: true }),
})
export interface ConfigMapNodeConfigSource extends Shape<typeof configMapNodeConfigSource> {}
export const ConfigMapNodeConfigSource: Type<ConfigMapNodeConfigSource> = object(
  'io.k8s.api.core.v1.ConfigMapNodeConfigSource',
  configMapNodeConfigSource,
)

const nodeConfigSource = fields({
  /** A ConfigMap. */
  configMap: one(2, ConfigMapNodeConfigSource, { pointer: true }),
})
export interface NodeConfigSource extends Shape<typeof nodeConfigSource> {}
export const NodeConfigSource: Type<NodeConfigSource> = object('io.k8s.api.core.v1.NodeConfigSource', nodeConfigSource)

const nodeSpec = fields({
  /** Network of the node's pods. */
  podCIDR: string(1),
  /** Networks of the node's pods, one for each IP family; the first is `podCIDR`. */
  podCIDRs: strings(7, { patchStrategy: 'merge', listType: 'set' }),
  /** Id of the machine: `<cloud>://<id>`. */
  providerID: string(3),
  /** New pods are not placed here. */
  unschedulable: bool(4),
  /** Taints that keep pods away. */
  taints: list(5, Taint, { listType: 'atomic' }),
  /** Deprecated: not supported. */
  configSource: one(6, NodeConfigSource, { pointer: true }),
  /** Deprecated: not set. */
  externalID: string(2),
})
export interface NodeSpec extends Shape<typeof nodeSpec> {}
export const NodeSpec: Type<NodeSpec> = object('io.k8s.api.core.v1.NodeSpec', nodeSpec)

const nodeCondition = fields({
  /** Which aspect the condition speaks of: Ready, MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown'], { always: true }),
  /** When it was last looked at. */
  lastHeartbeatTime: time(3, { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(4, { always: true }),
  /** Why, as one word. */
  reason: string(5),
  /** Why, for people. */
  message: string(6),
})
export interface NodeCondition extends Shape<typeof nodeCondition> {}
export const NodeCondition: Type<NodeCondition> = object('io.k8s.api.core.v1.NodeCondition', nodeCondition)

const nodeAddress = fields({
  /** Kind of address: Hostname, InternalIP, ExternalIP, InternalDNS, ExternalDNS. */
  type: string(1, { always: true }),
  /** The address. */
  address: string(2, { always: true }),
})
export interface NodeAddress extends Shape<typeof nodeAddress> {}
export const NodeAddress: Type<NodeAddress> = object('io.k8s.api.core.v1.NodeAddress', nodeAddress)

const daemonEndpoint = fields({
  /** Port number. */
  Port: int32(1, { always: true }),
})
export interface DaemonEndpoint extends Shape<typeof daemonEndpoint> {}
export const DaemonEndpoint: Type<DaemonEndpoint> = object('io.k8s.api.core.v1.DaemonEndpoint', daemonEndpoint)

const nodeDaemonEndpoints = fields({
  /** Where the kubelet listens. */
  kubeletEndpoint: one(1, DaemonEndpoint, { always: true }),
})
export interface NodeDaemonEndpoints extends Shape<typeof nodeDaemonEndpoints> {}
export const NodeDaemonEndpoints: Type<NodeDaemonEndpoints> = object(
  'io.k8s.api.core.v1.NodeDaemonEndpoints',
  nodeDaemonEndpoints,
)

const nodeSwapStatus = fields({
  /** Bytes of swap. */
  capacity: int64(1, { pointer: true }),
})
export interface NodeSwapStatus extends Shape<typeof nodeSwapStatus> {}
export const NodeSwapStatus: Type<NodeSwapStatus> = object('io.k8s.api.core.v1.NodeSwapStatus', nodeSwapStatus)

const nodeSystemInfo = fields({
  /** Id of the machine. */
  machineID: string(1, { always: true }),
  /** UUID of the hardware. */
  systemUUID: string(2, { always: true }),
  /** Id of this boot. */
  bootID: string(3, { always: true }),
  /** Version of the kernel. */
  kernelVersion: string(4, { always: true }),
  /** Name of the operating system's release. */
  osImage: string(5, { always: true }),
  /** Runtime and its version: `containerd://1.7.0`. */
  containerRuntimeVersion: string(6, { always: true }),
  /** Version of the kubelet. */
  kubeletVersion: string(7, { always: true }),
  /** Deprecated: version of the service proxy. */
  kubeProxyVersion: string(8, { always: true }),
  /** Operating system: linux. */
  operatingSystem: string(9, { always: true }),
  /** Architecture: amd64, arm64, ... */
  architecture: string(10, { always: true }),
  /** Swap of the node. */
  swap: one(11, NodeSwapStatus, { pointer: true }),
})
export interface NodeSystemInfo extends Shape<typeof nodeSystemInfo> {}
export const NodeSystemInfo: Type<NodeSystemInfo> = object('io.k8s.api.core.v1.NodeSystemInfo', nodeSystemInfo)

const containerImage = fields({
  /** Names of the image. */
  names: strings(1, { always: true, listType: 'atomic', required: false }),
  /** Size of the image. */
  sizeBytes: int64(2),
})
export interface ContainerImage extends Shape<typeof containerImage> {}
export const ContainerImage: Type<ContainerImage> = object('io.k8s.api.core.v1.ContainerImage', containerImage)

const attachedVolume = fields({
  /** Name of the volume. */
  name: string(1, { always: true }),
  /** Where the device stands on the node. */
  devicePath: string(2, { always: true }),
})
export interface AttachedVolume extends Shape<typeof attachedVolume> {}
export const AttachedVolume: Type<AttachedVolume> = object('io.k8s.api.core.v1.AttachedVolume', attachedVolume)

const nodeConfigStatus = fields({
  /** Settings that are wanted. */
  assigned: one(1, NodeConfigSource, { pointer: true }),
  /** Settings in force. */
  active: one(2, NodeConfigSource, { pointer: true }),
  /** Settings that worked last. */
  lastKnownGood: one(3, NodeConfigSource, { pointer: true }),
  /** What is wrong with the settings. */
  error: string(4),
})
export interface NodeConfigStatus extends Shape<typeof nodeConfigStatus> {}
export const NodeConfigStatus: Type<NodeConfigStatus> = object('io.k8s.api.core.v1.NodeConfigStatus', nodeConfigStatus)

const nodeRuntimeHandlerFeatures = fields({
  /** Mounts can be read-only all the way down. */
  recursiveReadOnlyMounts: bool(1, { pointer: true }),
  /** Pods can have user ids of their own. */
  userNamespaces: bool(2, { pointer: true }),
})
export interface NodeRuntimeHandlerFeatures extends Shape<typeof nodeRuntimeHandlerFeatures> {}
export const NodeRuntimeHandlerFeatures: Type<NodeRuntimeHandlerFeatures> = object(
  'io.k8s.api.core.v1.NodeRuntimeHandlerFeatures',
  nodeRuntimeHandlerFeatures,
)

const nodeRuntimeHandler = fields({
  /** Name of the handler; empty for the default one. */
  name: string(1, { always: true, required: false }),
  /** What it can do. */
  features: one(2, NodeRuntimeHandlerFeatures, { pointer: true }),
})
export interface NodeRuntimeHandler extends Shape<typeof nodeRuntimeHandler> {}
export const NodeRuntimeHandler: Type<NodeRuntimeHandler> = object(
  'io.k8s.api.core.v1.NodeRuntimeHandler',
  nodeRuntimeHandler,
)

const nodeFeatures = fields({
  /** The runtime honours `supplementalGroupsPolicy`. */
  supplementalGroupsPolicy: bool(1, { pointer: true }),
})
export interface NodeFeatures extends Shape<typeof nodeFeatures> {}
export const NodeFeatures: Type<NodeFeatures> = object('io.k8s.api.core.v1.NodeFeatures', nodeFeatures)

const nodeStatus = fields({
  /** All resources of the node. */
  capacity: map(1, quantityType),
  /** Resources pods can have. */
  allocatable: map(2, quantityType),
  /** Deprecated: not set. */
  phase: oneOf(3, ['Pending', 'Running', 'Terminated']),
  /** What holds of the node. */
  conditions: list(4, NodeCondition, { mergeKey: 'type', patchStrategy: 'merge', listType: 'map', listKeys: ['type'] }),
  /** How the node is reached. */
  addresses: list(5, NodeAddress, { mergeKey: 'type', patchStrategy: 'merge', listType: 'map', listKeys: ['type'] }),
  /** Ports of the node's daemons. */
  daemonEndpoints: one(6, NodeDaemonEndpoints, { always: true }),
  /** What the node is made of. */
  nodeInfo: one(7, NodeSystemInfo, { always: true }),
  /** Images that are present, the largest ones. */
  images: list(8, ContainerImage, { listType: 'atomic' }),
  /** Attachable volumes that are mounted. */
  volumesInUse: strings(9, { listType: 'atomic' }),
  /** Volumes that are attached. */
  volumesAttached: list(10, AttachedVolume, { listType: 'atomic' }),
  /** Deprecated: state of the settings. */
  config: one(11, NodeConfigStatus, { pointer: true }),
  /** Handlers of the container runtime. */
  runtimeHandlers: list(12, NodeRuntimeHandler, { listType: 'atomic' }),
  /** What the runtime can do, whatever the handler. */
  features: one(13, NodeFeatures, { pointer: true }),
  /** Features the node says it has. */
  declaredFeatures: strings(14, { listType: 'atomic' }),
})
export interface NodeStatus extends Shape<typeof nodeStatus> {}
export const NodeStatus: Type<NodeStatus> = object('io.k8s.api.core.v1.NodeStatus', nodeStatus)

const node = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, NodeSpec, { always: true }),
  /** What was seen last. */
  status: one(3, NodeStatus, { always: true }),
})
export interface Node extends RootShape<typeof node> {}
export const Node: Type<Node> = root('io.k8s.api.core.v1.Node', node)

const nodeList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Node, { always: true }),
})
export interface NodeList extends RootShape<typeof nodeList> {}
export const NodeList: Type<NodeList> = root('io.k8s.api.core.v1.NodeList', nodeList)

const nodeProxyOptions = fields({
  /** Path below the node that the request goes to. */
  path: string(1),
})
export interface NodeProxyOptions extends RootShape<typeof nodeProxyOptions> {}
/** What a request that goes on to a kubelet asks for. */
export const NodeProxyOptions: Type<NodeProxyOptions> = root('io.k8s.api.core.v1.NodeProxyOptions', nodeProxyOptions)
