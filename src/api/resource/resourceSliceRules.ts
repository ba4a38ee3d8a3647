import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, notFound, required, tooLong } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  intValue,
  parseQuantity,
} from '../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import { nodeSelectorRules } from '../core/pod/rules/affinity.ts'
import { isNative } from '../core/pod/rules/resources.ts'
import { listRules, mapRules, setRules } from './lists.ts'
import { attributeNameRules, labelRules, longestName, nodeNameRules, poolNameRules } from './names.ts'
import type {
  CapacityRequestPolicy,
  CapacityRequestPolicyRange,
  Counter,
  CounterSet,
  Device,
  DeviceAttribute,
  DeviceCapacity,
  DeviceCounterConsumption,
} from './resourceSliceDeviceType.ts'
import type { ResourcePool, ResourceSlice, ResourceSliceSpec } from './resourceSliceType.ts'
import { bindingRules, taintRules } from './taintRules.ts'

const most = {
  devices: 128,
  /** Where devices have taints or counters. */
  advancedDevices: 64,
  counterSets: 8,
  counters: 32,
  consumptions: 2,
  taints: 16,
  attributes: 32,
  attributeValues: 48,
  options: 10,
}
const longestValue = 64
const path = at('spec')

/** Of upstream's `validateResourceSliceSpec`. */
export function sliceRules({ spec }: ResourceSlice, old: ResourceSlice | undefined): readonly FieldError[] {
  const { driver, pool, devices = [], sharedCounters = [], perDeviceNodeSelection: perDevice } = spec
  const before = old?.spec
  const errors = [...driverNameRules(driver, path.child('driver')), ...poolRules(pool, path.child('pool'))]
  if (before) {
    const fixed = (place: Path, now: unknown, then: unknown) =>
      now === then ? [] : [invalid(place, now, 'field is immutable')]
    errors.push(
      ...fixed(path.child('pool', 'name'), pool.name, before.pool.name),
      ...fixed(path.child('driver'), driver, before.driver),
      ...fixed(path.child('nodeName'), spec.nodeName, before.nodeName),
    )
  }
  errors.push(...reachRules(spec))
  if (spec.sharedCounters && spec.devices)
    errors.push(invalid(path, '', 'only one of `sharedCounters` or `devices` is allowed'))
  const advanced = devices.some(({ taints, consumesCounters }) => taints?.length || consumesCounters?.length)
  const check = (device: Device, here: Path) =>
    deviceRules(
      device,
      perDevice === true,
      here,
      before?.devices?.find(({ name }) => name === device.name),
    )
  return [
    ...errors,
    ...setRules(
      devices,
      advanced ? most.advancedDevices : most.devices,
      check,
      ({ name }) => name,
      path.child('devices'),
    ),
    ...setRules(sharedCounters, most.counterSets, counterSetRules, ({ name }) => name, path.child('sharedCounters')),
  ]
}

function poolRules({ name, resourceSliceCount, generation }: ResourcePool, place: Path): FieldError[] {
  const errors = poolNameRules(name, place.child('name'))
  if (resourceSliceCount <= 0)
    errors.push(invalid(place.child('resourceSliceCount'), resourceSliceCount, 'must be greater than zero'))
  if (generation < 0)
    errors.push(invalid(place.child('generation'), generation, 'must be greater than or equal to zero'))
  return errors
}

const unsetOrTrue = 'must be either unset or set to true'

/** Which nodes reach the devices is told in one way. */
function reachRules({ nodeName, nodeSelector, allNodes, perDeviceNodeSelection }: ResourceSliceSpec): FieldError[] {
  const errors: FieldError[] = []
  const told: string[] = []
  if (nodeName) {
    told.push('`nodeName`')
    errors.push(...nodeNameRules(nodeName, path.child('nodeName')))
  } else if (nodeName !== undefined)
    errors.push(invalid(path.child('nodeName'), nodeName, 'must be either unset or set to a non-empty string'))
  if (nodeSelector) {
    told.push('`nodeSelector`')
    errors.push(...nodeSelectorRules(nodeSelector, path.child('nodeSelector')))
    const terms = nodeSelector.nodeSelectorTerms
    if (terms.length !== 1)
      errors.push(
        invalid(path.child('nodeSelector', 'nodeSelectorTerms'), terms, 'must have exactly one node selector term'),
      )
  }
  for (const [name, value] of Object.entries({ allNodes, perDeviceNodeSelection })) {
    if (value) told.push(`\`${name}\``)
    else if (value === false) errors.push(invalid(path.child(name), value, unsetOrTrue))
  }
  const oneOf = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'
  if (told.length === 0) errors.push(required(path, oneOf))
  if (told.length > 1) errors.push(invalid(path, `{${told.join(', ')}}`, `${oneOf}, but multiple fields are set`))
  return errors
}

