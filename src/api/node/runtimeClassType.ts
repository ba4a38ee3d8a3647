import { fields, list, map, object, one, root, string, stringMap } from '../../schema/fields.ts'
import { quantity as quantityType } from '../../schema/scalars/quantity.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { Toleration } from '../core/pod/placement.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const overheadFields = fields({
  /** What each pod takes beside its containers. */
  podFixed: map(1, quantityType),
})
export interface Overhead extends Shape<typeof overheadFields> {}
export const Overhead: Type<Overhead> = object('io.k8s.api.node.v1.Overhead', overheadFields)

const schedulingFields = fields({
  /** Labels of the nodes that have the runtime. */
  nodeSelector: stringMap(1, { mapType: 'atomic' }),
  /** Added to the tolerations of the pods. */
  tolerations: list(2, Toleration, { listType: 'atomic' }),
})
export interface Scheduling extends Shape<typeof schedulingFields> {}
export const Scheduling: Type<Scheduling> = object('io.k8s.api.node.v1.Scheduling', schedulingFields)

export const runtimeClassFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Name of the runtime's configuration on the nodes. Never changes. */
  handler: string(2, { always: true }),
  /** What pods of the class take beside their containers. */
  overhead: one(3, Overhead, { pointer: true }),
  /** Where pods of the class can run. */
  scheduling: one(4, Scheduling, { pointer: true }),
})
export interface RuntimeClass extends RootShape<typeof runtimeClassFields> {}
export const RuntimeClass: Type<RuntimeClass> = root('io.k8s.api.node.v1.RuntimeClass', runtimeClassFields)

const runtimeClassListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, RuntimeClass, { always: true }),
})
export interface RuntimeClassList extends RootShape<typeof runtimeClassListFields> {}
export const RuntimeClassList: Type<RuntimeClassList> = root(
  'io.k8s.api.node.v1.RuntimeClassList',
  runtimeClassListFields,
)
