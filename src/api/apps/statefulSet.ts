import { asPrefix, dnsLabel } from '../../schema/rules/names.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { selectorOfLabelSelector, selectorToString } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { statefulSetRules, statefulSetStatusRules, statefulSetUpdateRules } from './statefulSetRules.ts'
import { StatefulSet } from './statefulSetType.ts'
import { statefulSetDefaults, statefulSetVersions } from './statefulSetVersions.ts'
import { containerColumns } from './template.ts'
import { templateWarnings } from './workloadRules.ts'

export {
  RollingUpdateStatefulSetStrategy,
  StatefulSet,
  StatefulSetCondition,
  StatefulSetList,
  StatefulSetOrdinals,
  StatefulSetPersistentVolumeClaimRetentionPolicy,
  StatefulSetSpec,
  StatefulSetStatus,
  StatefulSetUpdateStrategy,
} from './statefulSetType.ts'

/** Updating several pods at once is a feature that upstream has switched off; those that use it already may keep it. */
function dropMaxUnavailable({ spec: { updateStrategy } }: StatefulSet, old?: StatefulSet): void {
  if (updateStrategy.rollingUpdate && old?.spec.updateStrategy.rollingUpdate?.maxUnavailable === undefined)
    delete updateStrategy.rollingUpdate.maxUnavailable
}

function warnings(set: StatefulSet, old: StatefulSet | undefined): string[] {
  const changed = !old || set.metadata.generation !== old.metadata.generation
  return [
    ...(changed ? templateWarnings(set) : []),
    ...((set.spec.revisionHistoryLimit ?? 0) < 0
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []),
  ]
}

/** Runs pods that keep their names and their volumes. */
export const statefulSets = resource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  short: ['sts'],
  in: ['all'],
  namespaced: true,
  type: StatefulSet,
  defaults: statefulSetDefaults,
  rules: statefulSetRules,
  name: (name, prefix) => (prefix ? asPrefix(dnsLabel) : dnsLabel)(name),
  changes: statusApart<StatefulSet>(() => ({ replicas: 0, availableReplicas: 0 }), {
    create: set => dropMaxUnavailable(set),
    update: dropMaxUnavailable,
    updateRules: statefulSetUpdateRules,
    warnings,
  }),
  orphans: ['apps/v1beta2', 'apps/v1beta1'],
  columns: [
    nameColumn,
    {
      name: 'Ready',
      type: 'string',
      description: 'Ready pods out of those wanted.',
      cell: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    },
    ageColumn,
    ...containerColumns<StatefulSet>(({ spec }) => spec.template),
  ],
  versions: statefulSetVersions,
  subresources: {
    status: statusView<StatefulSet>({ rules: statefulSetStatusRules }),
    scale: {
      form: 'scale',
      replicas: ({ spec }) => spec.replicas ?? 0,
      setReplicas({ spec }, replicas) {
        spec.replicas = replicas
      },
      statusReplicas: ({ status }) => status.replicas,
      selector: ({ spec: { selector } }) => (selector ? selectorToString(selectorOfLabelSelector(selector)) : ''),
    },
  },
})
