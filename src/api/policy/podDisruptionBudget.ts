import { equal } from '../../schema/derive/equal.ts'
import { fields, int32, int64, intOrString, list, map, object, one, oneOf, root } from '../../schema/fields.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { time as timeType } from '../../schema/scalars/time.ts'
import type { FieldError, RootShape, Shape, Type } from '../../schema/types.ts'
import { atMostAllRules, countOrPercentRules, notNegative } from '../apps/replicas.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { Condition } from '../meta/condition.ts'
import { conditionRules } from '../meta/conditionRules.ts'
import { LabelSelector, labelSelectorRules } from '../meta/labelSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { removedVersion } from '../versions.ts'
import { statusApart, statusView } from '../views.ts'

const podDisruptionBudgetSpec = fields({
  /** How many of the pods must stay healthy: a number or a percentage. Either this or `maxUnavailable`. */
  minAvailable: intOrString(1, { pointer: true }),
  /** Labels of the pods. Empty selects all of the namespace, absent none. */
  selector: one(2, LabelSelector, { pointer: true, patchStrategy: 'replace' }),
  /** How many of the pods may be missing: a number or a percentage. */
  maxUnavailable: intOrString(3, { pointer: true }),
  /** Whether running pods that are not ready may go although the budget is not met: IfHealthyBudget or AlwaysAllow. */
  unhealthyPodEvictionPolicy: oneOf(4, ['IfHealthyBudget', 'AlwaysAllow'], { pointer: true }),
})
export interface PodDisruptionBudgetSpec extends Shape<typeof podDisruptionBudgetSpec> {}
export const PodDisruptionBudgetSpec: Type<PodDisruptionBudgetSpec> = object(
  'io.k8s.api.policy.v1.PodDisruptionBudgetSpec',
  podDisruptionBudgetSpec,
)

const podDisruptionBudgetStatus = fields({
  /** Generation of the spec that this is about. */
  observedGeneration: int64(1),
  /** Pods whose eviction was granted but not yet seen, by name, and when it was. */
  disruptedPods: map(2, timeType),
  /** How many more pods may be evicted now. */
  disruptionsAllowed: int32(3, { always: true, required: false }),
  /** How many pods are healthy. */
  currentHealthy: int32(4, { always: true, required: false }),
  /** How many must stay healthy. */
  desiredHealthy: int32(5, { always: true, required: false }),
  /** How many pods count. */
  expectedPods: int32(6, { always: true, required: false }),
  /** State of the budget. */
  conditions: list(7, Condition, { mergeKey: 'type', patchStrategy: 'merge', listType: 'map', listKeys: ['type'] }),
})
export interface PodDisruptionBudgetStatus extends Shape<typeof podDisruptionBudgetStatus> {}
export const PodDisruptionBudgetStatus: Type<PodDisruptionBudgetStatus> = object(
  'io.k8s.api.policy.v1.PodDisruptionBudgetStatus',
  podDisruptionBudgetStatus,
)

const podDisruptionBudget = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, PodDisruptionBudgetSpec, { always: true }),
  /** What was seen last. */
  status: one(3, PodDisruptionBudgetStatus, { always: true }),
})
export interface PodDisruptionBudget extends RootShape<typeof podDisruptionBudget> {}
export const PodDisruptionBudget: Type<PodDisruptionBudget> = root(
  'io.k8s.api.policy.v1.PodDisruptionBudget',
  podDisruptionBudget,
)

const podDisruptionBudgetList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, PodDisruptionBudget, { always: true }),
})
export interface PodDisruptionBudgetList extends RootShape<typeof podDisruptionBudgetList> {}
export const PodDisruptionBudgetList: Type<PodDisruptionBudgetList> = root(
  'io.k8s.api.policy.v1.PodDisruptionBudgetList',
  podDisruptionBudgetList,
)

const podDisruptionBudgetSpecV1beta1 = fields({
  ...podDisruptionBudgetSpec,
  /** Labels of the pods. Empty and absent select none. */
  selector: one(2, LabelSelector, { pointer: true }),
})
const PodDisruptionBudgetSpecV1beta1: Type<PodDisruptionBudgetSpec> = object(
  'io.k8s.api.policy.v1beta1.PodDisruptionBudgetSpec',
  podDisruptionBudgetSpecV1beta1,
)
export const PodDisruptionBudgetV1beta1: Type<PodDisruptionBudget> = root(
  'io.k8s.api.policy.v1beta1.PodDisruptionBudget',
  {
    ...podDisruptionBudget,
    /** What is wanted. */
    spec: one(2, PodDisruptionBudgetSpecV1beta1, { always: true }),
  },
)

