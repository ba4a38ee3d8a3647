import { fields, int64, list, map, object, one, oneOf, string, strings, time } from '../../../schema/fields.ts'
import { quantity as quantityType } from '../../../schema/scalars/quantity.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { ResourceRequirements } from '../resourceRequirements.ts'
import { ContainerStatus } from './containerStatus.ts'

const podCondition = fields({
  /** Which aspect the condition speaks of: PodScheduled, Initialized, ContainersReady, Ready, ... */
  type: string(1, { always: true }),
  /** Generation of the pod the condition was set for. */
  observedGeneration: int64(7),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown'], { always: true }),
  /** When it was last looked at. */
  lastProbeTime: time(3, { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(4, { always: true }),
  /** Why, as one word. */
  reason: string(5),
  /** Why, for people. */
  message: string(6),
})
export interface PodCondition extends Shape<typeof podCondition> {}
export const PodCondition: Type<PodCondition> = object('io.k8s.api.core.v1.PodCondition', podCondition)

const hostIP = fields({
  /** Address of the node. */
  ip: string(1, { always: true }),
})
export interface HostIP extends Shape<typeof hostIP> {}
export const HostIP: Type<HostIP> = object('io.k8s.api.core.v1.HostIP', hostIP)

const podIP = fields({
  /** Address of the pod. */
  ip: string(1, { always: true }),
})
export interface PodIP extends Shape<typeof podIP> {}
export const PodIP: Type<PodIP> = object('io.k8s.api.core.v1.PodIP', podIP)

const podResourceClaimStatus = fields({
  /** Name of the entry in `spec.resourceClaims`. */
  name: string(1, { always: true }),
  /** ResourceClaim that was made for it. */
  resourceClaimName: string(2, { pointer: true }),
})
export interface PodResourceClaimStatus extends Shape<typeof podResourceClaimStatus> {}
export const PodResourceClaimStatus: Type<PodResourceClaimStatus> = object(
  'io.k8s.api.core.v1.PodResourceClaimStatus',
  podResourceClaimStatus,
)

const containerExtendedResourceRequest = fields({
  /** Name of the container. */
  containerName: string(1, { always: true }),
  /** Name of the extended resource. */
  resourceName: string(2, { always: true }),
  /** Name of the request in the claim. */
  requestName: string(3, { always: true }),
})
export interface ContainerExtendedResourceRequest extends Shape<typeof containerExtendedResourceRequest> {}
export const ContainerExtendedResourceRequest: Type<ContainerExtendedResourceRequest> = object(
  'io.k8s.api.core.v1.ContainerExtendedResourceRequest',
  containerExtendedResourceRequest,
)

const podExtendedResourceClaimStatus = fields({
  /** Which request of the claim stands for which resource of a container. */
  requestMappings: list(1, ContainerExtendedResourceRequest, { always: true, listType: 'atomic' }),
  /** ResourceClaim that was made. */
  resourceClaimName: string(2, { always: true }),
})
export interface PodExtendedResourceClaimStatus extends Shape<typeof podExtendedResourceClaimStatus> {}
export const PodExtendedResourceClaimStatus: Type<PodExtendedResourceClaimStatus> = object(
  'io.k8s.api.core.v1.PodExtendedResourceClaimStatus',
  podExtendedResourceClaimStatus,
)

const nodeAllocatableResourceClaimStatus = fields({
  /** Name of the ResourceClaim. */
  resourceClaimName: string(1, { always: true }),
  /** Containers that use the claim. */
  containers: strings(2, { listType: 'set' }),
  /** Amounts taken from the node's allocatable resources. */
  resources: map(3, quantityType, { always: true }),
})
export interface NodeAllocatableResourceClaimStatus extends Shape<typeof nodeAllocatableResourceClaimStatus> {}
export const NodeAllocatableResourceClaimStatus: Type<NodeAllocatableResourceClaimStatus> = object(
  'io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus',
  nodeAllocatableResourceClaimStatus,
)

const podStatus = fields({
  /** Generation of the pod that the status speaks of. */
  observedGeneration: int64(17),
  /** Where the pod is in its life. */
  phase: oneOf(1, ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']),
  /** What holds of the pod. */
  conditions: list(2, PodCondition, { mergeKey: 'type', patchStrategy: 'merge', listType: 'map', listKeys: ['type'] }),
  /** Why it is in this state, for people. */
  message: string(3),
  /** Why it is in this state, as one word: Evicted, ... */
  reason: string(4),
  /** Node the pod will get once pods are removed there. */
  nominatedNodeName: string(11),
  /** Address of the node. */
  hostIP: string(5),
  /** All addresses of the node. */
  hostIPs: list(16, HostIP, { mergeKey: 'ip', patchStrategy: 'merge', listType: 'atomic' }),
  /** Address of the pod. */
  podIP: string(6),
  /** Addresses of the pod, one for each IP family; the first is `podIP`. */
  podIPs: list(12, PodIP, { mergeKey: 'ip', patchStrategy: 'merge', listType: 'map', listKeys: ['ip'] }),
  /** When the kubelet took the pod on. */
  startTime: time(7, { pointer: true }),
  /** State of the init containers. */
  initContainerStatuses: list(10, ContainerStatus, { listType: 'atomic' }),
  /** State of the containers. */
  containerStatuses: list(8, ContainerStatus, { listType: 'atomic' }),
  /** How the pod is treated when the node runs short. */
  qosClass: oneOf(9, ['Guaranteed', 'Burstable', 'BestEffort']),
  /** State of the ephemeral containers. */
  ephemeralContainerStatuses: list(13, ContainerStatus, { listType: 'atomic' }),
  /** Deprecated: how a change of resources comes along; see conditions. */
  resize: oneOf(14, ['InProgress', 'Deferred', 'Infeasible']),
  /** ResourceClaims made for the pod. */
  resourceClaimStatuses: list(15, PodResourceClaimStatus, {
    mergeKey: 'name',
    patchStrategy: 'merge,retainKeys',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** ResourceClaim made for extended resources. */
  extendedResourceClaimStatus: one(18, PodExtendedResourceClaimStatus, { pointer: true }),
  /** What the node has set aside for the pod. */
  allocatedResources: map(19, quantityType),
  /** Resources of the pod in force. */
  resources: one(20, ResourceRequirements, { pointer: true }),
  /** Claims that take from the node's allocatable resources. */
  nodeAllocatableResourceClaimStatuses: list(21, NodeAllocatableResourceClaimStatus, { listType: 'atomic' }),
})
export interface PodStatus extends Shape<typeof podStatus> {}
export const PodStatus: Type<PodStatus> = object('io.k8s.api.core.v1.PodStatus', podStatus)
