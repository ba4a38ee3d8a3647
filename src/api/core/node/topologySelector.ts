import { fields, list, object, string, strings } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'

const topologySelectorLabelRequirementFields = fields({
  /** Label of the node. */
  key: string(1, { always: true }),
  /** Values that will do. */
  values: strings(2, { always: true, listType: 'atomic' }),
})
export interface TopologySelectorLabelRequirement extends Shape<typeof topologySelectorLabelRequirementFields> {}
export const TopologySelectorLabelRequirement: Type<TopologySelectorLabelRequirement> = object(
  'io.k8s.api.core.v1.TopologySelectorLabelRequirement',
  topologySelectorLabelRequirementFields,
)

const topologySelectorTermFields = fields({
  /** Conditions, all of which must hold. */
  matchLabelExpressions: list(1, TopologySelectorLabelRequirement, { listType: 'atomic' }),
})
export interface TopologySelectorTerm extends Shape<typeof topologySelectorTermFields> {}
export const TopologySelectorTerm: Type<TopologySelectorTerm> = object(
  'io.k8s.api.core.v1.TopologySelectorTerm',
  topologySelectorTermFields,
  { atomic: true },
)
