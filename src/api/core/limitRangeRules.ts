import { duplicate, forbidden, invalid, required } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { compareQuantities, milliValue } from '../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import type { LimitRange, LimitRangeItem } from './limitRange.ts'
import { canOvercommit, containerResourceName, resourceName } from './pod/rules/resources.ts'

const types = new Set(['Pod', 'Container', 'PersistentVolumeClaim'])

/** Of upstream's `ValidateLimitRange`. */
export function limitRangeRules({ spec: { limits } }: LimitRange): readonly FieldError[] {
  return limits.flatMap((item, index) => {
    const path = at('spec', 'limits').index(index)
    const twice = limits.findIndex(({ type }) => type === item.type) < index
    return [
      ...typeRules(item.type, path.child('type')),
      ...(twice ? [duplicate(path.child('type'), item.type)] : []),
      ...nameRules(item, path),
      ...amountRules(item, path),
    ]
  })
}

function typeRules(type: string, path: Path): readonly FieldError[] {
  const wrong = qualifiedName(type)
  if (wrong.length > 0) return wrong.map(why => invalid(path, type, why))
  return type.includes('/') || types.has(type)
    ? []
    : [invalid(path, type, 'must be a standard limit type or fully qualified')]
}

function nameRules(item: LimitRangeItem, path: Path): readonly FieldError[] {
  const { type } = item
  const check = type === 'Pod' || type === 'Container' ? containerResourceName : resourceName
  const errors: FieldError[] = []
  for (const field of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const) {
    const names = Object.keys(item[field] ?? {})
    if (type === 'Pod' && (field === 'default' || field === 'defaultRequest')) {
      if (names.length > 0) errors.push(forbidden(path.child(field), "may not be specified when `type` is 'Pod'"))
      continue
    }
    for (const name of names) errors.push(...check(name, path.child(field).key(name)))
  }
  if (type === 'PersistentVolumeClaim' && item.min?.storage === undefined && item.max?.storage === undefined)
    errors.push(
      required(path.child('limits'), 'either minimum or maximum storage value is required, but neither was provided'),
    )
  return errors
}

/** The amounts of one resource must agree with each other. */
function amountRules(item: LimitRangeItem, path: Path): readonly FieldError[] {
  const errors: FieldError[] = []
  const { type, max = {}, min = {}, default: usual = {}, defaultRequest = {}, maxLimitRequestRatio = {} } = item
  const names = new Set([max, min, usual, defaultRequest, maxLimitRequestRatio].flatMap(Object.keys))
  for (const name of [...names].sort()) {
    const [most, least, ratio] = [max[name], min[name], maxLimitRequestRatio[name]]
    const limit = type === 'Pod' ? undefined : usual[name]
    const request = type === 'Pod' ? undefined : defaultRequest[name]
    const ordered = (
      low: string | undefined,
      high: string | undefined,
      field: string,
      shown: string | undefined,
      words: string,
    ) => {
      if (low !== undefined && high !== undefined && compareQuantities(low, high) > 0)
        errors.push(invalid(path.child(field).key(name), shown, words))
    }
    ordered(least, most, 'min', least, `min value ${least} is greater than max value ${most}`)
    ordered(
      least,
      request,
      'defaultRequest',
      request,
      `min value ${least} is greater than default request value ${request}`,
    )
    ordered(
      request,
      most,
      'defaultRequest',
      request,
      `default request value ${request} is greater than max value ${most}`,
    )
    ordered(
      request,
      limit,
      'defaultRequest',
      request,
      `default request value ${request} is greater than default limit value ${limit}`,
    )
    ordered(least, limit, 'default', least, `min value ${least} is greater than default value ${limit}`)
    ordered(limit, most, 'default', most, `default value ${limit} is greater than max value ${most}`)
    errors.push(...ratioRules(ratio, least, most, path.child('maxLimitRequestRatio').key(name)))
    if (!canOvercommit(name) && limit !== undefined && request !== undefined && compareQuantities(limit, request) !== 0)
      errors.push(
        invalid(
          path.child('defaultRequest').key(name),
          request,
          `default value ${limit} must equal to defaultRequest value ${request} in ${name}`,
        ),
      )
  }
  return errors
}

function ratioRules(
  ratio: string | undefined,
  least: string | undefined,
  most: string | undefined,
  path: Path,
): readonly FieldError[] {
  if (ratio === undefined) return []
  const errors: FieldError[] = []
  if (compareQuantities(ratio, '1') < 0) errors.push(invalid(path, ratio, `ratio ${ratio} is less than 1`))
  if (least === undefined || most === undefined) return errors
  const possible = milliValue(most) / milliValue(least)
  if (milliValue(ratio) / 1000 > possible)
    errors.push(invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${possible.toFixed(6)}`))
  return errors
}
