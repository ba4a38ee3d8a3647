import { fields, one, root } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { ObjectReference } from './references.ts'

const binding = fields({
  /** Name and namespace of the pod. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Node the pod goes to. */
  target: one(2, ObjectReference, { always: true }),
})
export interface Binding extends RootShape<typeof binding> {}
export const Binding: Type<Binding> = root('io.k8s.api.core.v1.Binding', binding)
