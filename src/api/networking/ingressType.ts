import { fields, int32, list, object, one, oneOf, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { TypedLocalObjectReference } from '../core/references.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const serviceBackendPortFields = fields({
  /** Name of the service's port; instead of a number. */
  name: string(1),
  /** Number of the service's port; instead of a name. */
  number: int32(2),
})
export interface ServiceBackendPort extends Shape<typeof serviceBackendPortFields> {}
export const ServiceBackendPort: Type<ServiceBackendPort> = object(
  'io.k8s.api.networking.v1.ServiceBackendPort',
  serviceBackendPortFields,
  { atomic: true },
)

const ingressServiceBackendFields = fields({
  /** Service in the same namespace. */
  name: string(1, { always: true }),
  /** Port of the service. */
  port: one(2, ServiceBackendPort, { always: true }),
})
export interface IngressServiceBackend extends Shape<typeof ingressServiceBackendFields> {}
export const IngressServiceBackend: Type<IngressServiceBackend> = object(
  'io.k8s.api.networking.v1.IngressServiceBackend',
  ingressServiceBackendFields,
)

const ingressBackendFields = fields({
  /** Service that answers. */
  service: one(4, IngressServiceBackend, { pointer: true }),
  /** Object of another kind that answers; instead of a service. */
  resource: one(3, TypedLocalObjectReference, { pointer: true }),
})
export interface IngressBackend extends Shape<typeof ingressBackendFields> {}
export const IngressBackend: Type<IngressBackend> = object(
  'io.k8s.api.networking.v1.IngressBackend',
  ingressBackendFields,
)

export const httpIngressPathFields = fields({
  /** Path of requests, which begins with a slash. */
  path: string(1),
  /** How the path is compared: Exact, Prefix or ImplementationSpecific. */
  pathType: string(3, { pointer: true }),
  /** Where such requests go. */
  backend: one(2, IngressBackend, { always: true }),
})
export interface HTTPIngressPath extends Shape<typeof httpIngressPathFields> {}
export const HTTPIngressPath: Type<HTTPIngressPath> = object(
  'io.k8s.api.networking.v1.HTTPIngressPath',
  httpIngressPathFields,
)

const httpIngressRuleValueFields = fields({
  /** Paths and where they lead. */
  paths: list(1, HTTPIngressPath, { always: true, listType: 'atomic' }),
})
export interface HTTPIngressRuleValue extends Shape<typeof httpIngressRuleValueFields> {}
export const HTTPIngressRuleValue: Type<HTTPIngressRuleValue> = object(
  'io.k8s.api.networking.v1.HTTPIngressRuleValue',
  httpIngressRuleValueFields,
)

const ingressRuleValueFields = fields({
  /** Rules for HTTP. */
  http: one(1, HTTPIngressRuleValue, { pointer: true }),
})
export interface IngressRuleValue extends Shape<typeof ingressRuleValueFields> {}
export const IngressRuleValue: Type<IngressRuleValue> = object(
  'io.k8s.api.networking.v1.IngressRuleValue',
  ingressRuleValueFields,
)

export const ingressRuleFields = fields({
  /** Host name of requests; may begin with `*.`. All hosts when empty. */
  host: string(1),
})
export interface IngressRule extends Shape<typeof ingressRuleFields>, IngressRuleValue {}
export const IngressRule: Type<IngressRule> = object('io.k8s.api.networking.v1.IngressRule', {
  ...ingressRuleFields,
  ingressRuleValue: one(2, IngressRuleValue, { always: true, inline: true }),
})

const ingressTLSFields = fields({
  /** Host names the certificate is for. */
  hosts: strings(1, { listType: 'atomic' }),
  /** Secret with the certificate and its key. */
  secretName: string(2),
})
export interface IngressTLS extends Shape<typeof ingressTLSFields> {}
export const IngressTLS: Type<IngressTLS> = object('io.k8s.api.networking.v1.IngressTLS', ingressTLSFields)

export const ingressSpecFields = fields({
  /** Class of the controller that is to carry this out. */
  ingressClassName: string(4, { pointer: true }),
  /** Where requests go that no rule is for. */
  defaultBackend: one(1, IngressBackend, { pointer: true }),
  /** Certificates for hosts. */
  tls: list(2, IngressTLS, { listType: 'atomic' }),
  /** Rules for hosts. */
  rules: list(3, IngressRule, { listType: 'atomic' }),
})
export interface IngressSpec extends Shape<typeof ingressSpecFields> {}
export const IngressSpec: Type<IngressSpec> = object('io.k8s.api.networking.v1.IngressSpec', ingressSpecFields)

const ingressPortStatusFields = fields({
  /** Number of the port. */
  port: int32(1, { always: true }),
  /** Transport protocol. */
  protocol: oneOf(2, ['TCP', 'UDP', 'SCTP'], { always: true }),
  /** What went wrong with the port. */
  error: string(3, { pointer: true }),
})
export interface IngressPortStatus extends Shape<typeof ingressPortStatusFields> {}
export const IngressPortStatus: Type<IngressPortStatus> = object(
  'io.k8s.api.networking.v1.IngressPortStatus',
  ingressPortStatusFields,
)

const ingressLoadBalancerIngressFields = fields({
  /** Address of the load balancer. */
  ip: string(1),
  /** Host name of the load balancer. */
  hostname: string(2),
  /** Its ports. */
  ports: list(4, IngressPortStatus, { listType: 'atomic' }),
})
export interface IngressLoadBalancerIngress extends Shape<typeof ingressLoadBalancerIngressFields> {}
export const IngressLoadBalancerIngress: Type<IngressLoadBalancerIngress> = object(
  'io.k8s.api.networking.v1.IngressLoadBalancerIngress',
  ingressLoadBalancerIngressFields,
)

const ingressLoadBalancerStatusFields = fields({
  /** Where the load balancer is reached. */
  ingress: list(1, IngressLoadBalancerIngress, { listType: 'atomic' }),
})
export interface IngressLoadBalancerStatus extends Shape<typeof ingressLoadBalancerStatusFields> {}
export const IngressLoadBalancerStatus: Type<IngressLoadBalancerStatus> = object(
  'io.k8s.api.networking.v1.IngressLoadBalancerStatus',
  ingressLoadBalancerStatusFields,
)

const ingressStatusFields = fields({
  /** State of the load balancer. */
  loadBalancer: one(1, IngressLoadBalancerStatus, { always: true }),
})
export interface IngressStatus extends Shape<typeof ingressStatusFields> {}
export const IngressStatus: Type<IngressStatus> = object('io.k8s.api.networking.v1.IngressStatus', ingressStatusFields)

export const ingressFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, IngressSpec, { always: true }),
  /** What was seen last. */
  status: one(3, IngressStatus, { always: true }),
})
export interface Ingress extends RootShape<typeof ingressFields> {}
export const Ingress: Type<Ingress> = root('io.k8s.api.networking.v1.Ingress', ingressFields)

const ingressListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Ingress, { always: true }),
})
export interface IngressList extends RootShape<typeof ingressListFields> {}
export const IngressList: Type<IngressList> = root('io.k8s.api.networking.v1.IngressList', ingressListFields)
