import { fields, int32, list, object, one, string, strings } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { LabelSelector } from '../../meta/labelSelector.ts'
import { NodeSelector, NodeSelectorTerm } from '../node/nodeSelector.ts'

const preferredSchedulingTerm = fields({
  /** How much it counts: 1 to 100. */
  weight: int32(1, { always: true }),
  /** Nodes that are preferred. */
  preference: one(2, NodeSelectorTerm, { always: true, required: true }),
})
export interface PreferredSchedulingTerm extends Shape<typeof preferredSchedulingTerm> {}
export const PreferredSchedulingTerm: Type<PreferredSchedulingTerm> = object(
  'io.k8s.api.core.v1.PreferredSchedulingTerm',
  preferredSchedulingTerm,
)

const nodeAffinity = fields({
  /** Nodes the pod can be on. */
  requiredDuringSchedulingIgnoredDuringExecution: one(1, NodeSelector, { pointer: true }),
  /** Nodes the pod should rather be on. */
  preferredDuringSchedulingIgnoredDuringExecution: list(2, PreferredSchedulingTerm, { listType: 'atomic' }),
})
export interface NodeAffinity extends Shape<typeof nodeAffinity> {}
export const NodeAffinity: Type<NodeAffinity> = object('io.k8s.api.core.v1.NodeAffinity', nodeAffinity)

const podAffinityTerm = fields({
  /** Pods that are meant; none when absent. */
  labelSelector: one(1, LabelSelector, { pointer: true }),
  /** Namespaces of the pods, by name. The pod's own when this and `namespaceSelector` are absent. */
  namespaces: strings(2, { listType: 'atomic' }),
  /** Label of nodes; nodes with the same value are one place. */
  topologyKey: string(3, { always: true }),
  /** Namespaces of the pods, by label; all of them when empty. */
  namespaceSelector: one(4, LabelSelector, { pointer: true }),
  /** Labels whose values the pods must share with this one. */
  matchLabelKeys: strings(5, { listType: 'atomic' }),
  /** Labels whose values the pods must not share with this one. */
  mismatchLabelKeys: strings(6, { listType: 'atomic' }),
})
export interface PodAffinityTerm extends Shape<typeof podAffinityTerm> {}
export const PodAffinityTerm: Type<PodAffinityTerm> = object('io.k8s.api.core.v1.PodAffinityTerm', podAffinityTerm)

const weightedPodAffinityTerm = fields({
  /** How much it counts: 1 to 100. */
  weight: int32(1, { always: true }),
  /** The pods and the place. */
  podAffinityTerm: one(2, PodAffinityTerm, { always: true, required: true }),
})
export interface WeightedPodAffinityTerm extends Shape<typeof weightedPodAffinityTerm> {}
export const WeightedPodAffinityTerm: Type<WeightedPodAffinityTerm> = object(
  'io.k8s.api.core.v1.WeightedPodAffinityTerm',
  weightedPodAffinityTerm,
)

const podAffinity = fields({
  /** Pods that must be in the same place. */
  requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm, { listType: 'atomic' }),
  /** Pods that should be in the same place. */
  preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm, { listType: 'atomic' }),
})
export interface PodAffinity extends Shape<typeof podAffinity> {}
export const PodAffinity: Type<PodAffinity> = object('io.k8s.api.core.v1.PodAffinity', podAffinity)

const podAntiAffinity = fields({
  /** Pods that must not be in the same place. */
  requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm, { listType: 'atomic' }),
  /** Pods that should not be in the same place. */
  preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm, { listType: 'atomic' }),
})
export interface PodAntiAffinity extends Shape<typeof podAntiAffinity> {}
export const PodAntiAffinity: Type<PodAntiAffinity> = object('io.k8s.api.core.v1.PodAntiAffinity', podAntiAffinity)

const affinity = fields({
  /** Nodes the pod goes to. */
  nodeAffinity: one(1, NodeAffinity, { pointer: true }),
  /** Pods this one goes to. */
  podAffinity: one(2, PodAffinity, { pointer: true }),
  /** Pods this one keeps away from. */
  podAntiAffinity: one(3, PodAntiAffinity, { pointer: true }),
})
export interface Affinity extends Shape<typeof affinity> {}
export const Affinity: Type<Affinity> = object('io.k8s.api.core.v1.Affinity', affinity)
