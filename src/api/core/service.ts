import {
  bool,
  fields,
  int32,
  intOrString,
  list,
  object,
  one,
  oneOf,
  root,
  string,
  stringMap,
  strings,
} from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { Condition } from '../meta/condition.ts'
import { labelName } from '../meta/names.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { statusView } from '../views.ts'
import { serviceChanges } from './service/changes.ts'
import { serviceColumns } from './service/columns.ts'
import { serviceDefaults } from './service/defaults.ts'
import { serviceRules, serviceStatusRules } from './service/rules.ts'

const servicePort = fields({
  /** Tells the ports of a service apart; needed when there are several. A DNS label. */
  name: string(1),
  /** Transport protocol. */
  protocol: oneOf(2, ['TCP', 'UDP', 'SCTP'], { default: 'TCP' }),
  /** Application protocol, as a hint to implementations. */
  appProtocol: string(6, { pointer: true }),
  /** Port the service is reached at. */
  port: int32(3, { always: true }),
  /** Number or name of the port on the pods; the same as `port` when absent. */
  targetPort: intOrString(4),
  /** Port on every node, for types NodePort and LoadBalancer; chosen by the server when 0. */
  nodePort: int32(5),
})
export interface ServicePort extends Shape<typeof servicePort> {}
export const ServicePort: Type<ServicePort> = object('io.k8s.api.core.v1.ServicePort', servicePort)

const clientIPConfig = fields({
  /** Seconds a client stays with the same pod after its last request; up to a day. */
  timeoutSeconds: int32(1, { pointer: true }),
})
export interface ClientIPConfig extends Shape<typeof clientIPConfig> {}
export const ClientIPConfig: Type<ClientIPConfig> = object('io.k8s.api.core.v1.ClientIPConfig', clientIPConfig)

const sessionAffinityConfig = fields({
  /** Settings of affinity by client address. */
  clientIP: one(1, ClientIPConfig, { pointer: true }),
})
export interface SessionAffinityConfig extends Shape<typeof sessionAffinityConfig> {}
export const SessionAffinityConfig: Type<SessionAffinityConfig> = object(
  'io.k8s.api.core.v1.SessionAffinityConfig',
  sessionAffinityConfig,
)

