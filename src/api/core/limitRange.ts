import { fields, list, map, object, one, root, string } from '../../schema/fields.ts'
import { quantity } from '../../schema/scalars/quantity.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { limitRangeRules } from './limitRangeRules.ts'

const limitRangeItem = fields({
  /** What is limited: Pod, Container or PersistentVolumeClaim. */
  type: string(1, { always: true }),
  /** The most of each resource. */
  max: map(2, quantity),
  /** The least of each resource. */
  min: map(3, quantity),
  /** Limits of what says nothing about them. */
  default: map(4, quantity),
  /** Requests of what says nothing about them. */
  defaultRequest: map(5, quantity),
  /** By how much a limit may exceed its request. */
  maxLimitRequestRatio: map(6, quantity),
})
export interface LimitRangeItem extends Shape<typeof limitRangeItem> {}
export const LimitRangeItem: Type<LimitRangeItem> = object('io.k8s.api.core.v1.LimitRangeItem', limitRangeItem)

const limitRangeSpec = fields({
  /** One entry for each type. */
  limits: list(1, LimitRangeItem, { always: true, listType: 'atomic' }),
})
export interface LimitRangeSpec extends Shape<typeof limitRangeSpec> {}
export const LimitRangeSpec: Type<LimitRangeSpec> = object('io.k8s.api.core.v1.LimitRangeSpec', limitRangeSpec)

const limitRange = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** The limits. */
  spec: one(2, LimitRangeSpec, { always: true }),
})
export interface LimitRange extends RootShape<typeof limitRange> {}
export const LimitRange: Type<LimitRange> = root('io.k8s.api.core.v1.LimitRange', limitRange)

const limitRangeList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, LimitRange, { always: true }),
})
export interface LimitRangeList extends RootShape<typeof limitRangeList> {}
export const LimitRangeList: Type<LimitRangeList> = root('io.k8s.api.core.v1.LimitRangeList', limitRangeList)

/** Limits of containers fill each other in: a default from the most, a default request from the default or the least. */
function defaults({ spec }: LimitRange): void {
  for (const item of spec.limits) {
    if (item.type !== 'Container') continue
    item.default = { ...item.max, ...item.default }
    item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest }
  }
}

/** Least, most and usual amounts of resources for the pods, containers and claims of a namespace. */
export const limitRanges = resource<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  short: ['limits'],
  namespaced: true,
  type: LimitRange,
  defaults,
  rules: limitRangeRules,
})
