import { fields, list, one, root } from '../../../schema/fields.ts'
import type { RootShape, Type } from '../../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../../meta/objectMeta.ts'
import { PodSpec } from './spec.ts'
import { PodStatus } from './status.ts'

const pod = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, PodSpec, { always: true }),
  /** What was seen last. */
  status: one(3, PodStatus, { always: true }),
})
export interface Pod extends RootShape<typeof pod> {}
export const Pod: Type<Pod> = root('io.k8s.api.core.v1.Pod', pod)

const podList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Pod, { always: true }),
})
export interface PodList extends RootShape<typeof podList> {}
export const PodList: Type<PodList> = root('io.k8s.api.core.v1.PodList', podList)

const podStatusResult = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What was seen last. */
  status: one(2, PodStatus, { always: true }),
})
export interface PodStatusResult extends RootShape<typeof podStatusResult> {}
export const PodStatusResult: Type<PodStatusResult> = root('io.k8s.api.core.v1.PodStatusResult', podStatusResult)
export type * from './affinity.ts'
export type * from './container.ts'
export type * from './containerStatus.ts'
export type * from './env.ts'
export type * from './placement.ts'
export type * from './probe.ts'
export type * from './security.ts'
export type * from './spec.ts'
export type * from './status.ts'
export type * from './volume.ts'
export type * from './volumeFiles.ts'
