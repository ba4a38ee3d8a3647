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
  string,
  stringMap,
  strings,
} from '../../../schema/fields.ts'
import { quantity as quantityType } from '../../../schema/scalars/quantity.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { LocalObjectReference } from '../references.ts'
import { ResourceRequirements } from '../resourceRequirements.ts'
import { Affinity } from './affinity.ts'
import { Container, EphemeralContainer } from './container.ts'
import {
  PodResourceClaim,
  PodSchedulingGate,
  PodSchedulingGroup,
  Toleration,
  TopologySpreadConstraint,
} from './placement.ts'
import { PodSecurityContext } from './security.ts'
import { Volume } from './volume.ts'

const hostAlias = fields({
  /** Address. */
  ip: string(1, { always: true }),
  /** Names of that address. */
  hostnames: strings(2, { listType: 'atomic' }),
})
export interface HostAlias extends Shape<typeof hostAlias> {}
export const HostAlias: Type<HostAlias> = object('io.k8s.api.core.v1.HostAlias', hostAlias)

const podDNSConfigOption = fields({
  /** Name of the option. */
  name: string(1),
  /** Value of the option. */
  value: string(2, { pointer: true }),
})
export interface PodDNSConfigOption extends Shape<typeof podDNSConfigOption> {}
export const PodDNSConfigOption: Type<PodDNSConfigOption> = object(
  'io.k8s.api.core.v1.PodDNSConfigOption',
  podDNSConfigOption,
)

const podDNSConfig = fields({
  /** Servers, after those of the policy. */
  nameservers: strings(1, { listType: 'atomic' }),
  /** Search domains, after those of the policy. */
  searches: strings(2, { listType: 'atomic' }),
  /** Options, over those of the policy. */
  options: list(3, PodDNSConfigOption, { listType: 'atomic' }),
})
export interface PodDNSConfig extends Shape<typeof podDNSConfig> {}
export const PodDNSConfig: Type<PodDNSConfig> = object('io.k8s.api.core.v1.PodDNSConfig', podDNSConfig)

const podReadinessGate = fields({
  /** Condition that must be true for the pod to be ready. */
  conditionType: string(1, { always: true }),
})
export interface PodReadinessGate extends Shape<typeof podReadinessGate> {}
export const PodReadinessGate: Type<PodReadinessGate> = object('io.k8s.api.core.v1.PodReadinessGate', podReadinessGate)

const podOS = fields({
  /** Operating system the containers are made for. */
  name: string(1, { always: true }),
})
export interface PodOS extends Shape<typeof podOS> {}
export const PodOS: Type<PodOS> = object('io.k8s.api.core.v1.PodOS', podOS)

