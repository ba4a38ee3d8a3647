import { fields, int32, int64, list, object, one, oneOf, root, string, stringMap, time } from '../../schema/fields.ts'
import { required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, RootShape, Shape, Type } from '../../schema/types.ts'
import { notNegative, replicaCountRules, wantedRules } from '../apps/replicas.ts'
import { containerColumns, countColumn, runningTemplateRules, templateDefaults } from '../apps/template.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { formatLabels } from '../meta/labels.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { selectorFromSet, selectorToString, setMatches } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { PodTemplateSpec } from './podTemplate.ts'

const replicationControllerSpec = fields({
  /** How many pods there should be. */
  replicas: int32(1, { pointer: true, default: 1 }),
  /** Seconds a pod must be ready before it counts as available. */
  minReadySeconds: int32(4, { default: 0 }),
  /** Labels of the pods that are counted; the template's when absent. */
  selector: stringMap(2, { mapType: 'atomic' }),
  /** What pods are made from. */
  template: one(3, PodTemplateSpec, { pointer: true }),
})
export interface ReplicationControllerSpec extends Shape<typeof replicationControllerSpec> {}
export const ReplicationControllerSpec: Type<ReplicationControllerSpec> = object(
  'io.k8s.api.core.v1.ReplicationControllerSpec',
  replicationControllerSpec,
)

const replicationControllerCondition = fields({
  /** Which aspect the condition speaks of. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown'], { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(3, { always: true }),
  /** Why, as one word. */
  reason: string(4),
  /** Why, for people. */
  message: string(5),
})
export interface ReplicationControllerCondition extends Shape<typeof replicationControllerCondition> {}
export const ReplicationControllerCondition: Type<ReplicationControllerCondition> = object(
  'io.k8s.api.core.v1.ReplicationControllerCondition',
  replicationControllerCondition,
)

const replicationControllerStatus = fields({
  /** How many pods there are. */
  replicas: int32(1, { always: true }),
  /** How many of them have all labels of the template. */
  fullyLabeledReplicas: int32(2),
  /** How many of them are ready. */
  readyReplicas: int32(4),
  /** How many of them have been ready for long enough. */
  availableReplicas: int32(5),
  /** Generation of the spec that this is about. */
  observedGeneration: int64(3),
  /** State of the controller. */
  conditions: list(6, ReplicationControllerCondition, {
    mergeKey: 'type',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['type'],
  }),
})
export interface ReplicationControllerStatus extends Shape<typeof replicationControllerStatus> {}
export const ReplicationControllerStatus: Type<ReplicationControllerStatus> = object(
  'io.k8s.api.core.v1.ReplicationControllerStatus',
  replicationControllerStatus,
)

const replicationController = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, ReplicationControllerSpec, { always: true }),
  /** What was seen last. */
  status: one(3, ReplicationControllerStatus, { always: true }),
})
export interface ReplicationController extends RootShape<typeof replicationController> {}
export const ReplicationController: Type<ReplicationController> = root(
  'io.k8s.api.core.v1.ReplicationController',
  replicationController,
)

const replicationControllerList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ReplicationController, { always: true }),
})
export interface ReplicationControllerList extends RootShape<typeof replicationControllerList> {}
export const ReplicationControllerList: Type<ReplicationControllerList> = root(
  'io.k8s.api.core.v1.ReplicationControllerList',
  replicationControllerList,
)

const spec = at('spec')

function defaults(controller: ReplicationController): void {
  const { template } = controller.spec
  if (template) templateDefaults(template)
  const labels = template?.metadata.labels
  if (!labels) return
  if (!Object.keys(controller.spec.selector ?? {}).length) controller.spec.selector = { ...labels }
  if (!Object.keys(controller.metadata.labels ?? {}).length) controller.metadata.labels = { ...labels }
}

function rules({ spec: { selector = {}, template, replicas, ...rest } }: ReplicationController): readonly FieldError[] {
  const errors = notNegative(rest, spec, 'minReadySeconds')
  const empty = Object.keys(selector).length === 0
  if (empty) errors.push(required(spec.child('selector')))
  errors.push(...wantedRules(replicas, spec.child('replicas')))
  if (!template) errors.push(required(spec.child('template')))
  else {
    const selected = empty || setMatches(selector, template.metadata.labels)
    errors.push(...runningTemplateRules(template, selected, 'ReplicationController', spec.child('template')))
  }
  return errors
}

/** Keeps a number of pods running. ReplicaSet is its successor. */
export const replicationControllers = resource<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  short: ['rc'],
  in: ['all'],
  namespaced: true,
  type: ReplicationController,
  defaults,
  rules,
  changes: statusApart<ReplicationController>(() => ({ replicas: 0 })),
  orphans: ['v1'],
  columns: [
    nameColumn,
    countColumn('Desired', 'How many pods there should be.', object => object.spec.replicas ?? 0),
    countColumn('Current', 'How many pods there are.', object => object.status.replicas),
    countColumn('Ready', 'How many pods are ready.', object => object.status.readyReplicas ?? 0),
    ageColumn,
    ...containerColumns<ReplicationController>(object => object.spec.template),
    {
      name: 'Selector',
      type: 'string',
      description: 'Labels of the pods.',
      priority: 1,
      cell: object => formatLabels(object.spec.selector),
    },
  ],
  select: { 'status.replicas': object => String(object.status.replicas) },
  storagePrefix: 'controllers',
  subresources: {
    status: statusView<ReplicationController>({ rules: object => replicaCountRules(object.status, at('status')) }),
    scale: {
      form: 'scale',
      replicas: object => object.spec.replicas ?? 0,
      setReplicas(object, replicas) {
        object.spec.replicas = replicas
      },
      statusReplicas: object => object.status.replicas,
      selector: object => selectorToString(selectorFromSet(object.spec.selector)),
    },
  },
})
