import { fields, list, object, oneOf, string, strings } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'

const nodeSelectorRequirement = fields({
  /** Label or field the requirement is about. */
  key: string(1, { always: true }),
  /** How its value relates to `values`. */
  operator: oneOf(2, ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'], { always: true }),
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