const podSpec = fields({
  /** Volumes that containers can mount. */
  volumes: list(1, Volume, {
    mergeKey: 'name',
    patchStrategy: 'merge,retainKeys',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** Containers that run before the others, one after the other. */
  initContainers: list(20, Container, {
    mergeKey: 'name',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** Containers of the pod. At least one. */
  containers: list(2, Container, {
    always: true,
    mergeKey: 'name',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** Containers added while the pod runs, to look into it. */
  ephemeralContainers: list(34, EphemeralContainer, {
    mergeKey: 'name',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** When containers are started again after they ended. */
  restartPolicy: oneOf(3, ['Always', 'OnFailure', 'Never'], { default: 'Always' }),
  /** Seconds the containers get to end before they are killed. */
  terminationGracePeriodSeconds: int64(4, { pointer: true, default: 30 }),
  /** Seconds after its start that the pod fails, if it still runs. */
  activeDeadlineSeconds: int64(5, { pointer: true }),
  /** Where the containers' DNS settings come from. */
  dnsPolicy: oneOf(6, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], { default: 'ClusterFirst' }),
  /** Labels a node must have for the pod. */
  nodeSelector: stringMap(7, { mapType: 'atomic' }),
  /** ServiceAccount the pod runs as. */
  serviceAccountName: string(8),
  /** Deprecated: the same as `serviceAccountName`. */
  serviceAccount: string(9),
  /** Whether the containers get a token of the ServiceAccount. */
  automountServiceAccountToken: bool(21, { pointer: true }),
  /** Node the pod is on; set by the scheduler. */
  nodeName: string(10),
  /** Use the node's network. */
  hostNetwork: bool(11),
  /** Use the node's process ids. */
  hostPID: bool(12),
  /** Use the node's inter-process communication. */
  hostIPC: bool(13),
  /** The containers see each other's processes. */
  shareProcessNamespace: bool(27, { pointer: true }),
  /** Security settings of all containers. */
  securityContext: one(14, PodSecurityContext, { pointer: true, default: {} }),
  /** Secrets with credentials for the registries. */
  imagePullSecrets: list(15, LocalObjectReference, {
    mergeKey: 'name',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** Host name in the pod; the pod's name when empty. */
  hostname: string(16),
  /** Makes the full host name `<hostname>.<subdomain>.<namespace>.svc.<cluster domain>`. */
  subdomain: string(17),
  /** Nodes and pods this one goes to or keeps away from. */
  affinity: one(18, Affinity, { pointer: true }),
  /** Scheduler that places the pod. */
  schedulerName: string(19, { default: 'default-scheduler' }),
  /** Taints of nodes that don't keep the pod away. */
  tolerations: list(22, Toleration, { listType: 'atomic' }),
  /** Further lines of /etc/hosts. */
  hostAliases: list(23, HostAlias, { mergeKey: 'ip', patchStrategy: 'merge', listType: 'map', listKeys: ['ip'] }),
  /** PriorityClass that gives the pod its priority. */
  priorityClassName: string(24),
  /** Priority; higher goes first. Set from the class. */
  priority: int32(25, { pointer: true }),
  /** DNS settings, on top of those of `dnsPolicy`. */
  dnsConfig: one(26, PodDNSConfig, { pointer: true }),
  /** Conditions that must be true, besides ready containers, for the pod to be ready. */
  readinessGates: list(28, PodReadinessGate, { listType: 'atomic' }),
  /** RuntimeClass the containers run with. */
  runtimeClassName: string(29, { pointer: true }),
  /** Whether containers get variables of the namespace's services; true by default. */
  enableServiceLinks: bool(30, { pointer: true }),
  /** Whether pods of lower priority are removed to make room. */
  preemptionPolicy: oneOf(31, ['PreemptLowerPriority', 'Never'], { pointer: true }),
  /** What the runtime uses on top of the containers. Set from the RuntimeClass. */
  overhead: map(32, quantityType),
  /** How pods like this one are spread. */
  topologySpreadConstraints: list(33, TopologySpreadConstraint, {
    mergeKey: 'topologyKey',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['topologyKey', 'whenUnsatisfiable'],
  }),
  /** The host name is the full one. */
  setHostnameAsFQDN: bool(35, { pointer: true }),
  /** Operating system of the pod. */
  os: one(36, PodOS, { pointer: true }),
  /** Use the node's user ids; true by default. */
  hostUsers: bool(37, { pointer: true }),
  /** While there is one, the pod isn't scheduled. */
  schedulingGates: list(38, PodSchedulingGate, {
    mergeKey: 'name',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** ResourceClaims that containers can use. */
  resourceClaims: list(39, PodResourceClaim, {
    mergeKey: 'name',
    patchStrategy: 'merge,retainKeys',
    listType: 'map',
    listKeys: ['name'],
  }),
  /** Resources of the pod as a whole. */
  resources: one(40, ResourceRequirements, { pointer: true }),
  /** The host name as it stands, whatever the other fields say. */
  hostnameOverride: string(41, { pointer: true }),
  /** Group the pod is scheduled with. */
  schedulingGroup: one(43, PodSchedulingGroup, { pointer: true }),
})
export interface PodSpec extends Shape<typeof podSpec> {}
export const PodSpec: Type<PodSpec> = object('io.k8s.api.core.v1.PodSpec', podSpec)
