import { fields, object, string } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'

const matchConditionFields = fields({
  /** Name of the condition, for messages. */
  name: string(1, { always: true }),
  /** Expression in CEL that is true for writes that are meant. */
  expression: string(2, { always: true }),
})
export interface MatchCondition extends Shape<typeof matchConditionFields> {}
export const MatchCondition: Type<MatchCondition> = object(
  'io.k8s.api.admissionregistration.v1.MatchCondition',
  matchConditionFields,
)
