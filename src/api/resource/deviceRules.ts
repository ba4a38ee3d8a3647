import { invalid, required } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import type { DeviceConfiguration, DeviceSelector } from './deviceType.ts'
import type { DeviceClaim, DeviceRequest, DeviceSubRequest } from './resourceClaimSpecType.ts'

const mostSelectors = 32
const mostRequests = 32
const longestDriver = 63

/** What is wrong with the name of a driver of devices. */
export function driverRules(name: string, path: Path): readonly FieldError[] {
  if (!name) return [required(path)]
  return [
    ...(name.length > longestDriver ? [invalid(path, name, `may not be more than ${longestDriver} bytes`)] : []),
    ...dnsSubdomain(name).map(why => invalid(path, name, why)),
  ]
}

/** What is wrong with conditions on devices, apart from their expressions. */
export function selectorRules(selectors: readonly DeviceSelector[] | undefined, path: Path): readonly FieldError[] {
  const all = selectors ?? []
  return [
    ...(all.length > mostSelectors ? [invalid(path, all.length, `must have at most ${mostSelectors} items`)] : []),
    ...all.flatMap(({ cel }, index) => {
      const place = path.index(index).child('cel')
      if (!cel) return [required(place)]
      return cel.expression.trim() ? [] : [required(place.child('expression'))]
    }),
  ]
}

export function configurationRules({ opaque }: DeviceConfiguration, path: Path): readonly FieldError[] {
  if (!opaque) return [required(path.child('opaque'))]
  const parameters = opaque.parameters as unknown
  const place = path.child('opaque')
  return [
    ...driverRules(opaque.driver, place.child('driver')),
    ...(parameters === undefined || parameters === null ? [required(place.child('parameters'))] : []),
  ]
}

function requestRules(request: DeviceRequest, path: Path): readonly FieldError[] {
  const { name, exactly, firstAvailable = [] } = request
  const errors: FieldError[] = [...nameRules(name, path.child('name'))]
  if (!exactly && firstAvailable.length === 0)
    errors.push(required(path, 'exactly one of `exactly` or `firstAvailable` is required'))
  if (exactly && firstAvailable.length > 0)
    errors.push(
      invalid(path, '', 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set'),
    )
  if (exactly) errors.push(...wantedRules(exactly, path.child('exactly')))
  for (const [index, each] of firstAvailable.entries()) {
    const place = path.child('firstAvailable').index(index)
    errors.push(...nameRules(each.name, place.child('name')), ...wantedRules(each, place))
  }
  return errors
}

function wantedRules(
  wanted: Pick<DeviceSubRequest, 'deviceClassName' | 'selectors' | 'allocationMode' | 'count'>,
  path: Path,
): readonly FieldError[] {
  const { deviceClassName, selectors, allocationMode, count = 0 } = wanted
  const errors: FieldError[] = deviceClassName
    ? dnsSubdomain(deviceClassName).map(why => invalid(path.child('deviceClassName'), deviceClassName, why))
    : [required(path.child('deviceClassName'))]
  errors.push(...selectorRules(selectors, path.child('selectors')))
  if (allocationMode === 'All') {
    if (count !== 0)
      errors.push(invalid(path.child('count'), count, "must not be specified when allocationMode is 'All'"))
  } else if (count <= 0) errors.push(invalid(path.child('count'), count, 'must be greater than zero'))
  return errors
}

const nameRules = (name: string, path: Path): readonly FieldError[] =>
  name ? dnsLabel(name).map(why => invalid(path, name, why)) : [required(path)]

/** Of upstream's `validateDeviceClaim`. */
export function deviceClaimRules(
  { requests = [], constraints = [], config = [] }: DeviceClaim,
  path: Path,
): readonly FieldError[] {
  const names = new Set(
    requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map(each => `${name}/${each.name}`)]),
  )
  const known = (used: readonly string[] | undefined, place: Path): readonly FieldError[] =>
    (used ?? []).flatMap((name, index) =>
      names.has(name)
        ? []
        : [
            invalid(
              place.child('requests').index(index),
              name,
              "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
            ),
          ],
    )
  return [
    ...(requests.length > mostRequests
      ? [invalid(path.child('requests'), requests.length, `must have at most ${mostRequests} items`)]
      : []),
    ...requests.flatMap((request, index) => requestRules(request, path.child('requests').index(index))),
    ...constraints.flatMap(({ requests: used, matchAttribute }, index) => {
      const place = path.child('constraints').index(index)
      return [...known(used, place), ...(matchAttribute ? [] : [required(place.child('matchAttribute'))])]
    }),
    ...config.flatMap(({ requests: used, ...rest }, index) => {
      const place = path.child('config').index(index)
      return [...known(used, place), ...configurationRules(rest, place)]
    }),
  ]
}

/** How many devices are wanted, where nothing is said. */
export function deviceClaimDefaults({ requests = [] }: DeviceClaim): void {
  for (const { exactly, firstAvailable = [] } of requests)
    for (const wanted of [...(exactly ? [exactly] : []), ...firstAvailable]) {
      wanted.allocationMode ||= 'ExactCount'
      if (wanted.allocationMode === 'ExactCount') wanted.count ||= 1
      for (const toleration of wanted.tolerations ?? []) toleration.operator ||= 'Equal'
    }
}