const spec = at('spec')

function rules({ spec: of }: PodDisruptionBudget): readonly FieldError[] {
  const { minAvailable, maxUnavailable, selector } = of
  const errors: FieldError[] = []
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    errors.push(invalid(spec, of, 'minAvailable and maxUnavailable cannot be both set'))
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    const count = of[field]
    if (count !== undefined)
      errors.push(...countOrPercentRules(count, spec.child(field)), ...atMostAllRules(count, spec.child(field)))
  }
  return selector ? [...errors, ...labelSelectorRules(selector, spec.child('selector'))] : errors
}

const path = at('status')
const statusRules = ({ status }: PodDisruptionBudget): readonly FieldError[] => [
  ...conditionRules(status.conditions, path.child('conditions')),
  ...notNegative(status, path, 'disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'),
]

/** A label that upstream keeps for telling selectors of all pods from those of none. */
const betaLabel = 'pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match'
const withBetaLabel = (operator: string): LabelSelector => ({ matchExpressions: [{ key: betaLabel, operator }] })
/** An empty selector selects all pods in v1, none in v1beta1: what each means stands thus in the other. */
const none = withBetaLabel('Exists')
const all = withBetaLabel('DoesNotExist')

/** Drops the label from where a writer mixed it with others. */
function withoutBetaLabel(selector: LabelSelector): LabelSelector {
  if (!selector.matchExpressions?.some(({ key }) => key === betaLabel)) return selector
  const { matchExpressions, ...rest } = selector
  const kept = matchExpressions.filter(({ key }) => key !== betaLabel)
  return kept.length ? { ...rest, matchExpressions: kept } : rest
}

const withSelector = (
  budget: PodDisruptionBudget,
  apiVersion: string,
  change: (selector: LabelSelector) => LabelSelector,
): PodDisruptionBudget => {
  const { selector } = budget.spec
  return { ...budget, apiVersion, spec: selector ? { ...budget.spec, selector: change(selector) } : budget.spec }
}

const up = (selector: LabelSelector): LabelSelector =>
  equal(selector, {}) ? none : equal(selector, all) ? {} : withoutBetaLabel(selector)
const down = (selector: LabelSelector): LabelSelector =>
  equal(selector, none) ? {} : equal(selector, {}) ? all : selector

/** Of selectors in v1 only that of no pods may have the label. Edits in place. */
function keepLabelApart({ spec: of }: PodDisruptionBudget): void {
  if (of.selector && !equal(of.selector, none)) of.selector = withoutBetaLabel(of.selector)
}

const countText = (count: number | string | undefined): string => (count === undefined ? 'N/A' : String(count))

/** How many pods of an application may be missing while pods are evicted. */
export const podDisruptionBudgets = resource<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  short: ['pdb'],
  namespaced: true,
  type: PodDisruptionBudget,
  rules,
  changes: statusApart<PodDisruptionBudget>(
    () => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
    {
      create: keepLabelApart,
      update: keepLabelApart,
    },
  ),
  conditionalUpdate: true,
  columns: [
    nameColumn,
    {
      name: 'Min Available',
      type: 'string',
      description: 'How many pods must stay healthy.',
      cell: object => countText(object.spec.minAvailable),
    },
    {
      name: 'Max Unavailable',
      type: 'string',
      description: 'How many pods may be missing.',
      cell: object => countText(object.spec.maxUnavailable),
    },
    {
      name: 'Allowed Disruptions',
      type: 'integer',
      description: 'How many more pods may be evicted now.',
      cell: object => object.status.disruptionsAllowed,
    },
    ageColumn,
  ],
  versions: [
    {
      group: 'policy',
      version: 'v1beta1',
      type: PodDisruptionBudgetV1beta1,
      up: old => withSelector(old as PodDisruptionBudget, 'policy/v1', up),
      down: stored => withSelector(stored, 'policy/v1beta1', down),
      deprecation: removedVersion('policy/v1beta1', 'PodDisruptionBudget', '1.21', '1.25', 'policy/v1'),
    },
  ],
  subresources: { status: statusView<PodDisruptionBudget>({ rules: statusRules }) },
})