function counterSetRules({ name, counters }: CounterSet, place: Path): FieldError[] {
  return [
    ...(name ? labelRules(name, place.child('name')) : [required(place.child('name'))]),
    ...counterRules(counters, place.child('counters')),
  ]
}

const counterRules = (counters: Readonly<Record<string, Counter>> = {}, place: Path): FieldError[] =>
  Object.keys(counters).length === 0
    ? [required(place)]
    : mapRules(counters, { most: most.counters, key: 63 }, labelRules, () => [], place)

const consumptionRules = ({ counterSet, counters }: DeviceCounterConsumption, place: Path): FieldError[] => [
  ...(counterSet ? labelRules(counterSet, place.child('counterSet')) : [required(place.child('counterSet'))]),
  ...counterRules(counters, place.child('counters')),
]

function deviceRules(device: Device, perDevice: boolean, place: Path, old: Device | undefined): FieldError[] {
  const { name, attributes = {}, capacity = {}, taints = [], consumesCounters = [] } = device
  const errors = labelRules(name, place.child('name'))
  const count = Object.keys(attributes).length + Object.keys(capacity).length
  if (count > most.attributes)
    errors.push(
      invalid(place, count, `the total number of attributes and capacities must not exceed ${most.attributes}`),
    )
  const values = Object.keys(attributes).length
  if (values > most.attributeValues)
    errors.push(invalid(place, values, `the total number of attribute values must not exceed ${most.attributeValues}`))
  const limits = { most: Number.POSITIVE_INFINITY, key: longestName }
  errors.push(
    ...mapRules(attributes, limits, attributeNameRules, attributeRules, place.child('attributes')),
    ...mapRules(
      capacity,
      limits,
      attributeNameRules,
      (each, here) => capacityRules(each, device.allowMultipleAllocations === true, here),
      place.child('capacity'),
    ),
  )
  if (!old || !equal(old.taints, device.taints))
    errors.push(...listRules(taints, most.taints, (taint, here) => taintRules(taint, here), place.child('taints')))
  return [
    ...errors,
    ...setRules(
      consumesCounters,
      most.consumptions,
      consumptionRules,
      ({ counterSet }) => counterSet,
      place.child('consumesCounters'),
    ),
    ...deviceReachRules(device, perDevice, place),
    ...bindingRules(device.bindingConditions, device.bindingFailureConditions, place),
    ...mappingRules(device, place.child('nodeAllocatableResourceMappings')),
  ]
}

function deviceReachRules({ nodeName, nodeSelector, allNodes }: Device, perDevice: boolean, place: Path): FieldError[] {
  if (!perDevice)
    return nodeName !== undefined || nodeSelector || allNodes !== undefined
      ? [
          invalid(
            place,
            null,
            '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
          ),
        ]
      : []
  const errors: FieldError[] = []
  const told: string[] = []
  if (nodeName) {
    told.push('`nodeName`')
    errors.push(...nodeNameRules(nodeName, place.child('nodeName')))
  } else if (nodeName !== undefined) errors.push(invalid(place.child('nodeName'), nodeName, 'must not be empty'))
  if (nodeSelector) {
    told.push('`nodeSelector`')
    errors.push(...nodeSelectorRules(nodeSelector, place.child('nodeSelector')))
  }
  if (allNodes) told.push('`allNodes`')
  else if (allNodes === false) errors.push(invalid(place.child('allNodes'), allNodes, unsetOrTrue))
  const oneOf =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'
  if (told.length === 0) errors.push(required(place, oneOf))
  if (told.length > 1) errors.push(invalid(place, `{${told.join(', ')}}`, oneOf))
  return errors
}

/** How much of the node's own resources a device takes. */
function mappingRules(
  { nodeAllocatableResourceMappings: mappings = {}, capacity = {} }: Device,
  place: Path,
): FieldError[] {
  return Object.entries(mappings).flatMap(([name, { allocationMultiplier, capacityKey }]) => {
    const here = place.key(name)
    const errors = isNative(name) ? [] : [invalid(here, name, 'must be a node allocatable resource name')]
    if (allocationMultiplier === undefined && capacityKey === undefined)
      errors.push(invalid(here, '', 'at least one of allocationMultiplier or capacityKey must be set'))
    if (allocationMultiplier !== undefined && compareQuantities(allocationMultiplier, '0') <= 0)
      errors.push(invalid(here.child('allocationMultiplier'), allocationMultiplier, 'must be positive'))
    if (capacityKey === '')
      errors.push(invalid(here.child('capacityKey'), '', 'capacityKey must not be an empty string'))
    else if (capacityKey !== undefined && !Object.hasOwn(capacity, capacityKey))
      errors.push(notFound(here.child('capacityKey'), capacityKey))
    return errors
  })
}

