import { bool, fields, int32, list, one, oneOf, root, string } from '../../schema/fields.ts'
import { forbidden, invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, RootShape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource, type ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'

const priorityClass = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Priority of pods of this class; greater goes first. Never changed. */
  value: int32(2, { always: true, required: false }),
  /** Whether pods that name no class get this one. */
  globalDefault: bool(3),
  /** For people: when to use the class. */
  description: string(4),
  /** Whether pods of this class may push out others; never changed. */
  preemptionPolicy: oneOf(5, ['PreemptLowerPriority', 'Never'], { pointer: true, default: 'PreemptLowerPriority' }),
})
export interface PriorityClass extends RootShape<typeof priorityClass> {}
export const PriorityClass: Type<PriorityClass> = root('io.k8s.api.scheduling.v1.PriorityClass', priorityClass)

const priorityClassList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, PriorityClass, { always: true }),
})
export interface PriorityClassList extends RootShape<typeof priorityClassList> {}
export const PriorityClassList: Type<PriorityClassList> = root(
  'io.k8s.api.scheduling.v1.PriorityClassList',
  priorityClassList,
)

const mostUserPriority = 1_000_000_000
const systemPrefix = 'system-'

/** The two classes that every cluster has. */
export const systemPriorities: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
}

function rules({ metadata: { name = '' }, value, globalDefault = false }: PriorityClass): readonly FieldError[] {
  if (!name.startsWith(systemPrefix))
    return value > mostUserPriority
      ? [forbidden(at('value'), `maximum allowed value of a user defined priority is ${mostUserPriority}`)]
      : []
  const known = systemPriorities[name]
  const wrong =
    known === undefined
      ? `${name} is not a known system priority class`
      : value !== known
        ? `value of ${name} PriorityClass must be ${known}`
        : globalDefault
          ? `globalDefault of ${name} PriorityClass must be false`
          : ''
  const told = `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${wrong}`
  return wrong ? [forbidden(at('metadata', 'name'), told)] : []
}

/** A version that upstream stopped serving; it differs by name alone. */
const older = (version: string, removed: string): ServedVersion<PriorityClass> =>
  renamedVersion(
    `scheduling.k8s.io/${version}`,
    'scheduling.k8s.io/v1',
    root<PriorityClass>(`io.k8s.api.scheduling.${version}.PriorityClass`, priorityClass),
    {
      deprecation: removedVersion(
        `scheduling.k8s.io/${version}`,
        'PriorityClass',
        '1.14',
        removed,
        'scheduling.k8s.io/v1',
      ),
    },
  )

/** A name for a priority of pods. */
export const priorityClasses = resource<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  short: ['pc'],
  namespaced: false,
  type: PriorityClass,
  rules,
  changes: {
    create({ metadata }) {
      metadata.generation = 1
    },
    updateRules: (object, old) => [
      ...(object.value === old.value ? [] : [forbidden(at('value'), 'may not be changed in an update.')]),
      ...(object.preemptionPolicy === old.preemptionPolicy
        ? []
        : [invalid(at('preemptionPolicy'), object.preemptionPolicy, 'field is immutable')]),
    ],
  },
  columns: [
    nameColumn,
    { name: 'Value', type: 'integer', description: 'Priority of its pods.', cell: ({ value }) => value },
    {
      name: 'Global-Default',
      type: 'boolean',
      description: 'Whether pods without a class get it.',
      cell: ({ globalDefault }) => globalDefault ?? false,
    },
    ageColumn,
    {
      name: 'PreemptionPolicy',
      type: 'string',
      description: 'Whether its pods push out others.',
      cell: object => object.preemptionPolicy ?? '',
    },
  ],
  generation: false,
  versions: [older('v1beta1', '1.22'), older('v1alpha1', '1.17')],
})
