import { fields, int64, object, oneOf, string, time } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'

const condition = fields({
  /** Which aspect the condition speaks of. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown'], { always: true }),
  /** Generation of the object the condition was set for. */
  observedGeneration: int64(3),
  /** When `status` last changed. */
  lastTransitionTime: time(4, { always: true, required: true }),
  /** Why, as one word. */
  reason: string(5, { always: true }),
  /** Why, for people. May be empty. */
  message: string(6, { always: true }),
})
export interface Condition extends Shape<typeof condition> {}
export const Condition: Type<Condition> = object('io.k8s.apimachinery.pkg.apis.meta.v1.Condition', condition)
