import { root } from '../../schema/fields.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { formatLabelSelector, selectorOfLabelSelector, selectorToString } from '../meta/selectors.ts'
import { resource, type ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { statusApart, statusView } from '../views.ts'
import { labelDefaults } from './deploymentVersions.ts'
import { ReplicaSet, replicaSet } from './replicaSetType.ts'
import { notNegative, replicaCountRules } from './replicas.ts'
import { containerColumns, countColumn, templateDefaults } from './template.ts'
import { fixedSelectorRules, selectorRules, workloadWarnings } from './workloadRules.ts'

export { ReplicaSet, ReplicaSetCondition, ReplicaSetList, ReplicaSetSpec, ReplicaSetStatus } from './replicaSetType.ts'

const spec = at('spec')

const rules = (object: ReplicaSet): readonly FieldError[] => [
  ...notNegative(object.spec, spec, 'replicas', 'minReadySeconds'),
  ...selectorRules(object.spec),
]

export const ReplicaSetV1beta2: Type<ReplicaSet> = root('io.k8s.api.apps.v1beta2.ReplicaSet', replicaSet)
export const ExtensionsReplicaSet: Type<ReplicaSet> = root('io.k8s.api.extensions.v1beta1.ReplicaSet', replicaSet)

/** A version that upstream stopped serving in v1.16; only its defaults differ. */
const older = (apiVersion: string, type: Type<ReplicaSet>, since: string): ServedVersion<ReplicaSet> =>
  renamedVersion(apiVersion, 'apps/v1', type, {
    defaults: apiVersion.startsWith('extensions')
      ? labelDefaults
      : ({ spec }: ReplicaSet) => templateDefaults(spec.template),
    deprecation: removedVersion(apiVersion, 'ReplicaSet', since, '1.16', 'apps/v1'),
  })

/** Keeps a number of pods of one template running. */
export const replicaSets = resource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  short: ['rs'],
  in: ['all'],
  namespaced: true,
  type: ReplicaSet,
  defaults: ({ spec }) => templateDefaults(spec.template),
  rules,
  changes: statusApart<ReplicaSet>(() => ({ replicas: 0 }), {
    updateRules: fixedSelectorRules,
    warnings: workloadWarnings,
  }),
  orphans: ['apps/v1beta2', 'extensions/v1beta1'],
  columns: [
    nameColumn,
    countColumn('Desired', 'How many pods there should be.', object => object.spec.replicas ?? 0),
    countColumn('Current', 'How many pods there are.', object => object.status.replicas),
    countColumn('Ready', 'How many pods are ready.', object => object.status.readyReplicas ?? 0),
    ageColumn,
    ...containerColumns<ReplicaSet>(object => object.spec.template),
    {
      name: 'Selector',
      type: 'string',
      description: 'Labels of the pods.',
      priority: 1,
      cell: object => formatLabelSelector(object.spec.selector),
    },
  ],
  select: { 'status.replicas': object => String(object.status.replicas) },
  versions: [older('apps/v1beta2', ReplicaSetV1beta2, '1.9'), older('extensions/v1beta1', ExtensionsReplicaSet, '1.8')],
  subresources: {
    status: statusView<ReplicaSet>({ rules: object => replicaCountRules(object.status, at('status')) }),
    scale: {
      form: 'scale',
      replicas: object => object.spec.replicas ?? 0,
      setReplicas(object, replicas) {
        object.spec.replicas = replicas
      },
      statusReplicas: object => object.status.replicas,
      selector: object => (object.spec.selector ? selectorToString(selectorOfLabelSelector(object.spec.selector)) : ''),
    },
  },
})
