import { fields, list, object, string, strings } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import type { Pod } from '../pod/pod.ts'
import type { Node } from './node.ts'

const nodeSelectorRequirement = fields({
  /** Label or field the requirement is about. */
  key: string(1, { always: true }),
  /** How its value relates to `values`. */
  operator: string(2, { always: true }),
  /** Values to compare with: some for In and NotIn, none for Exists and DoesNotExist, one number for Gt and Lt. */
  values: strings(3, { listType: 'atomic' }),
})
export interface NodeSelectorRequirement extends Shape<typeof nodeSelectorRequirement> {}
export const NodeSelectorRequirement: Type<NodeSelectorRequirement> = object(
  'io.k8s.api.core.v1.NodeSelectorRequirement',
  nodeSelectorRequirement,
)

const nodeSelectorTerm = fields({
  /** Requirements on labels; all must hold. */
  matchExpressions: list(1, NodeSelectorRequirement, { listType: 'atomic' }),
  /** Requirements on fields; all must hold. Only `metadata.name`. */
  matchFields: list(2, NodeSelectorRequirement, { listType: 'atomic' }),
})
export interface NodeSelectorTerm extends Shape<typeof nodeSelectorTerm> {}
export const NodeSelectorTerm: Type<NodeSelectorTerm> = object(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  nodeSelectorTerm,
  { atomic: true },
)

const nodeSelector = fields({
  /** Terms, of which one must hold. */
  nodeSelectorTerms: list(1, NodeSelectorTerm, { always: true, listType: 'atomic' }),
})
export interface NodeSelector extends Shape<typeof nodeSelector> {}
export const NodeSelector: Type<NodeSelector> = object('io.k8s.api.core.v1.NodeSelector', nodeSelector, {
  atomic: true,
})

const whole = /^[+-]?[0-9]+$/

function requirementMatches({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
    case 'Lt': {
      const bound = values[0]
      if (value === undefined || bound === undefined || !whole.test(value) || !whole.test(bound)) return false
      return operator === 'Gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound)
    }
    default:
      return false
  }
}

/** Of fields only the name is known, and only In and NotIn one value. */
function fieldMatches({ key, operator, values = [] }: NodeSelectorRequirement, node: Node): boolean {
  const [wanted, ...more] = values
  if (wanted === undefined || more.length > 0) return false
  const value = key === 'metadata.name' ? (node.metadata.name ?? '') : ''
  return operator === 'In' ? value === wanted : operator === 'NotIn' && value !== wanted
}

/** Whether a node meets all requirements of a term. An empty term matches no node. */
export function nodeSelectorTermMatches(term: NodeSelectorTerm, node: Node): boolean {
  const { matchExpressions = [], matchFields = [] } = term
  if (matchExpressions.length === 0 && matchFields.length === 0) return false
  const labels = node.metadata.labels ?? {}
  return (
    matchExpressions.every(one =>
      requirementMatches(one, Object.hasOwn(labels, one.key) ? labels[one.key] : undefined),
    ) && matchFields.every(one => fieldMatches(one, node))
  )
}

/** Whether a node meets one of the terms. Upstream's MatchNodeSelectorTerms. */
export const matchNodeSelectorTerms = (selector: NodeSelector, node: Node): boolean =>
  selector.nodeSelectorTerms.some(term => nodeSelectorTermMatches(term, node))

/** Whether a pod may be on a node by its `nodeSelector` and required node affinity. */
export function nodeMatchesPod({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {}))
    if (!Object.hasOwn(labels, key) || labels[key] !== value) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || matchNodeSelectorTerms(required, node)
}
