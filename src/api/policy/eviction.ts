import { fields, one, root } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { DeleteOptions } from '../meta/options.ts'

const eviction = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** How the pod is deleted. */
  deleteOptions: one(2, DeleteOptions, { pointer: true }),
})
export interface Eviction extends RootShape<typeof eviction> {}
export const Eviction: Type<Eviction> = root('io.k8s.api.policy.v1.Eviction', eviction)
