import { fields, list, object, one, oneOf, root, string, strings, time } from '../../schema/fields.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path, RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { namespaceNameLabel } from '../meta/labels.ts'
import { labelName } from '../meta/names.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'

const namespaceSpec = fields({
  /** Must be empty before the namespace goes; `kubernetes` until its contents are gone. */
  finalizers: strings(1, { listType: 'atomic' }),
})
export interface NamespaceSpec extends Shape<typeof namespaceSpec> {}
export const NamespaceSpec: Type<NamespaceSpec> = object('io.k8s.api.core.v1.NamespaceSpec', namespaceSpec)

const namespaceCondition = fields({
  /** Which aspect the condition speaks of. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown'], { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(4, { always: true }),
  /** Why, as one word. */
  reason: string(5),
  /** Why, for people. */
  message: string(6),
})
export interface NamespaceCondition extends Shape<typeof namespaceCondition> {}
export const NamespaceCondition: Type<NamespaceCondition> = object(
  'io.k8s.api.core.v1.NamespaceCondition',
  namespaceCondition,
)

const namespaceStatus = fields({
  /** Active, or Terminating once it is being deleted. */
  phase: oneOf(1, ['Active', 'Terminating']),
  /** What holds up a deletion. */
  conditions: list(2, NamespaceCondition, {
    mergeKey: 'type',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['type'],
  }),
})
export interface NamespaceStatus extends Shape<typeof namespaceStatus> {}
export const NamespaceStatus: Type<NamespaceStatus> = object('io.k8s.api.core.v1.NamespaceStatus', namespaceStatus)

const namespace = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, NamespaceSpec, { always: true }),
  /** What was seen last. */
  status: one(3, NamespaceStatus, { always: true }),
})
export interface Namespace extends RootShape<typeof namespace> {}
export const Namespace: Type<Namespace> = root('io.k8s.api.core.v1.Namespace', namespace)

const namespaceList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Namespace, { always: true }),
})
export interface NamespaceList extends RootShape<typeof namespaceList> {}
export const NamespaceList: Type<NamespaceList> = root('io.k8s.api.core.v1.NamespaceList', namespaceList)

/** Every namespace can be selected by its name. */
function label(namespace: Namespace): void {
  const { name, labels } = namespace.metadata
  if (name && labels?.[namespaceNameLabel] !== name)
    namespace.metadata.labels = { ...labels, [namespaceNameLabel]: name }
}

function finalizerNameRules(finalizer: string, path: Path): FieldError[] {
  const wrong = qualifiedName(finalizer).map(detail => invalid(path, finalizer, detail))
  if (!finalizer.includes('/') && !standardFinalizers.has(finalizer))
    wrong.push(invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'))
  return wrong
}

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])
const finalizers = at('spec', 'finalizers')

/** The phase follows from the deletion. */
function statusRules({ metadata, status: { phase } }: Namespace): readonly FieldError[] {
  const path = at('status', 'Phase')
  if (metadata.deletionTimestamp === undefined)
    return phase === 'Active'
      ? []
      : [invalid(path, phase ?? '', "may only be 'Active' if `deletionTimestamp` is empty")]
  return phase === 'Terminating'
    ? []
    : [invalid(path, phase ?? '', "may only be 'Terminating' if `deletionTimestamp` is not empty")]
}

/** A space of names. Deleting it deletes all in it, then its finalizers, then itself. */
export const namespaces = resource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  returnsDeleted: true,
  short: ['ns'],
  namespaced: false,
  type: Namespace,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  name: labelName,
  defaults(namespace) {
    label(namespace)
    namespace.status.phase ??= 'Active'
  },
  rules: (namespace, old) =>
    old ? [] : (namespace.spec.finalizers ?? []).flatMap(one => finalizerNameRules(one, finalizers)),
  changes: statusApart<Namespace>(() => ({ phase: 'Active' }), {
    create(namespace) {
      label(namespace)
      const { spec } = namespace
      if (!spec.finalizers?.includes('kubernetes')) spec.finalizers = [...(spec.finalizers ?? []), 'kubernetes']
    },
    update(namespace, old) {
      label(namespace)
      namespace.spec = { ...namespace.spec, finalizers: old.spec.finalizers }
    },
  }),
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', description: 'Active or Terminating.', cell: ({ status }) => status.phase ?? '' },
    ageColumn,
  ],
  select: { 'status.phase': ({ status }) => status.phase ?? '' },
  generation: false,
  deletion: {
    begin(namespace) {
      namespace.status = { ...namespace.status, phase: 'Terminating' }
    },
    held: ({ spec }) => (spec.finalizers ?? []).length > 0,
  },
  subresources: {
    status: statusView<Namespace>({ rules: statusRules }),
    finalize: {
      form: 'view',
      verbs: ['update'],
      update(namespace, old) {
        namespace.status = old.status
      },
      rules: namespace =>
        (namespace.spec.finalizers ?? []).flatMap((one, i) => finalizerNameRules(one, finalizers.index(i))),
    },
  },
})
