import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { sliceRules } from './resourceSliceRules.ts'
import { ResourceSlice } from './resourceSliceType.ts'
import { resourceSliceVersions } from './resourceSliceVersions.ts'

export { ResourceSlice, ResourceSliceList } from './resourceSliceType.ts'

/** Attributes with several values, and what devices take of the node's own resources, are behind gates that are off. */
function dropGated({ spec }: ResourceSlice, timestamp: string): void {
  for (const device of spec.devices ?? []) {
    delete device.nodeAllocatableResourceMappings
    for (const attribute of Object.values(device.attributes ?? {}))
      for (const name of ['ints', 'bools', 'strings', 'versions'] as const) delete attribute[name]
    for (const taint of device.taints ?? []) taint.timeAdded ??= timestamp
  }
}

const warnings = ({ spec: { driver } }: ResourceSlice): string[] =>
  driver === driver.toLowerCase()
    ? []
    : [`spec.driver: driver names should be lowercase; ${JSON.stringify(driver)} contains uppercase characters`]

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
  rules: sliceRules,
  changes: {
    create: (object, { timestamp }) => dropGated(object, timestamp),
    update: (object, _, { timestamp }) => dropGated(object, timestamp),
    warnings,
  },
  versions: resourceSliceVersions,
  select: {
    'spec.driver': ({ spec }) => spec.driver,
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
  },
  columns: [
    nameColumn,
    column('Node', 'Node that reaches them.', ({ spec }) => spec.nodeName ?? ''),
    column('Driver', 'Driver of the devices.', ({ spec }) => spec.driver),
    column('Pool', 'Pool of the devices.', ({ spec }) => spec.pool.name),
    ageColumn,
  ],
})
