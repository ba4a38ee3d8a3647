import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { conditionRules } from './flowSchemaRules.ts'
import { mandatoryLevels } from './mandatory.ts'
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  QueuingConfiguration,
} from './priorityLevelConfigurationType.ts'

/** In v1beta3, where no share means the default one: that it is zero. In other versions it makes no sense. */
export const zeroSharesAnnotation = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares'

const path = at('spec')

/** Of upstream's `ValidatePriorityLevelConfiguration`. */
export function levelRules(configuration: PriorityLevelConfiguration): readonly FieldError[] {
  const { metadata, spec, status } = configuration
  const { type, limited, exempt } = spec
  const errors: FieldError[] = []
  if (metadata.annotations?.[zeroSharesAnnotation] !== undefined)
    errors.push(forbidden(at('metadata', 'annotations'), `annotation '${zeroSharesAnnotation}' is forbidden`))
  if ((metadata.name === 'exempt') !== (type === 'Exempt'))
    errors.push(invalid(path.child('type'), type, "must be 'Exempt' if and only if `name` is 'exempt'"))
  if (type === 'Exempt') {
    if (limited) errors.push(forbidden(path.child('limited'), 'must be nil if the type is not Limited'))
    if (exempt) errors.push(...exemptRules(exempt, path.child('exempt')))
  } else if (type === 'Limited') {
    if (exempt) errors.push(forbidden(path.child('exempt'), 'must be nil if the type is Limited'))
    if (limited) errors.push(...limitedRules(limited, path.child('limited')))
    else errors.push(required(path.child('limited'), 'must not be empty when type is Limited'))
  } else errors.push(notSupported(path.child('type'), type, ['Exempt', 'Limited']))
  return [...errors, ...fixedRules(configuration), ...conditionRules(status.conditions)]
}

/** Levels without which no server runs stay as they are; but for what the exempt one lends. */
function fixedRules({ metadata, spec }: PriorityLevelConfiguration): FieldError[] {
  const fixed = mandatoryLevels[metadata.name ?? '']
  if (!fixed) return []
  if (metadata.name !== 'exempt')
    return equal(spec, fixed) ? [] : [invalid(path, spec, `spec of '${metadata.name}' must equal the fixed value`)]
  const { exempt: _, ...own } = spec
  const { exempt: __, ...wanted } = fixed
  const why = "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value"
  return equal(own, wanted) ? [] : [invalid(path, spec, why)]
}

function shareRules(shares: number | undefined, lendable: number | undefined, place: Path): FieldError[][] {
  return [
    shares !== undefined && shares < 0
      ? [invalid(place.child('nominalConcurrencyShares'), shares, 'must be a non-negative integer')]
      : [],
    lendable !== undefined && (lendable < 0 || lendable > 100)
      ? [invalid(place.child('lendablePercent'), lendable, 'must be between 0 and 100, inclusive')]
      : [],
  ]
}

const exemptRules = (exempt: ExemptPriorityLevelConfiguration, place: Path): FieldError[] =>
  shareRules(exempt.nominalConcurrencyShares, exempt.lendablePercent, place).flat()

function limitedRules(limited: LimitedPriorityLevelConfiguration, place: Path): FieldError[] {
  const { nominalConcurrencyShares, lendablePercent, borrowingLimitPercent: limit } = limited
  const [shares = [], lendable = []] = shareRules(nominalConcurrencyShares, lendablePercent, place)
  return [
    ...shares,
    ...responseRules(limited.limitResponse, place.child('limitResponse')),
    ...lendable,
    ...(limit !== undefined && limit < 0
      ? [invalid(place.child('borrowingLimitPercent'), limit, 'if specified, must be a non-negative integer')]
      : []),
  ]
}

function responseRules({ type, queuing }: LimitResponse, place: Path): FieldError[] {
  const here = place.child('queuing')
  if (type === 'Reject')
    return queuing ? [forbidden(here, 'must be nil if limited.limitResponse.type is not Limited')] : []
  if (type !== 'Queue') return [notSupported(place.child('type'), type, ['Queue', 'Reject'])]
  if (!queuing) return [required(here, 'must not be empty if limited.limitResponse.type is Limited')]
  return queuingRules(queuing, here)
}

const mostQueues = 10_000_000
/** Bits of the hash that deals a hand. */
const hashBits = 60

function queuingRules({ queues, handSize, queueLengthLimit }: QueuingConfiguration, place: Path): FieldError[] {
  const errors: FieldError[] = []
  if (queueLengthLimit <= 0) errors.push(invalid(place.child('queueLengthLimit'), queueLengthLimit, 'must be positive'))
  if (queues <= 0) errors.push(invalid(place.child('queues'), queues, 'must be positive'))
  else if (queues > mostQueues)
    errors.push(invalid(place.child('queues'), queues, `must not be greater than ${mostQueues}`))
  const hand = place.child('handSize')
  if (handSize <= 0) errors.push(invalid(hand, handSize, 'must be positive'))
  else if (handSize > queues) errors.push(invalid(hand, handSize, `should not be greater than queues (${queues})`))
  else if (Math.ceil(Math.log2(queues) * handSize) > hashBits)
    errors.push(
      invalid(
        hand,
        handSize,
        `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${hashBits}`,
      ),
    )
  return errors
}
