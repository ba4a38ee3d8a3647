import { duplicate, invalid, required } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { driverRules } from './deviceRules.ts'
import { ResourceSlice } from './resourceSliceType.ts'

export { ResourceSlice, ResourceSliceList } from './resourceSliceType.ts'

const path = at('spec')
const mostDevices = 128

/** Of upstream's `validateResourceSliceSpec`. */
function rules({ spec }: ResourceSlice): readonly FieldError[] {
  const { driver, pool, nodeName, nodeSelector, allNodes, perDeviceNodeSelection, devices = [] } = spec
  const errors: FieldError[] = [...driverRules(driver, path.child('driver'))]
  const place = path.child('pool', 'name')
  if (!pool.name) errors.push(required(place))
  else
    for (const part of pool.name.split('/'))
      errors.push(...dnsSubdomain(part).map(why => invalid(place, pool.name, why)))
  if (pool.resourceSliceCount <= 0)
    errors.push(invalid(path.child('pool', 'resourceSliceCount'), pool.resourceSliceCount, 'must be greater than zero'))
  if (pool.generation < 0)
    errors.push(invalid(path.child('pool', 'generation'), pool.generation, 'must be greater than or equal to zero'))
  const told = [nodeName, nodeSelector, allNodes || undefined, perDeviceNodeSelection || undefined].filter(
    each => each !== undefined,
  )
  const words = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'
  if (told.length === 0) errors.push(required(path, words))
  else if (told.length > 1) errors.push(invalid(path, '', words))
  if (devices.length > mostDevices)
    errors.push(invalid(path.child('devices'), devices.length, `must have at most ${mostDevices} items`))
  for (const [index, { name }] of devices.entries()) {
    const where = path.child('devices').index(index).child('name')
    if (!name) errors.push(required(where))
    else errors.push(...dnsLabel(name).map(why => invalid(where, name, why)))
    if (devices.findIndex(each => each.name === name) < index) errors.push(duplicate(where, name))
  }
  return errors
}

function updateRules(now: ResourceSlice, old: ResourceSlice): readonly FieldError[] {
  const fixed = (field: string, after: unknown, before: unknown) =>
    after === before ? [] : [invalid(path.child(...field.split('.')), after, 'field is immutable')]
  return [
    ...fixed('driver', now.spec.driver, old.spec.driver),
    ...fixed('pool.name', now.spec.pool.name, old.spec.pool.name),
    ...fixed('nodeName', now.spec.nodeName, old.spec.nodeName),
  ]
}

const column = (name: string, description: string, cell: (slice: ResourceSlice) => string): Column<ResourceSlice> => ({
  name,
  type: 'string',
  description,
  cell,
})

/** Devices of a driver, and who reaches them. */
export const resourceSlices = resource<ResourceSlice>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  namespaced: false,
  type: ResourceSlice,
  generation: true,
  rules,
  changes: { updateRules },
  select: {
    'spec.driver': ({ spec }) => spec.driver,
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
  },
  columns: [
    nameColumn,
    column('Node', 'Node that reaches them.', ({ spec }) => spec.nodeName ?? '<unset>'),
    column('Driver', 'Driver of the devices.', ({ spec }) => spec.driver),
    column('Pool', 'Pool of the devices.', ({ spec }) => spec.pool.name),
    ageColumn,
  ],
})