const serviceSpec = fields({
  /** Ports of the service. */
  ports: list(1, ServicePort, {
    mergeKey: 'port',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['port', 'protocol'],
  }),
  /** Labels of the pods that traffic goes to. Without it endpoints are somebody else's to write. */
  selector: stringMap(2, { mapType: 'atomic' }),
  /** Address inside the cluster; chosen by the server when empty, `None` for a headless service. */
  clusterIP: string(3),
  /** All addresses inside the cluster, one for each family; the first is `clusterIP`. */
  clusterIPs: strings(18, { listType: 'atomic' }),
  /** How the service is exposed. */
  type: oneOf(4, ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'], { default: 'ClusterIP' }),
  /** Further addresses whose traffic nodes accept for this service. */
  externalIPs: strings(5, { listType: 'atomic' }),
  /** Whether a client is sent to the same pod each time. */
  sessionAffinity: oneOf(7, ['ClientIP', 'None'], { default: 'None' }),
  /** Deprecated: address wanted from the load balancer. */
  loadBalancerIP: string(8),
  /** Networks the load balancer accepts traffic from. */
  loadBalancerSourceRanges: strings(9, { listType: 'atomic' }),
  /** Name that DNS answers with as an alias, for type ExternalName. */
  externalName: string(10),
  /** Local keeps external traffic on the node it came to, and its source address. */
  externalTrafficPolicy: oneOf(11, ['Cluster', 'Local']),
  /** Port where a load balancer asks whether a node has pods of the service, for policy Local. */
  healthCheckNodePort: int32(12),
  /** Send traffic to pods that are not ready, too. */
  publishNotReadyAddresses: bool(13),
  /** Settings of session affinity. */
  sessionAffinityConfig: one(14, SessionAffinityConfig, { pointer: true }),
  /** Address families of the service, the first for `clusterIP`. */
  ipFamilies: strings(19, { listType: 'atomic' }),
  /** Whether one or two families are wanted or needed. */
  ipFamilyPolicy: oneOf(17, ['SingleStack', 'PreferDualStack', 'RequireDualStack'], { pointer: true }),
  /** Whether a load balancer needs node ports. */
  allocateLoadBalancerNodePorts: bool(20, { pointer: true }),
  /** Which load balancer takes care of the service; the default one when absent. */
  loadBalancerClass: string(21, { pointer: true }),
  /** Local keeps cluster traffic on the node it came from. */
  internalTrafficPolicy: oneOf(22, ['Cluster', 'Local'], { pointer: true }),
  /** Which pods are preferred, such as those that are close to the client. */
  trafficDistribution: string(23, { pointer: true }),
})
export interface ServiceSpec extends Shape<typeof serviceSpec> {}
export const ServiceSpec: Type<ServiceSpec> = object('io.k8s.api.core.v1.ServiceSpec', serviceSpec)

const portStatus = fields({
  /** Port of the service. */
  port: int32(1, { always: true }),
  /** Its protocol. */
  protocol: oneOf(2, ['TCP', 'UDP', 'SCTP'], { always: true }),
  /** Why the load balancer does not serve it. */
  error: string(3, { pointer: true }),
})
export interface PortStatus extends Shape<typeof portStatus> {}
export const PortStatus: Type<PortStatus> = object('io.k8s.api.core.v1.PortStatus', portStatus)

const loadBalancerIngress = fields({
  /** Address of the load balancer. */
  ip: string(1),
  /** Name of the load balancer. */
  hostname: string(2),
  /** Whether packets arrive with the load balancer's address (VIP) or the node's (Proxy). */
  ipMode: string(3, { pointer: true }),
  /** State of each port. */
  ports: list(4, PortStatus, { listType: 'atomic' }),
})
export interface LoadBalancerIngress extends Shape<typeof loadBalancerIngress> {}
export const LoadBalancerIngress: Type<LoadBalancerIngress> = object(
  'io.k8s.api.core.v1.LoadBalancerIngress',
  loadBalancerIngress,
)

const loadBalancerStatus = fields({
  /** Where traffic for the service goes in. */
  ingress: list(1, LoadBalancerIngress, { listType: 'atomic' }),
})
export interface LoadBalancerStatus extends Shape<typeof loadBalancerStatus> {}
export const LoadBalancerStatus: Type<LoadBalancerStatus> = object(
  'io.k8s.api.core.v1.LoadBalancerStatus',
  loadBalancerStatus,
)

const serviceStatus = fields({
  /** State of the load balancer. */
  loadBalancer: one(1, LoadBalancerStatus, { always: true }),
  /** State of the service. */
  conditions: list(2, Condition, { mergeKey: 'type', patchStrategy: 'merge', listType: 'map', listKeys: ['type'] }),
})
export interface ServiceStatus extends Shape<typeof serviceStatus> {}
export const ServiceStatus: Type<ServiceStatus> = object('io.k8s.api.core.v1.ServiceStatus', serviceStatus)

const service = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, ServiceSpec, { always: true }),
  /** What was seen last. */
  status: one(3, ServiceStatus, { always: true }),
})
export interface Service extends RootShape<typeof service> {}
export const Service: Type<Service> = root('io.k8s.api.core.v1.Service', service)

const serviceList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Service, { always: true }),
})
export interface ServiceList extends RootShape<typeof serviceList> {}
export const ServiceList: Type<ServiceList> = root('io.k8s.api.core.v1.ServiceList', serviceList)

const serviceProxyOptions = fields({
  /** Path below the service that the request goes to. */
  path: string(1),
})
export interface ServiceProxyOptions extends RootShape<typeof serviceProxyOptions> {}
export const ServiceProxyOptions: Type<ServiceProxyOptions> = root(
  'io.k8s.api.core.v1.ServiceProxyOptions',
  serviceProxyOptions,
)

/** A stable name and address for a set of pods. */
export const services = resource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  returnsDeleted: true,
  short: ['svc'],
  in: ['all'],
  namespaced: true,
  type: Service,
  name: labelName,
  defaults: serviceDefaults,
  rules: serviceRules,
  changes: serviceChanges,
  columns: serviceColumns,
  select: { 'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '', 'spec.type': ({ spec }) => spec.type ?? '' },
  generation: false,
  createOnUpdate: true,
  storagePrefix: 'services/specs',
  subresources: {
    status: statusView<Service>({ rules: serviceStatusRules }),
    proxy: {
      form: 'action',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      kind: 'ServiceProxyOptions',
      type: ServiceProxyOptions,
    },
  },
})
