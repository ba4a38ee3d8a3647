import { duplicate, invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { conditionReason, qualifiedName } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import type { Condition } from './condition.ts'

const most = { reason: 1024, message: 32 * 1024 }

/** Rules of a list of conditions of the common form; their status is held to its values as a field. Of upstream's ValidateConditions. */
export function conditionRules(conditions: readonly Condition[] = [], path: Path): FieldError[] {
  const seen = new Set<string>()
  return conditions.flatMap((condition, i) => {
    const here = path.index(i)
    const { type } = condition
    const twice = seen.has(type) ? [duplicate(here.child('type'), type)] : []
    seen.add(type)
    return [
      ...twice,
      ...qualifiedName(type).map(detail => invalid(here.child('type'), type, detail)),
      ...rules(condition, here),
    ]
  })
}

function rules({ observedGeneration = 0, lastTransitionTime, reason, message }: Condition, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (observedGeneration < 0)
    errors.push(invalid(path.child('observedGeneration'), observedGeneration, 'must be greater than or equal to zero'))
  if (lastTransitionTime === '') errors.push(required(path.child('lastTransitionTime')))
  if (reason === '') errors.push(required(path.child('reason')))
  else errors.push(...conditionReason(reason).map(detail => invalid(path.child('reason'), reason, detail)))
  if (reason.length > most.reason) errors.push(tooLong(path.child('reason'), most.reason))
  if (message.length > most.message) errors.push(tooLong(path.child('message'), most.message))
  return errors
}
