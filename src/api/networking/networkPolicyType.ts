import { fields, int32, intOrString, list, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const ipBlockFields = fields({
  /** Range of addresses. */
  cidr: string(1, { always: true }),
  /** Parts of the range that are left out. */
  except: strings(2, { listType: 'atomic' }),
})
export interface IPBlock extends Shape<typeof ipBlockFields> {}
export const IPBlock: Type<IPBlock> = object('io.k8s.api.networking.v1.IPBlock', ipBlockFields)

const networkPolicyPeerFields = fields({
  /** Pods, by their labels. */
  podSelector: one(1, LabelSelector, { pointer: true }),
  /** Namespaces of the pods, by their labels; the policy's own when absent. */
  namespaceSelector: one(2, LabelSelector, { pointer: true }),
  /** Addresses; instead of pods. */
  ipBlock: one(3, IPBlock, { pointer: true }),
})
export interface NetworkPolicyPeer extends Shape<typeof networkPolicyPeerFields> {}
export const NetworkPolicyPeer: Type<NetworkPolicyPeer> = object(
  'io.k8s.api.networking.v1.NetworkPolicyPeer',
  networkPolicyPeerFields,
)

const networkPolicyPortFields = fields({
  /** TCP, UDP or SCTP. */
  protocol: string(1, { pointer: true }),
  /** Port by number or name; every port when absent. */
  port: intOrString(2, { pointer: true }),
  /** Last port of a range that begins with `port`. */
  endPort: int32(3, { pointer: true }),
})
export interface NetworkPolicyPort extends Shape<typeof networkPolicyPortFields> {}
export const NetworkPolicyPort: Type<NetworkPolicyPort> = object(
  'io.k8s.api.networking.v1.NetworkPolicyPort',
  networkPolicyPortFields,
)

const networkPolicyIngressRuleFields = fields({
  /** Ports that may be reached; all when empty. */
  ports: list(1, NetworkPolicyPort, { listType: 'atomic' }),
  /** Who may reach them; everybody when empty. */
  from: list(2, NetworkPolicyPeer, { listType: 'atomic' }),
})
export interface NetworkPolicyIngressRule extends Shape<typeof networkPolicyIngressRuleFields> {}
export const NetworkPolicyIngressRule: Type<NetworkPolicyIngressRule> = object(
  'io.k8s.api.networking.v1.NetworkPolicyIngressRule',
  networkPolicyIngressRuleFields,
)

const networkPolicyEgressRuleFields = fields({
  /** Ports that may be reached; all when empty. */
  ports: list(1, NetworkPolicyPort, { listType: 'atomic' }),
  /** Who may be reached; everybody when empty. */
  to: list(2, NetworkPolicyPeer, { listType: 'atomic' }),
})
export interface NetworkPolicyEgressRule extends Shape<typeof networkPolicyEgressRuleFields> {}
export const NetworkPolicyEgressRule: Type<NetworkPolicyEgressRule> = object(
  'io.k8s.api.networking.v1.NetworkPolicyEgressRule',
  networkPolicyEgressRuleFields,
)

const networkPolicySpecFields = fields({
  /** Pods the policy is about. */
  podSelector: one(1, LabelSelector, { always: true }),
  /** What may come in. */
  ingress: list(2, NetworkPolicyIngressRule, { listType: 'atomic' }),
  /** What may go out. */
  egress: list(3, NetworkPolicyEgressRule, { listType: 'atomic' }),
  /** Which directions are restricted: Ingress, Egress or both. */
  policyTypes: strings(4, { listType: 'atomic' }),
})
export interface NetworkPolicySpec extends Shape<typeof networkPolicySpecFields> {}
export const NetworkPolicySpec: Type<NetworkPolicySpec> = object(
  'io.k8s.api.networking.v1.NetworkPolicySpec',
  networkPolicySpecFields,
)

const networkPolicyFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is allowed. */
  spec: one(2, NetworkPolicySpec, { always: true }),
})
export interface NetworkPolicy extends RootShape<typeof networkPolicyFields> {}
export const NetworkPolicy: Type<NetworkPolicy> = root('io.k8s.api.networking.v1.NetworkPolicy', networkPolicyFields)
export const ExtensionsNetworkPolicy: Type<NetworkPolicy> = root(
  'io.k8s.api.extensions.v1beta1.NetworkPolicy',
  networkPolicyFields,
)

const networkPolicyListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, NetworkPolicy, { always: true }),
})
export interface NetworkPolicyList extends RootShape<typeof networkPolicyListFields> {}
export const NetworkPolicyList: Type<NetworkPolicyList> = root(
  'io.k8s.api.networking.v1.NetworkPolicyList',
  networkPolicyListFields,
)
