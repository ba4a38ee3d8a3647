import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { type LimitedPriorityLevelConfiguration, PriorityLevelConfiguration } from './priorityLevelConfigurationType.ts'

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

const path = at('spec')
const mostQueues = 10_000_000

function limitedRules(limited: LimitedPriorityLevelConfiguration): readonly FieldError[] {
  const place = path.child('limited')
  const { nominalConcurrencyShares: shares = 0, lendablePercent = 0, borrowingLimitPercent, limitResponse } = limited
  const errors: FieldError[] = []
  if (shares < 0)
    errors.push(invalid(place.child('nominalConcurrencyShares'), shares, 'must be a non-negative integer'))
  if (lendablePercent < 0 || lendablePercent > 100)
    errors.push(invalid(place.child('lendablePercent'), lendablePercent, 'must be between 0 and 100, inclusive'))
  if (borrowingLimitPercent !== undefined && borrowingLimitPercent < 0)
    errors.push(
      invalid(
        place.child('borrowingLimitPercent'),
        borrowingLimitPercent,
        'if specified, must be a non-negative integer',
      ),
    )
  const response = place.child('limitResponse')
  const { type, queuing } = limitResponse
  if (type === 'Reject') {
    if (queuing)
      errors.push(forbidden(response.child('queuing'), 'must be nil if limited.limitResponse.type is not Limited'))
  } else if (type === 'Queue') {
    if (!queuing)
      return [...errors, required(response.child('queuing'), 'must not be empty if limitResponse.type is Limited')]
    const where = response.child('queuing')
    if (queuing.queueLengthLimit <= 0)
      errors.push(invalid(where.child('queueLengthLimit'), queuing.queueLengthLimit, 'must be positive'))
    if (queuing.queues <= 0) errors.push(invalid(where.child('queues'), queuing.queues, 'must be positive'))
    else if (queuing.queues > mostQueues)
      errors.push(invalid(where.child('queues'), queuing.queues, `must not be greater than ${mostQueues}`))
    if (queuing.handSize <= 0) errors.push(invalid(where.child('handSize'), queuing.handSize, 'must be positive'))
    else if (queuing.handSize > queuing.queues)
      errors.push(
        invalid(where.child('handSize'), queuing.handSize, `should not be greater than queues (${queuing.queues})`),
      )
  } else errors.push(notSupported(response.child('type'), type, ['Queue', 'Reject']))
  return errors
}

/** Of upstream's `ValidatePriorityLevelConfigurationSpec`. */
function rules({ metadata, spec: { type, limited, exempt } }: PriorityLevelConfiguration): readonly FieldError[] {
  if (type === 'Exempt') {
    const errors: FieldError[] = []
    if (limited) errors.push(forbidden(path.child('limited'), 'must be nil if the type is not Limited'))
    if (exempt && (exempt.lendablePercent ?? 0) > 100)
      errors.push(
        invalid(
          path.child('exempt', 'lendablePercent'),
          exempt.lendablePercent,
          'must be between 0 and 100, inclusive',
        ),
      )
    return errors
  }
  if (type !== 'Limited') return [notSupported(path.child('type'), type, ['Exempt', 'Limited'])]
  const errors: FieldError[] = []
  if (metadata.name === 'exempt')
    errors.push(invalid(path.child('type'), type, "type must be 'Exempt' if and only if the name is 'exempt'"))
  if (exempt) errors.push(forbidden(path.child('exempt'), 'must be nil if the type is Limited'))
  if (!limited) errors.push(required(path.child('limited'), 'must not be empty when type is Limited'))
  return limited ? [...errors, ...limitedRules(limited)] : errors
}

const column = (
  name: string,
  description: string,
  cell: (level: PriorityLevelConfiguration) => string | number,
): Column<PriorityLevelConfiguration> => ({ name, type: 'string', description, cell })
const unless = (value: number | undefined, none = '<none>') => (value === undefined ? none : String(value))

/** How many requests of a priority are carried out at a time. */
export const priorityLevelConfigurations = resource<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  namespaced: false,
  type: PriorityLevelConfiguration,
  defaults,
  rules,
  changes: statusApart<PriorityLevelConfiguration>(() => ({})),
  columns: [
    nameColumn,
    column('Type', 'Limited or Exempt.', ({ spec }) => spec.type),
    column('NominalConcurrencyShares', 'Share of the seats.', ({ spec }) =>
      unless((spec.limited ?? spec.exempt)?.nominalConcurrencyShares),
    ),
    column('Queues', 'Number of queues.', ({ spec }) => unless(spec.limited?.limitResponse.queuing?.queues)),
    column('HandSize', 'Queues of one flow.', ({ spec }) => unless(spec.limited?.limitResponse.queuing?.handSize)),
    column('QueueLengthLimit', 'Most that wait in a queue.', ({ spec }) =>
      unless(spec.limited?.limitResponse.queuing?.queueLengthLimit),
    ),
    ageColumn,
  ],
  subresources: { status: statusView<PriorityLevelConfiguration>({ resets: [['spec'], ['metadata']] }) },
})