/** As semver.org has it. */
const version =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/

function attributeRules(attribute: DeviceAttribute, place: Path): FieldError[] {
  const { int, bool, string, version: semantic } = attribute
  const errors: FieldError[] = []
  if (string !== undefined && string.length > longestValue) errors.push(tooLong(place.child('string'), longestValue))
  if (semantic !== undefined) {
    const here = place.child('version')
    if (semantic.length > 4 * longestValue || !version.test(semantic))
      errors.push(invalid(here, semantic, 'must be a string compatible with semver.org spec 2.0.0'))
    if (semantic.length > longestValue) errors.push(tooLong(here, longestValue))
  }
  const told = [int, bool, string, semantic].filter(value => value !== undefined)
  if (told.length !== 1)
    errors.push(invalid(place, told.length === 0 ? '' : attribute, 'exactly one value must be specified'))
  return errors
}

function capacityRules({ value, requestPolicy }: DeviceCapacity, shared: boolean, place: Path): FieldError[] {
  if (!requestPolicy) return []
  const here = place.child('requestPolicy')
  return shared ? policyRules(value, requestPolicy, here) : [forbidden(here, 'allowMultipleAllocations must be true')]
}

function policyRules(capacity: string, policy: CapacityRequestPolicy, place: Path): FieldError[] {
  const { default: unasked, validValues = [], validRange } = policy
  if (validValues.length > 0 && validRange)
    return [
      forbidden(
        place,
        'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time',
      ),
    ]
  const field = validValues.length > 0 ? 'validValues' : validRange ? 'validRange' : undefined
  if (!field) return []
  if (unasked === undefined) return [required(place.child('default'), `required when ${field} is defined`)]
  return validRange
    ? rangeRules(unasked, capacity, validRange, place.child(field))
    : valueRules(unasked, capacity, validValues, place.child(field))
}

function valueRules(unasked: string, capacity: string, values: readonly string[], place: Path): FieldError[] {
  const errors = values.flatMap((value, i) =>
    i > 0 && compareQuantities(values[i - 1] ?? value, value) > 0
      ? [invalid(place.index(i), value, 'values must be sorted in ascending order')]
      : [],
  )
  const check = (value: string, here: Path) =>
    compareQuantities(value, capacity) > 0
      ? [invalid(here, value, `option is larger than capacity value: ${text(capacity)}`)]
      : []
  errors.push(...setRules(values, most.options, check, value => String(intValue(value)), place))
  if (values.length > most.options || !values.some(value => compareQuantities(value, unasked) === 0))
    errors.push(invalid(place, unasked, 'default value is not valid according to the requestPolicy'))
  return errors
}

const text = (amount: string): string => formatQuantity(parseQuantity(amount))

function rangeRules(unasked: string, capacity: string, range: CapacityRequestPolicyRange, place: Path): FieldError[] {
  const { min, max, step } = range
  if (min === undefined) return [required(place.child('min'), 'required when validRange is defined')]
  const errors: FieldError[] = []
  const told = (field: string, value: string, why: string) => errors.push(invalid(place.child(field), text(value), why))
  const above = (a: string, b: string) => compareQuantities(a, b) > 0
  if (above(min, capacity)) told('min', min, `min is larger than capacity value: ${text(capacity)}`)
  if (above(min, unasked)) told('min', unasked, `default is less than min: ${text(min)}`)
  if (max !== undefined) {
    if (above(min, max)) told('max', min, `min is larger than max: ${text(max)}`)
    if (above(max, capacity)) told('max', max, `max is larger than capacity value: ${text(capacity)}`)
    if (above(unasked, max)) told('max', unasked, `default is more than max: ${text(max)}`)
  }
  if (step === undefined) return errors
  const next = addQuantities(min, step)
  if (above(next, capacity))
    told('step', step, `one step ${text(next)} is larger than capacity value: ${text(capacity)}`)
  for (const value of [unasked, ...(max === undefined ? [] : [max])])
    if ((intValue(value) - intValue(min)) % intValue(step) !== 0)
      told('step', value, `value is not a multiple of a given step (${text(step)}) from (${text(min)})`)
  return errors
}
