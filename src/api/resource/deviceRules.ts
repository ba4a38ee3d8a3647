import { equal } from '../../schema/derive/equal.ts'
import { invalid, notSupported, required, tooLong } from '../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import type { DeviceConfiguration } from './deviceType.ts'
import { listRules, setRules } from './lists.ts'
import { classNameRules, fullNameRules, labelRules } from './names.ts'
import type { DeviceClaim, DeviceConstraint, DeviceRequest, DeviceSubRequest } from './resourceClaimSpecType.ts'
import { selectorRules } from './selectors.ts'
import { tolerationRules } from './taintRules.ts'

/** The most requests, constraints and configurations of a claim. */
export const mostOfEach = 32
const mostAlternatives = 8
const longestParameters = 10 * 1024

/** A JSON object of at most `longest` bytes. */
export function objectRules(value: unknown, longest: number, path: Path): FieldError[] {
  if (value === undefined || value === null) return [required(path)]
  if (new TextEncoder().encode(JSON.stringify(value)).length > longest) return [tooLong(path, longest)]
  return typeof value === 'object' && !Array.isArray(value)
    ? []
    : [invalid(path, '<value omitted>', 'must be a valid JSON object')]
}

/** Configuration for a driver. What was stored already may be longer. */
export function configurationRules(
  { opaque }: DeviceConfiguration,
  path: Path,
  old?: readonly DeviceConfiguration[],
): FieldError[] {
  const place = path.child('opaque')
  if (!opaque) return [required(place)]
  const stored = old?.some(each => equal(each.opaque, opaque)) ?? false
  return [
    ...driverNameRules(opaque.driver, place.child('driver')),
    ...objectRules(opaque.parameters, stored ? Number.POSITIVE_INFINITY : longestParameters, place.child('parameters')),
  ]
}

function requestRules({ name, exactly, firstAvailable = [] }: DeviceRequest, path: Path): FieldError[] {
  const errors = labelRules(name, path.child('name'))
  const oneOf = 'exactly one of `exactly` or `firstAvailable` is required'
  if (exactly && firstAvailable.length > 0)
    return [...errors, invalid(path, null, `${oneOf}, but multiple fields are set`)]
  if (exactly) return [...errors, ...wantedRules(exactly, path.child('exactly'))]
  if (firstAvailable.length === 0) return [...errors, required(path, oneOf)]
  const alternative = (each: DeviceSubRequest, place: Path) => [
    ...labelRules(each.name, place.child('name')),
    ...wantedRules(each, place),
  ]
  const place = path.child('firstAvailable')
  return [...errors, ...setRules(firstAvailable, mostAlternatives, alternative, each => each.name, place)]
}

type Wanted = Pick<DeviceSubRequest, 'deviceClassName' | 'selectors' | 'allocationMode' | 'count' | 'tolerations'>

function wantedRules({ deviceClassName, selectors, allocationMode, count = 0, tolerations }: Wanted, path: Path) {
  const errors = classNameRules(deviceClassName, path.child('deviceClassName'))
  errors.push(...selectorRules(selectors, path.child('selectors')))
  if (allocationMode === 'All') {
    if (count !== 0)
      errors.push(invalid(path.child('count'), count, "must not be specified when allocationMode is 'All'"))
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) errors.push(invalid(path.child('count'), count, 'must be greater than zero'))
  } else errors.push(notSupported(path.child('allocationMode'), allocationMode ?? '', ['All', 'ExactCount']))
  for (const [i, each] of (tolerations ?? []).entries())
    errors.push(...tolerationRules(each, path.child('tolerations').index(i)))
  return errors
}

/** Names by which constraints, configuration and allocations mean requests: `request` or `request/alternative`. */
export const requestNames = ({ requests }: DeviceClaim): ReadonlySet<string> =>
  new Set(
    requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map(each => `${name}/${each.name}`)]),
  )

const noRequest =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"

/** A name that means a request of the claim. */
export function requestNameRules(name: string, known: ReadonlySet<string>, path: Path): FieldError[] {
  const parts = name.split('/')
  if (parts.length > 2) return [invalid(path, name, noRequest)]
  return [
    ...parts.flatMap(part => labelRules(part, path)),
    ...(known.has(name) ? [] : [invalid(path, name, noRequest)]),
  ]
}

/** Names of requests, each once; none means all. */
export const requestsRules = (names: readonly string[] = [], known: ReadonlySet<string>, path: Path): FieldError[] =>
  setRules(
    names,
    mostOfEach,
    (name, here) => requestNameRules(name, known, here),
    name => name,
    path.child('requests'),
  )

function constraintRules(constraint: DeviceConstraint, known: ReadonlySet<string>, path: Path): FieldError[] {
  const { requests, matchAttribute, distinctAttribute } = constraint
  const errors = requestsRules(requests, known, path)
  if (matchAttribute !== undefined) errors.push(...fullNameRules(matchAttribute, path.child('matchAttribute')))
  else if (distinctAttribute !== undefined)
    errors.push(...fullNameRules(distinctAttribute, path.child('distinctAttribute')))
  else
    errors.push(
      required(path, 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'),
    )
  return errors
}

/** Of upstream's `validateDeviceClaim`. */
export function deviceClaimRules(claim: DeviceClaim, path: Path): readonly FieldError[] {
  const { requests, constraints = [], config = [] } = claim
  const known = requestNames(claim)
  return [
    ...setRules(requests, mostOfEach, requestRules, ({ name }) => name, path.child('requests')),
    ...listRules(
      constraints,
      mostOfEach,
      (each, here) => constraintRules(each, known, here),
      path.child('constraints'),
    ),
    ...listRules(
      config,
      mostOfEach,
      (each, here) => [...requestsRules(each.requests, known, here), ...configurationRules(each, here)],
      path.child('config'),
    ),
  ]
}

/** How many devices are wanted, where nothing is said. */
export function deviceClaimDefaults({ requests }: DeviceClaim): void {
  for (const { exactly, firstAvailable = [] } of requests)
    for (const wanted of [...(exactly ? [exactly] : []), ...firstAvailable]) {
      wanted.allocationMode ||= 'ExactCount'
      if (wanted.allocationMode === 'ExactCount') wanted.count ||= 1
    }
}
