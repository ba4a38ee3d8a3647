import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { conditionRules } from './flowSchemaRules.ts'
import { levelRules } from './priorityLevelConfigurationRules.ts'
import { PriorityLevelConfiguration } from './priorityLevelConfigurationType.ts'
import { priorityLevelVersions } from './versions.ts'

export { PriorityLevelConfiguration, PriorityLevelConfigurationList } from './priorityLevelConfigurationType.ts'

function defaults({ spec: { limited, exempt } }: PriorityLevelConfiguration): void {
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0
    exempt.lendablePercent ??= 0
  }
  if (!limited) return
  limited.nominalConcurrencyShares ??= 30
  limited.lendablePercent ??= 0
  const { queuing } = limited.limitResponse
  if (!queuing) return
  queuing.handSize ||= 8
  queuing.queues ||= 64
  queuing.queueLengthLimit ||= 50
}

const column = (
  name: string,
  description: string,
  cell: (level: PriorityLevelConfiguration) => string | number,
): Column<PriorityLevelConfiguration> => ({ name, type: 'string', description, cell })
const unset = '<none>'
const queuingOf = ({ spec }: PriorityLevelConfiguration) => spec.limited?.limitResponse.queuing

/** How many requests of a priority are carried out at a time. */
export const priorityLevelConfigurations = resource<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  namespaced: false,
  type: PriorityLevelConfiguration,
  defaults,
  rules: levelRules,
  versions: priorityLevelVersions,
  changes: statusApart<PriorityLevelConfiguration>(() => ({})),
  columns: [
    nameColumn,
    column('Type', 'Limited or Exempt.', ({ spec }) => spec.type),
    column(
      'NominalConcurrencyShares',
      'Share of the seats.',
      ({ spec }) => spec.limited?.nominalConcurrencyShares ?? unset,
    ),
    column('Queues', 'Number of queues.', level => queuingOf(level)?.queues ?? unset),
    column('HandSize', 'Queues of one flow.', level => queuingOf(level)?.handSize ?? unset),
    column('QueueLengthLimit', 'Most that wait in a queue.', level => queuingOf(level)?.queueLengthLimit ?? unset),
    ageColumn,
  ],
  subresources: {
    status: statusView<PriorityLevelConfiguration>({
      keepMetadata: true,
      rules: ({ status }) => conditionRules(status.conditions),
    }),
  },
})
