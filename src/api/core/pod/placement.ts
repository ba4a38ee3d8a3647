import { fields, int32, int64, object, one, oneOf, string, strings } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { LabelSelector } from '../../meta/labelSelector.ts'

const toleration = fields({
  /** Taint that is tolerated; any when empty, with Exists. */
  key: string(1),
  /** How the taint's value relates to `value`; Equal when empty. */
  operator: oneOf(2, ['Exists', 'Equal', 'Lt', 'Gt']),
  /** Value of the taint. */
  value: string(3),
  /** Effect of the taint; any when empty. */
  effect: oneOf(4, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  /** Seconds a NoExecute taint is tolerated for; for ever when absent. */
  tolerationSeconds: int64(5, { pointer: true }),
})
export interface Toleration extends Shape<typeof toleration> {}
export const Toleration: Type<Toleration> = object('io.k8s.api.core.v1.Toleration', toleration)

const topologySpreadConstraint = fields({
  /** By how many pods places may differ. */
  maxSkew: int32(1, { always: true }),
  /** Label of nodes; nodes with the same value are one place. */
  topologyKey: string(2, { always: true }),
  /** Whether the pod waits or goes anywhere when no place will do. */
  whenUnsatisfiable: oneOf(3, ['DoNotSchedule', 'ScheduleAnyway'], { always: true }),
  /** Pods that are counted. */
  labelSelector: one(4, LabelSelector, { pointer: true }),
  /** The fewest places there must be; below, the least count is taken as 0. */
  minDomains: int32(5, { pointer: true }),
  /** Whether nodes outside the pod's node affinity count as places. */
  nodeAffinityPolicy: oneOf(6, ['Ignore', 'Honor'], { pointer: true }),
  /** Whether nodes with untolerated taints count as places. */
  nodeTaintsPolicy: oneOf(7, ['Ignore', 'Honor'], { pointer: true }),
  /** Labels whose values counted pods must share with this one. */
  matchLabelKeys: strings(8, { listType: 'atomic' }),
})
export interface TopologySpreadConstraint extends Shape<typeof topologySpreadConstraint> {}
export const TopologySpreadConstraint: Type<TopologySpreadConstraint> = object(
  'io.k8s.api.core.v1.TopologySpreadConstraint',
  topologySpreadConstraint,
)

const podSchedulingGate = fields({
  /** Name of the gate. */
  name: string(1, { always: true }),
})
export interface PodSchedulingGate extends Shape<typeof podSchedulingGate> {}
export const PodSchedulingGate: Type<PodSchedulingGate> = object(
  'io.k8s.api.core.v1.PodSchedulingGate',
  podSchedulingGate,
)

const podResourceClaim = fields({
  /** Name of the claim within the pod. */
  name: string(1, { always: true }),
  /** Name of a ResourceClaim. */
  resourceClaimName: string(3, { pointer: true }),
  /** Name of a template a claim is made from. */
  resourceClaimTemplateName: string(4, { pointer: true }),
})
export interface PodResourceClaim extends Shape<typeof podResourceClaim> {}
export const PodResourceClaim: Type<PodResourceClaim> = object('io.k8s.api.core.v1.PodResourceClaim', podResourceClaim)

const podSchedulingGroup = fields({
  /** Name of the PodGroup the pod is scheduled with. */
  podGroupName: string(1, { pointer: true }),
})
export interface PodSchedulingGroup extends Shape<typeof podSchedulingGroup> {}
export const PodSchedulingGroup: Type<PodSchedulingGroup> = object(
  'io.k8s.api.core.v1.PodSchedulingGroup',
  podSchedulingGroup,
)
