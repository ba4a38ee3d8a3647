import { semanticEqual } from '../../schema/derive/equal.ts'
import { invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { PodTemplateSpec, podTemplateRules } from '../core/podTemplate.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { formatLabelSelector, formatLabels, labelSelectorMatches, labelSelectorRules } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { DaemonSet, type DaemonSetUpdateStrategy, type RollingUpdateDaemonSet } from './daemonSetType.ts'
import { daemonSetDefaults, daemonSetVersions, setTemplateGeneration, templateGeneration } from './daemonSetVersions.ts'
import { atMostAllRules, collisionRules, countOrPercentRules, isNone, notNegative } from './replicas.ts'
import { alwaysRunningRules, containerColumns, countColumn } from './template.ts'
import { fixedSelectorRules, templateWarnings } from './workloadRules.ts'

export {
  DaemonSet,
  DaemonSetCondition,
  DaemonSetList,
  DaemonSetSpec,
  DaemonSetStatus,
  DaemonSetUpdateStrategy,
  RollingUpdateDaemonSet,
} from './daemonSetType.ts'
export { templateGenerationAnnotation } from './daemonSetVersions.ts'

const spec = at('spec')

/** Rules of a DaemonSet. Of upstream's ValidateDaemonSetSpec. */
function rules({ spec: of }: DaemonSet): readonly FieldError[] {
  const { selector, template, updateStrategy } = of
  const path = spec.child('selector')
  const wrong = selector ? labelSelectorRules(selector, path) : []
  const errors = [...wrong]
  const labels = template.metadata.labels ?? {}
  if (wrong.length === 0 && !labelSelectorMatches(selector, labels))
    errors.push(
      invalid(spec.child('template', 'metadata', 'labels'), labels, '`selector` does not match template `labels`'),
    )
  if (selector && !Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length)
    errors.push(invalid(path, selector, 'empty selector is invalid for daemonset'))
  return [
    ...errors,
    ...podTemplateRules(template, spec.child('template')),
    ...alwaysRunningRules(template, 'DaemonSet', spec.child('template')),
    ...notNegative(of, spec, 'minReadySeconds'),
    ...strategyRules(updateStrategy, spec.child('updateStrategy')),
    ...notNegative(of, spec, 'revisionHistoryLimit'),
  ]
}

function strategyRules(strategy: DaemonSetUpdateStrategy, path: Path): FieldError[] {
  const { type, rollingUpdate } = strategy
  if (type === 'OnDelete') return []
  if (type !== 'RollingUpdate') return [notSupported(path, strategy, ['RollingUpdate', 'OnDelete'])]
  const here = path.child('rollingUpdate')
  return rollingUpdate ? rollingRules(rollingUpdate, here) : [required(here)]
}

function rollingRules({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDaemonSet, path: Path): FieldError[] {
  const [unavailable, surge] = [path.child('maxUnavailable'), path.child('maxSurge')]
  const errors = [
    ...countOrPercentRules(maxUnavailable, unavailable),
    ...countOrPercentRules(maxSurge, surge),
    ...atMostAllRules(maxUnavailable, unavailable),
    ...atMostAllRules(maxSurge, surge),
  ]
  const [none, noSurge] = [isNone(maxUnavailable), isNone(maxSurge)]
  if (!none && !noSurge) errors.push(invalid(surge, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  if (none && noSurge) errors.push(required(unavailable, 'cannot be 0 when maxSurge is 0'))
  return errors
}

/** Rules of what the controller reports. */
function statusRules({ status }: DaemonSet, old: DaemonSet | undefined): readonly FieldError[] {
  const path = at('status')
  const errors = notNegative(
    status,
    path,
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'observedGeneration',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
    'collisionCount',
  )
  return [...errors, ...collisionRules(status, old?.status, path)]
}

const status = statusView<DaemonSet>({ rules: statusRules })

/** Runs a pod of one template on every node that suits it. */
export const daemonSets = resource<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  short: ['ds'],
  in: ['all'],
  namespaced: true,
  type: DaemonSet,
  defaults: daemonSetDefaults,
  rules,
  changes: statusApart<DaemonSet>(
    () => ({ currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }),
    {
      create: object => setTemplateGeneration(object, Math.max(templateGeneration(object), 1)),
      update(object, old) {
        // What the writer says must be a number, though it does not count.
        templateGeneration(object)
        const same = semanticEqual(PodTemplateSpec, object.spec.template, old.spec.template)
        setTemplateGeneration(object, templateGeneration(old) + (same ? 0 : 1))
      },
      updateRules: fixedSelectorRules,
      warnings: (object, old) =>
        old && templateGeneration(object) === templateGeneration(old) ? [] : templateWarnings(object),
    },
  ),
  orphans: ['apps/v1beta2', 'extensions/v1beta1'],
  columns: [
    nameColumn,
    countColumn('Desired', 'How many nodes should run the pod.', object => object.status.desiredNumberScheduled),
    countColumn('Current', 'How many nodes run it.', object => object.status.currentNumberScheduled),
    countColumn('Ready', 'How many nodes have a ready pod.', object => object.status.numberReady),
    countColumn(
      'Up-to-date',
      'How many nodes run the current template.',
      object => object.status.updatedNumberScheduled ?? 0,
    ),
    countColumn(
      'Available',
      'How many nodes have a pod ready for long enough.',
      object => object.status.numberAvailable ?? 0,
    ),
    {
      name: 'Node Selector',
      type: 'string',
      description: 'Labels of the nodes.',
      cell: object => formatLabels(object.spec.template.spec.nodeSelector),
    },
    ageColumn,
    ...containerColumns<DaemonSet>(object => object.spec.template),
    {
      name: 'Selector',
      type: 'string',
      description: 'Labels of the pods.',
      priority: 1,
      cell: object => formatLabelSelector(object.spec.selector),
    },
  ],
  versions: daemonSetVersions,
  subresources: {
    status: {
      ...status,
      update(object, old, context) {
        status.update?.(object, old, context)
        setTemplateGeneration(object, templateGeneration(old))
      },
    },
  },
})
