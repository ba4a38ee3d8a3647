import { bytes, fields, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'

const rangeAllocation = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** The range: `30000-32767`. */
  range: string(2, { always: true }),
  /** A bit for each value that is taken, as one number: the first value is its lowest bit. */
  data: bytes(3, { always: true }),
})
/** What of a range is taken. Never served: API servers keep it in the store among themselves. */
export interface RangeAllocation extends RootShape<typeof rangeAllocation> {}
export const RangeAllocation: Type<RangeAllocation> = root('io.k8s.api.core.v1.RangeAllocation', rangeAllocation)
