import { fields, list, object, one, root } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { PodSpec } from './pod/spec.ts'

const podTemplateSpec = fields({
  /** Labels and annotations of the pods. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted of the pods. */
  spec: one(2, PodSpec, { always: true }),
})
export interface PodTemplateSpec extends Shape<typeof podTemplateSpec> {}
export const PodTemplateSpec: Type<PodTemplateSpec> = object('io.k8s.api.core.v1.PodTemplateSpec', podTemplateSpec)

const podTemplate = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What pods are made from. */
  template: one(2, PodTemplateSpec, { always: true }),
})
export interface PodTemplate extends RootShape<typeof podTemplate> {}
export const PodTemplate: Type<PodTemplate> = root('io.k8s.api.core.v1.PodTemplate', podTemplate)

const podTemplateList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, PodTemplate, { always: true }),
})
export interface PodTemplateList extends RootShape<typeof podTemplateList> {}
export const PodTemplateList: Type<PodTemplateList> = root('io.k8s.api.core.v1.PodTemplateList', podTemplateList)
