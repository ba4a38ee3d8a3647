import { fields, int32, list, object, one, oneOf, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const queuingConfigurationFields = fields({
  /** Number of queues. */
  queues: int32(1, { always: true }),
  /** Queues that one flow is dealt. */
  handSize: int32(2, { always: true }),
  /** Most requests that wait in a queue. */
  queueLengthLimit: int32(3, { always: true }),
})
export interface QueuingConfiguration extends Shape<typeof queuingConfigurationFields> {}
export const QueuingConfiguration: Type<QueuingConfiguration> = object(
  'io.k8s.api.flowcontrol.v1.QueuingConfiguration',
  queuingConfigurationFields,
)

const limitResponseFields = fields({
  /** Queue or Reject. */
  type: string(1, { always: true }),
  /** How requests wait. */
  queuing: one(2, QueuingConfiguration, { pointer: true }),
})
export interface LimitResponse extends Shape<typeof limitResponseFields> {}
export const LimitResponse: Type<LimitResponse> = object('io.k8s.api.flowcontrol.v1.LimitResponse', limitResponseFields)

export const limitedPriorityLevelConfigurationFields = fields({
  /** Share of the server's seats. */
  nominalConcurrencyShares: int32(1, { pointer: true }),
  /** What becomes of requests that find no seat. */
  limitResponse: one(2, LimitResponse, { always: true }),
  /** Part of its seats that others may borrow. */
  lendablePercent: int32(3, { pointer: true }),
  /** Most it may borrow, as part of its own. */
  borrowingLimitPercent: int32(4, { pointer: true }),
})
export interface LimitedPriorityLevelConfiguration extends Shape<typeof limitedPriorityLevelConfigurationFields> {}
export const LimitedPriorityLevelConfiguration: Type<LimitedPriorityLevelConfiguration> = object(
  'io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration',
  limitedPriorityLevelConfigurationFields,
)

const exemptPriorityLevelConfigurationFields = fields({
  /** Share of the server's seats. */
  nominalConcurrencyShares: int32(1, { pointer: true }),
  /** Part of its seats that others may borrow. */
  lendablePercent: int32(2, { pointer: true }),
})
export interface ExemptPriorityLevelConfiguration extends Shape<typeof exemptPriorityLevelConfigurationFields> {}
export const ExemptPriorityLevelConfiguration: Type<ExemptPriorityLevelConfiguration> = object(
  'io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration',
  exemptPriorityLevelConfigurationFields,
)

export const priorityLevelConfigurationSpecFields = fields({
  /** Limited or Exempt. */
  type: string(1, { always: true }),
  /** How it is limited. */
  limited: one(2, LimitedPriorityLevelConfiguration, { pointer: true }),
  /** What it lends although it is not limited. */
  exempt: one(3, ExemptPriorityLevelConfiguration, { pointer: true }),
})
export interface PriorityLevelConfigurationSpec extends Shape<typeof priorityLevelConfigurationSpecFields> {}
export const PriorityLevelConfigurationSpec: Type<PriorityLevelConfigurationSpec> = object(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec',
  priorityLevelConfigurationSpecFields,
)

const priorityLevelConfigurationConditionFields = fields({
  /** Which aspect the condition speaks of. */
  type: string(1),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown']),
  /** When `status` last changed. */
  lastTransitionTime: time(3),
  /** Why, as one word. */
  reason: string(4),
  /** Why, for people. */
  message: string(5),
})
export interface PriorityLevelConfigurationCondition extends Shape<typeof priorityLevelConfigurationConditionFields> {}
export const PriorityLevelConfigurationCondition: Type<PriorityLevelConfigurationCondition> = object(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition',
  priorityLevelConfigurationConditionFields,
)

const priorityLevelConfigurationStatusFields = fields({
  /** State of the level. */
  conditions: list(1, PriorityLevelConfigurationCondition, {
    patchStrategy: 'merge',
    mergeKey: 'type',
    listType: 'map',
    listKeys: ['type'],
  }),
})
export interface PriorityLevelConfigurationStatus extends Shape<typeof priorityLevelConfigurationStatusFields> {}
export const PriorityLevelConfigurationStatus: Type<PriorityLevelConfigurationStatus> = object(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus',
  priorityLevelConfigurationStatusFields,
)

export const priorityLevelConfigurationFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** How many requests are carried out at a time. */
  spec: one(2, PriorityLevelConfigurationSpec, { always: true }),
  /** What was seen last. */
  status: one(3, PriorityLevelConfigurationStatus, { always: true }),
})
export interface PriorityLevelConfiguration extends RootShape<typeof priorityLevelConfigurationFields> {}
export const PriorityLevelConfiguration: Type<PriorityLevelConfiguration> = root(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
  priorityLevelConfigurationFields,
)

const priorityLevelConfigurationListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, PriorityLevelConfiguration, { always: true }),
})
export interface PriorityLevelConfigurationList extends RootShape<typeof priorityLevelConfigurationListFields> {}
export const PriorityLevelConfigurationList: Type<PriorityLevelConfigurationList> = root(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationList',
  priorityLevelConfigurationListFields,
)
