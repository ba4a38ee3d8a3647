import { equal } from '../../schema/derive/equal.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { selectorOfLabelSelector, selectorToString } from '../meta/selectors.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { deploymentRules, deploymentStatusRules } from './deploymentRules.ts'
import { Deployment } from './deploymentType.ts'
import { deploymentVersions, rollingDefaults } from './deploymentVersions.ts'
import { containerColumns, countColumn, templateDefaults } from './template.ts'
import { fixedSelectorRules, workloadWarnings } from './workloadRules.ts'

export {
  Deployment,
  DeploymentCondition,
  DeploymentList,
  DeploymentSpec,
  DeploymentStatus,
  DeploymentStrategy,
  RollingUpdateDeployment,
} from './deploymentType.ts'

const selectorText = ({ spec: { selector } }: Deployment): string =>
  selector ? selectorToString(selectorOfLabelSelector(selector)) : ''

const columns: readonly Column<Deployment>[] = [
  nameColumn,
  {
    name: 'Ready',
    type: 'string',
    description: 'Ready pods out of those wanted.',
    cell: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
  },
  {
    ...countColumn('Up-to-date', 'Pods made from the current template.', ({ status }) => status.updatedReplicas ?? 0),
    type: 'string',
  },
  {
    ...countColumn('Available', 'Pods ready for long enough.', ({ status }) => status.availableReplicas ?? 0),
    type: 'string',
  },
  ageColumn,
  ...containerColumns<Deployment>(({ spec }) => spec.template),
  { name: 'Selector', type: 'string', description: 'Labels of the pods.', priority: 1, cell: selectorText },
]

/** Keeps pods of one template running and replaces them, bit by bit, when the template changes. */
export const deployments = resource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  short: ['deploy'],
  in: ['all'],
  namespaced: true,
  type: Deployment,
  defaults({ spec }) {
    templateDefaults(spec.template)
    rollingDefaults(spec.strategy, '25%')
  },
  rules: deploymentRules,
  changes: statusApart<Deployment>(() => ({}), {
    update({ metadata }, { metadata: old }) {
      // Annotations are copied to ReplicaSets, so the controller must see that they changed.
      if (metadata.generation === old.generation && !equal(metadata.annotations ?? {}, old.annotations ?? {}))
        metadata.generation = (old.generation ?? 0) + 1
    },
    updateRules: fixedSelectorRules,
    warnings: workloadWarnings,
  }),
  orphans: ['apps/v1beta2', 'apps/v1beta1', 'extensions/v1beta1'],
  columns,
  versions: deploymentVersions,
  subresources: {
    status: statusView<Deployment>({ keepLabels: true, rules: deploymentStatusRules }),
    scale: {
      form: 'scale',
      replicas: ({ spec }) => spec.replicas ?? 0,
      setReplicas({ spec }, replicas) {
        spec.replicas = replicas
      },
      statusReplicas: ({ status }) => status.replicas ?? 0,
      selector: selectorText,
    },
  },
})
