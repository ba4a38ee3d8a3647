import { parseCIDR, parseLegacyCIDR } from '../../base/cidr.ts'
import { formatIP, isMapped } from '../../base/ip.ts'
import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, notSupported, required, tooLong, tooMany } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import { nodeSelectorRules } from '../core/pod/rules/affinity.ts'
import { conditionRules } from '../meta/conditionRules.ts'
import {
  configurationRules,
  mostOfEach,
  objectRules,
  requestNameRules,
  requestNames,
  requestsRules,
} from './deviceRules.ts'
import { listRules, setRules } from './lists.ts'
import { labelRules, poolNameRules, uidRules } from './names.ts'
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  NetworkDeviceData,
  ResourceClaim,
  ResourceClaimConsumerReference,
} from './resourceClaimType.ts'
import { bindingRules } from './taintRules.ts'

const mostReserved = 256
const mostConditions = 8
const mostAddresses = 16
const longest = { data: 10 * 1024, interfaceName: 256, hardwareAddress: 128 }

type DeviceId = Pick<DeviceRequestAllocationResult, 'driver' | 'pool' | 'device' | 'shareID'>
/** How a device, or a share of one, is named. */
export const deviceId = ({ driver, pool, device, shareID }: DeviceId): string =>
  [driver, pool, device, ...(shareID === undefined ? [] : [shareID])].join('/')

/** The devices that a claim has. */
export const allocatedDevices = ({ status }: ResourceClaim): ReadonlySet<string> =>
  new Set((status.allocation?.devices.results ?? []).map(deviceId))

/** Of upstream's `ValidateResourceClaimStatusUpdate`: devices are given, and taken back, as a whole. */
export function claimStatusRules(now: ResourceClaim, old: ResourceClaim): readonly FieldError[] {
  const { allocation, reservedFor = [], devices = [] } = now.status
  const path = at('status')
  const allocated = allocatedDevices(now)
  const errors = [
    ...setRules(reservedFor, mostReserved, consumerRules, ({ uid }) => uid, path.child('reservedFor')),
    ...setRules(
      devices,
      Number.POSITIVE_INFINITY,
      (device, here) => statusRules(device, allocated, here),
      deviceId,
      path.child('devices'),
    ),
  ]
  if (reservedFor.length > 0 && !allocation)
    errors.push(forbidden(path.child('reservedFor'), 'may not be specified when `allocated` is not set'))
  const before = old.status.reservedFor ?? []
  if (allocation && now.metadata.deletionTimestamp && reservedFor.some(one => !before.some(each => equal(each, one))))
    errors.push(
      forbidden(
        path.child('reservedFor'),
        'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
      ),
    )
  if (!allocation) return errors
  const place = path.child('allocation')
  if (!old.status.allocation) return [...errors, ...allocationRules(allocation, requestNames(now.spec.devices), place)]
  return equal(allocation, old.status.allocation)
    ? errors
    : [...errors, invalid(place, allocation, 'field is immutable')]
}

const consumerRules = ({ resource, name, uid }: ResourceClaimConsumerReference, path: Path): FieldError[] =>
  Object.entries({ resource, name, uid }).flatMap(([field, value]) => (value ? [] : [required(path.child(field))]))

function allocationRules({ devices, nodeSelector }: AllocationResult, known: ReadonlySet<string>, path: Path) {
  const place = path.child('devices')
  return [
    ...listRules(
      devices.results ?? [],
      mostOfEach,
      (one, here) => resultRules(one, known, here),
      place.child('results'),
    ),
    // Those of the class and those of the claim.
    ...listRules(
      devices.config ?? [],
      2 * mostOfEach,
      (one, here) => configRules(one, known, here),
      place.child('config'),
    ),
    ...(nodeSelector ? nodeSelectorRules(nodeSelector, path.child('nodeSelector')) : []),
  ]
}

function resultRules(result: DeviceRequestAllocationResult, known: ReadonlySet<string>, path: Path): FieldError[] {
  const { request, driver, pool, device, shareID, bindingConditions, bindingFailureConditions } = result
  return [
    ...requestNameRules(request, known, path.child('request')),
    ...driverNameRules(driver, path.child('driver')),
    ...poolNameRules(pool, path.child('pool')),
    ...labelRules(device, path.child('device')),
    ...bindingRules(bindingConditions, bindingFailureConditions, path),
    ...(shareID === undefined ? [] : uidRules(shareID, path.child('shareID'))),
  ]
}

const sources = ['FromClaim', 'FromClass']

function configRules(config: DeviceAllocationConfiguration, known: ReadonlySet<string>, path: Path): FieldError[] {
  const { source, requests } = config
  const errors: FieldError[] = []
  if (!source) errors.push(required(path.child('source')))
  else if (!sources.includes(source)) errors.push(notSupported(path.child('source'), source, sources))
  return [...errors, ...requestsRules(requests, known, path), ...configurationRules(config, path)]
}

function statusRules(device: AllocatedDeviceStatus, allocated: ReadonlySet<string>, path: Path): FieldError[] {
  const { driver, pool, device: name, shareID, conditions, data, networkData } = device
  const errors = [
    ...driverNameRules(driver, path.child('driver')),
    ...poolNameRules(pool, path.child('pool')),
    ...labelRules(name, path.child('device')),
    ...(shareID === undefined ? [] : uidRules(shareID, path.child('shareID'))),
  ]
  if (!allocated.has(deviceId(device)))
    errors.push(invalid(path, deviceId(device), 'must be an allocated device in the claim'))
  if (conditions.length > mostConditions)
    errors.push(tooMany(path.child('conditions'), conditions.length, mostConditions))
  errors.push(...conditionRules(conditions, path.child('conditions')))
  if (data !== undefined) errors.push(...objectRules(data, longest.data, path.child('data')))
  return networkData ? [...errors, ...networkRules(networkData, path.child('networkData'))] : errors
}

function networkRules(data: NetworkDeviceData, path: Path): FieldError[] {
  const errors = (['interfaceName', 'hardwareAddress'] as const).flatMap(field =>
    (data[field] ?? '').length > longest[field] ? [tooLong(path.child(field), longest[field])] : [],
  )
  return [...errors, ...setRules(data.ips ?? [], mostAddresses, interfaceAddressRules, ip => ip, path.child('ips'))]
}

/** An address with the length of its network's prefix, in canonical form. */
function interfaceAddressRules(text: string, path: Path): FieldError[] {
  const cidr = parseLegacyCIDR(text)
  if (!cidr) return [invalid(path, text, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')]
  if (!parseCIDR(text) || isMapped(cidr.address) || text !== `${formatIP(cidr.address)}/${cidr.prefix}`) {
    const canonical = `${formatIP(cidr.address)}/${cidr.prefix}`
    return [invalid(path, text, `must be in canonical form (${JSON.stringify(canonical)})`)]
  }
  return []
}
